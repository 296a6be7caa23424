"""Imported by twins of exercises, under a real CPython: notes what happens to the objects, and holds none of them.

It must run on every version that exercises name, with nothing but the standard library, and it must not change what it looks at: weak
references where they can be had, the collector's list of objects where not, and no list of its own (a new list would take the place of one
that has just died).
"""

from __future__ import annotations

import builtins
import gc
import json
import sys
import weakref
from typing import Any

g = sys.getrefcount
SCENERY = {"function", "type", "module", "builtin_function_or_method", "method", "int", "str", "float", "bool", "NoneType", "bytes"}

_clock = 0
_records: dict[int, Record] = {}  # serial -> Record
_entered: dict[str, int] = {}  # question -> moment
_truths: dict[str, Any] = {}
_events: dict[int, str] = {}  # moment -> id of a finaliser or callback
_collections: dict[int, tuple[int, list[str]]] = {}  # moment -> (found, what it freed)
_printed: dict[int, int] = {}  # moment -> line of the call
_real_print, _real_collect, _real_ref = builtins.print, gc.collect, weakref.ref
_finished = False


class Record:
    __slots__ = ("dead", "identity", "kind", "place", "ref")

    def __init__(self, identity: str, obj: object) -> None:
        self.identity, self.place, self.kind, self.dead = identity, id(obj), type(obj).__name__, None
        try:
            self.ref = _real_ref(obj)
        except TypeError:
            self.ref = None

    def lives(self) -> bool:
        if self.ref is not None:
            return self.ref() is not None
        return any(id(one) == self.place and type(one).__name__ == self.kind for one in gc.get_objects())


def _now() -> int:
    global _clock
    _clock += 1
    return _clock


def tick() -> None:
    """Who has died since the last look."""
    moment = _now()
    for record in _records.values():
        if record.dead is None and not record.lives():
            record.dead = moment


def named(name: str, obj: object) -> None:
    kind = type(obj).__name__
    if kind in SCENERY or any(one.dead is None and one.place == id(obj) for one in _records.values()):
        return
    number = sum(one.identity.split("#")[0] == name for one in _records.values()) + 1
    _records[len(_records)] = Record(name if number == 1 else f"{name}#{number}", obj)


def enter(question: str) -> None:
    tick()
    _entered[question] = _now()


def dies(question: str) -> None:
    tick()
    _truths[question] = sorted(one.identity for one in _records.values() if one.dead and one.dead > _entered[question])


def alive(question: str) -> None:
    tick()
    _truths[question] = sorted(one.identity for one in _records.values() if one.dead is None)


def order(question: str) -> None:
    tick()
    _truths[question] = [identity for moment, identity in _events.items() if moment > _entered[question]]


def collect(question: str) -> None:
    tick()
    ((found, freed),) = [seen for moment, seen in _collections.items() if moment > _entered[question]]
    _truths[question] = {"found": found, "freed": freed}


def count(question: str, number: int) -> None:
    _truths[question] = number - 1  # the operand


def same(question: str, **places: int) -> None:
    groups: dict[int, list[str]] = {}
    for name, place in places.items():
        groups.setdefault(place, []).append(name)
    _truths[question] = sorted(sorted(group) for group in groups.values())


def holders(question: str, number: int, obj: object) -> None:
    main = sys.modules["__main__"].__dict__
    names = sorted(f"the global {name}" for name, value in main.items() if value is obj)
    _truths[question] = {"count": number - 1, "globals": names}


def finalized(obj: object) -> None:
    if not _finished:
        _event(id(obj), "")


def _event(place: int, ending: str) -> None:
    record = next((one for one in reversed(list(_records.values())) if one.place == place and one.dead is None), None)
    if record is not None:
        _events[_now()] = record.identity + ending


def _print(*args: object, **kwargs: Any) -> None:
    if not _finished:
        _printed[_now()] = sys._getframe(1).f_lineno
    _real_print(*args, **kwargs)


def _collect(generation: int = 2) -> int:
    tick()
    before = _now()
    found = _real_collect(generation)
    tick()
    _collections[_now()] = (found, sorted(one.identity for one in _records.values() if one.dead and one.dead > before))
    return found


def _ref(obj: Any, callback: Any = None) -> Any:
    if callback is None:
        return _real_ref(obj)

    def called(reference: object) -> None:
        _event(id(reference), ":callback")
        callback(reference)

    return _real_ref(obj, called)


def finish() -> None:
    global _finished
    _finished = True
    with open(sys.argv[1], "w") as file:
        json.dump({"truths": _truths, "lines": list(_printed.values())}, file)


builtins.print, gc.collect, weakref.ref = _print, _collect, _ref
