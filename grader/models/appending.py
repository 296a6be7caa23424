"""Rows that are written once.

The database refuses changes too (triggers, migration 0002): this only says so earlier and in better words.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class RowIsFrozen(Exception):
    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is kept as it was written and cannot be changed or deleted. Add a new row instead.")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    # update(), delete() and bulk_update() go round save(), so they are closed here as well.
    def update(self, **kwargs: Any) -> NoReturn:
        raise RowIsFrozen(f"A {self.model._meta.verbose_name}")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RowIsFrozen(f"A {self.model._meta.verbose_name}")

    def delete(self) -> NoReturn:
        raise RowIsFrozen(f"A {self.model._meta.verbose_name}")


class AppendOnly(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RowIsFrozen(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RowIsFrozen(str(self))
