"""Until when nothing of an account's history can have been missed.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE channel_account ADD COLUMN caught_up_at timestamptz")
