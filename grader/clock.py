"""The database's clock, in SQL: receipts, leases and due work are judged by it, as is everything else (see exercises/clock.py)."""

from __future__ import annotations

import uuid

from django.db import connection

from exercises.clock import now_sql

__all__ = ["for_update_sql", "later_sql", "now_sql", "skip_locked_sql", "uuid_out"]


def later_sql(seconds: float) -> str:
    """Now and so many seconds more; fewer, if negative."""
    if connection.vendor == "sqlite":
        return f"STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f000', 'now', '{float(seconds):+.3f} seconds')"
    return f"clock_timestamp() + interval '{float(seconds):.3f} seconds'"


def skip_locked_sql() -> str:
    return "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def for_update_sql() -> str:
    return "FOR UPDATE" if connection.features.has_select_for_update else ""


def uuid_out(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
