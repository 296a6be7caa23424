"""Django's own, as the owner of the tables. Even for them it stops at what is append-only."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush

from config.database_roles import as_owner


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with as_owner():
            super().handle(**options)
