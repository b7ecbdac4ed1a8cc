"""Conversations, turns, outbox, requests, reports, worker states, and the queue's own schema.

Revision ID: 0001
Revises:
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE conversation (
    id uuid PRIMARY KEY,
    channel text NOT NULL,
    citizen text NOT NULL,
    unit text NOT NULL,
    owner text NOT NULL DEFAULT 'bot' CHECK (owner IN ('bot', 'queue', 'officer')),
    tracker jsonb,
    created_at timestamptz NOT NULL,
    UNIQUE (channel, citizen)
);
CREATE TABLE turn (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    message_id text NOT NULL,
    text text NOT NULL,
    button text,
    accepted_at timestamptz NOT NULL,
    done_at timestamptz,
    status text CHECK (status IN ('answered', 'clarified', 'needs_case', 'no_fact_in_force', 'out_of_scope', 'small_talk',
        'report_filed', 'danger', 'handed_over', 'with_officer', 'status_shown', 'ignored', 'failed')),
    kind text,
    procedure text,
    question text,
    case_id text,
    confidence real,
    release text,
    CHECK ((done_at IS NULL) = (status IS NULL)),
    UNIQUE (conversation_id, message_id)
);
CREATE INDEX turn_conversation ON turn (conversation_id, id);
CREATE INDEX turn_waiting ON turn (accepted_at) WHERE done_at IS NULL;
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    turn_id bigint NOT NULL REFERENCES turn ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    position smallint NOT NULL,
    text text NOT NULL,
    buttons jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    UNIQUE (turn_id, position)
);
CREATE INDEX outbox_conversation ON outbox (conversation_id, id);
CREATE TABLE officer_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    turn_id bigint NOT NULL UNIQUE REFERENCES turn ON DELETE CASCADE,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'closed')),
    created_at timestamptz NOT NULL
);
CREATE TABLE report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    turn_id bigint NOT NULL UNIQUE REFERENCES turn ON DELETE CASCADE,
    kind text NOT NULL,
    urgent boolean NOT NULL,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'seen', 'closed')),
    created_at timestamptz NOT NULL
);
CREATE TABLE dialogue_worker (
    name text PRIMARY KEY,
    release text,
    knowledge text,
    problems jsonb NOT NULL DEFAULT '[]',
    ready_at timestamptz,
    seen_at timestamptz NOT NULL
);
CREATE TABLE knowledge_snapshot (
    digest text PRIMARY KEY,
    files jsonb NOT NULL,
    saved_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    # The driver would read a % of the queue's functions as a parameter.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.execute(TABLES)
