"""What a run tells: plain data, JSON both ways, the same for the same program on every machine."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Probe:
    """A question put to the heap each time execution leaves a line: kind count, holders, same, mark or reasons; names are paths such as
    a, a.b, a[0]. With a probe for reasons the Outcome has a history (sim/reasons.py), if it is CPython's own.
    """

    kind: str
    line: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """Text written while a line of the program ran."""

    line: int
    text: str


@dataclass(frozen=True)
class KnownObject:
    """An object that got bound to a name; `name` is the first one, `line` where that happened, `at` the moment."""

    serial: int
    name: str
    kind: str
    line: int
    at: int


@dataclass(frozen=True)
class Death:
    """An object died. cause: count, collector or exit."""

    serial: int
    name: str
    kind: str
    line: int
    cause: str
    at: int


@dataclass(frozen=True)
class Finalized:
    """A finalizer or a weak-reference callback started. what: finalizer or callback."""

    serial: int
    name: str
    kind: str
    line: int
    what: str
    at: int


@dataclass(frozen=True)
class Collection:
    """One run of the collector; found is what gc.collect() returns, freed names the named objects that it freed."""

    line: int
    generation: int
    found: int
    automatic: bool
    freed: tuple[str, ...]
    at: int


@dataclass(frozen=True)
class Observation:
    """The answer to a probe on one visit of its line (1 = first)."""

    probe: int
    visit: int
    at: int
    value: Any


@dataclass(frozen=True)
class Dropped:
    """Rows that no longer fitted into the record: which list they belong to, how many, and the line that ran when the first was dropped."""

    rows: str
    count: int
    line: int


@dataclass
class Outcome:
    """The result of a run. ending: finished, exception, limit or refused; for the last two `output` is the prefix and `reason` one
    sentence.
    """

    python: str
    sim_version: str
    belief: str
    seed: int
    ending: str = "finished"
    reason: str | None = None
    line: int | None = None
    error: str | None = None
    output: str = ""
    stderr: str = ""
    exit_status: int = 0
    steps: int = 0
    printed: list[Printed] = field(default_factory=list)
    visits: dict[int, int] = field(default_factory=dict)
    objects: list[KnownObject] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    finalizers: list[Finalized] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        data = asdict(self)
        data["visits"] = {str(line): count for line, count in self.visits.items()}
        for collection in data["collections"]:
            collection["freed"] = list(collection["freed"])
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        """The inverse of to_json."""
        rows = dict(data)
        for name, kind in ROWS.items():
            rows[name] = [kind(**row) for row in data.get(name, ())]
        rows["collections"] = [Collection(**{**row, "freed": tuple(row["freed"])}) for row in data["collections"]]
        rows["visits"] = {int(line): count for line, count in data["visits"].items()}
        return cls(**rows)


ROWS: dict[str, Any] = {
    "printed": Printed, "objects": KnownObject, "deaths": Death, "finalizers": Finalized, "observations": Observation, "dropped": Dropped,
}  # fmt: skip
