"""Operators of the console, their sessions, failed log-ins, consents under way, and the audit.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE operator (
    name text PRIMARY KEY,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    must_change boolean NOT NULL DEFAULT true,
    disabled boolean NOT NULL DEFAULT false
);
CREATE TABLE operator_session (
    key bytea PRIMARY KEY CHECK (length(key) = 32),
    operator text NOT NULL REFERENCES operator ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    notice text,
    notice_good boolean NOT NULL DEFAULT true
);
CREATE INDEX operator_session_of ON operator_session (operator);
CREATE TABLE login_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    address text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX login_attempt_name ON login_attempt (name, at);
CREATE INDEX login_attempt_address ON login_attempt (address, at);
CREATE TABLE consent (
    key bytea PRIMARY KEY CHECK (length(key) = 32),
    session_key bytea NOT NULL REFERENCES operator_session ON DELETE CASCADE,
    account_id text NOT NULL REFERENCES channel_account ON DELETE CASCADE,
    sealed bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX consent_session ON consent (session_key);
CREATE INDEX consent_account ON consent (account_id);
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    what text NOT NULL,
    about text NOT NULL DEFAULT ''
);
CREATE INDEX audit_about ON audit (about, what, at);
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(TABLES)
