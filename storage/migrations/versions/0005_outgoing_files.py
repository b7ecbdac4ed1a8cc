"""Files that replies carry, once by content, and what platforms call them for a while.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE outgoing_file (
    sha256 bytea PRIMARY KEY CHECK (sha256 = sha256(content)),
    media_type text NOT NULL,
    content bytea NOT NULL,
    created_at timestamptz NOT NULL
);
ALTER TABLE outbox
    ADD COLUMN file_sha256 bytea REFERENCES outgoing_file,
    ADD COLUMN file_name text,
    ADD CHECK ((file_sha256 IS NULL) = (file_name IS NULL));
-- The application is part of the key: what one uploaded another may not send.
CREATE TABLE uploaded (
    channel text NOT NULL,
    app_id text NOT NULL,
    sha256 bytea NOT NULL REFERENCES outgoing_file ON DELETE CASCADE,
    name text NOT NULL,
    platform_id text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (channel, app_id, sha256, name)
);
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(TABLES)
