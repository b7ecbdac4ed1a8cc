"""Bring a database to the newest schema; safe to run from several processes at once."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config

LOCK = 7_202_611_220
"""An arbitrary key of PostgreSQL's advisory locks, so that two starting processes don't migrate together."""


def migrate(url: str) -> None:
    """Apply every migration that the database of `url` lacks."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = sqlalchemy.create_engine(re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
