"""Django's own, as the owner of the tables; afterwards the service may work with them as they are now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import ProgrammingError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing

from config.database_roles import as_owner, let_the_service_in, two_roles


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with as_owner():
                super().handle(*args, **options)
                if two_roles() and not (options["plan"] or options["check_unapplied"]):
                    let_the_service_in()
        except (ProgrammingError, MigrationSchemaMissing) as problem:
            if two_roles() or ("permission denied" not in str(problem) and "must be owner" not in str(problem)):
                raise
            role = connection.settings_dict["USER"]
            raise CommandError(f"The role {role} may not change tables: name their owner in DATABASE_OWNER for this command.") from None
