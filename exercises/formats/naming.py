"""The objects a question may name, and how they are told apart.

An object carries the first name it was bound to. When several objects were first bound to one name they are numbered in the order of
their birth: `a`, `a#2`, `a#3`. That stays the same from version to version and, nearly always, from model to model.
"""

from __future__ import annotations

from collections import Counter

import sim

# Classes, functions and modules are the scenery of a program, not what it is about.
SCENERY = {"function", "type", "module", "builtin_function_or_method", "method", "cell", "frame", "code"}


def known_objects(outcome: sim.Outcome) -> dict[int, sim.KnownObject]:
    return {
        known.serial: known for known in outcome.objects if known.name and not known.name.startswith("__") and known.kind not in SCENERY
    }


def ids_by_serial(outcome: sim.Outcome) -> dict[int, str]:
    seen: Counter[str] = Counter()
    ids = {}
    for known in sorted(known_objects(outcome).values(), key=lambda one: one.at):
        seen[known.name] += 1
        ids[known.serial] = known.name if seen[known.name] == 1 else f"{known.name}#{seen[known.name]}"
    return ids


def first_deaths(outcome: sim.Outcome) -> dict[int, sim.Death]:
    """In a wrong model an object may seem to die more than once; the first time is what the model says."""
    deaths: dict[int, sim.Death] = {}
    for death in outcome.deaths:
        deaths.setdefault(death.serial, death)
    return deaths
