"""Queries whose SQL is worked out once.

Django builds the SQL of a query anew each time it is asked, and for a row that spans five tables this costs several times what the
database takes to find it. Four such rows are looked up for every answer that comes in, always with the same SQL.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
# Values that stand in for the real ones while the SQL is worked out, and that nobody would write into a query.
FIRST_NUMBER = 7_700_000_000_000_001


class Prepared(Generic[Row]):
    """`build` makes the query from named values; `examples` says of what type each is: Prepared(..., pk=int, name=str)."""

    def __init__(self, build: Callable[..., QuerySet[Row]], **examples: type) -> None:
        self.build, self.examples = build, examples
        self.lock = threading.Lock()
        self.plans: dict[str, Plan[Row]] = {}

    def first(self, **values: Any) -> Row | None:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        plan = self.plans.get(vendor)
        if plan is None:
            with self.lock:
                plan = self.plans.setdefault(vendor, Plan(self.build, self.examples))
        found = plan.rows(values)
        return found[0] if found else None


class Plan(Generic[Row]):
    def __init__(self, build: Callable[..., QuerySet[Row]], examples: dict[str, type]) -> None:
        stand_ins: dict[str, Any] = {
            name: FIRST_NUMBER + number if kind is int else f"stand-in {FIRST_NUMBER + number}"
            for number, (name, kind) in enumerate(examples.items())
        }
        names = {value: name for name, value in stand_ins.items()}
        self.queryset: QuerySet[Row] = build(**stand_ins)[:1]
        self.compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parameters = self.compiler.as_sql()
        self.converters = self.compiler.get_converters([one[0] for one in self.compiler.select or ()])
        # The driver's own type of number is kept: it decides how the value is written.
        self.parameters = [(names.get(one), type(one) if one in names else None, one) for one in parameters]
        missing = set(examples) - {name for name, _, _ in self.parameters}
        if missing:
            raise TypeError(f"the query makes no use of {', '.join(sorted(missing))}")

    def rows(self, values: dict[str, Any]) -> list[Row]:
        parameters = tuple(kind(values[name]) if name is not None and kind is not None else one for name, kind, one in self.parameters)
        # A copy of the compiler, for it holds a connection and connections belong to threads; it knows the SQL already.
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_, **__: (self.sql, parameters)
        compiler.get_converters = lambda _: self.converters
        queryset = self.queryset.all()
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(queryset)
