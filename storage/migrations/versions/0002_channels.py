"""Accounts of channels, their events, attachments, deliveries, and who has a conversation until when.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
ALTER TABLE turn ADD COLUMN sent_at timestamptz NOT NULL DEFAULT now();
UPDATE turn SET sent_at = accepted_at;
CREATE INDEX turn_oldest ON turn (conversation_id, sent_at, id) WHERE done_at IS NULL;
CREATE INDEX turn_done ON turn (done_at) WHERE done_at IS NOT NULL;

ALTER TABLE conversation ADD COLUMN last_interaction_at timestamptz, ADD COLUMN owner_until timestamptz;
UPDATE conversation c SET last_interaction_at = (SELECT max(sent_at) FROM turn WHERE conversation_id = c.id);

CREATE TABLE channel_account (
    id text PRIMARY KEY,
    kind text NOT NULL,
    unit text NOT NULL,
    name text NOT NULL,
    app_id text NOT NULL,
    secrets bytea NOT NULL,
    tokens bytea,
    tokens_at timestamptz,
    access_expires_at timestamptz,
    refresh_expires_at timestamptz,
    state text NOT NULL DEFAULT 'not_connected'
        CHECK (state IN ('not_connected', 'connected', 'consent_needed', 'revoked', 'disabled')),
    alarm text,
    alarm_at timestamptz,
    package text,
    package_until date,
    plain_text_until timestamptz,
    paid_quota_left integer,
    seen_event_at timestamptz,
    checked_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((alarm IS NULL) = (alarm_at IS NULL))
);
-- No foreign key to the account: its row is locked while tokens are refreshed, and no event may wait for that.
CREATE TABLE channel_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    citizen text,
    sent_at timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL,
    body bytea,
    turn_id bigint REFERENCES turn ON DELETE SET NULL,
    UNIQUE (channel, key)
);
CREATE INDEX channel_event_citizen ON channel_event (channel, citizen);
CREATE INDEX channel_event_age ON channel_event (accepted_at);
CREATE INDEX channel_event_turn ON channel_event (turn_id) WHERE turn_id IS NOT NULL;

CREATE TABLE attachment_content (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    content bytea NOT NULL
);
CREATE TABLE attachment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    turn_id bigint NOT NULL REFERENCES turn ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    position smallint NOT NULL,
    kind text NOT NULL,
    url text,
    name text,
    declared_size bigint,
    state text NOT NULL DEFAULT 'none' CHECK (state IN ('waiting', 'stored', 'refused', 'none')),
    reason text,
    sha256 bytea REFERENCES attachment_content,
    size bigint,
    media_type text,
    latitude double precision,
    longitude double precision,
    created_at timestamptz NOT NULL,
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CHECK ((state = 'stored') = (sha256 IS NOT NULL)),
    UNIQUE (turn_id, position)
);
CREATE INDEX attachment_conversation ON attachment (conversation_id);
CREATE INDEX attachment_content_of ON attachment (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX attachment_waiting ON attachment (created_at) WHERE state = 'waiting';

CREATE TABLE delivery (
    outbox_id bigint PRIMARY KEY REFERENCES outbox ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversation ON DELETE CASCADE,
    channel text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'undeliverable')),
    pieces_sent smallint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz,
    sending_since timestamptz,
    platform_ids text[] NOT NULL DEFAULT '{}',
    maybe_doubled boolean NOT NULL DEFAULT false,
    reason text,
    sent_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((state = 'undeliverable') = (reason IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((state = 'sending') = (sending_since IS NOT NULL))
);
CREATE INDEX delivery_open ON delivery (conversation_id, outbox_id) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_due ON delivery (created_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_refused ON delivery (created_at) WHERE state = 'undeliverable';

CREATE TABLE rate_window (
    app_id text NOT NULL,
    minute timestamptz NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (app_id, minute)
);
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(TABLES)
