"""Holders in sentences: "the global a", "item 0 of the list b", "attribute x of the Node c"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.holders import Holding, all_holdings, describe_kind
from sim.machine.frames import Frame
from sim.objects.functions import Function, Module, text_of
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def explain_holders(m: Machine, target: HeapObject) -> list[dict[str, str]]:
    """One row {kind, text} for each counted reference to an object."""
    holdings = all_holdings(m)
    names = names_of(m, holdings)
    rows = [row_of(m, holding, names) for holding in holdings if holding.target is target]
    return sorted(rows, key=lambda row: (KIND_ORDER.get(row["kind"], 9), row["text"]))


KIND_ORDER = {"global": 0, "local": 1, "item": 2, "value": 3, "key": 4, "attribute": 5, "cell": 6}


def names_of(m: Machine, holdings: list[Holding]) -> dict[int, str]:
    """A short name for each object that a variable refers to."""
    names: dict[int, str] = {}
    for holding in holdings:
        if holding.kind == "local" and holding.label:
            names.setdefault(id(holding.target), holding.label)
    main = m.modules.get("__main__")
    if main is not None and main.dict is not None:
        for entry in main.dict.entries():
            names[id(entry.value)] = text_of(entry.key)
    return names


def row_of(m: Machine, holding: Holding, names: dict[int, str]) -> dict[str, str]:
    owner = holding.owner
    kind, label = holding.kind, holding.label
    if isinstance(owner, Dict) and kind in ("value", "key"):
        return dict_row(m, owner, kind, label, names)
    if isinstance(owner, Frame):
        if kind == "local":
            if owner.function is None:
                return {"kind": "local", "text": f"the comprehension variable {label}"}
            return {"kind": "local", "text": f"the local {label} of {owner.code.code.name}()"}
        return {"kind": kind, "text": label}
    if owner is None:
        return {"kind": kind, "text": label}
    whose = owner_name(owner, names)
    texts = {
        "item": f"item {label} of {whose}", "attribute": f"attribute {label} of {whose}", "cell": "a closure's cell", "method": label,
        "class": f"{whose}, its instance", "field": f"{whose}",
    }  # fmt: skip
    return {"kind": kind, "text": texts.get(kind, whose)}


def dict_row(m: Machine, owner: Dict, kind: str, label: str, names: dict[int, str]) -> dict[str, str]:
    for module in m.modules.values():
        if module.dict is owner:
            name = label.strip("'")
            where = f"the global {name}" if module.name == "__main__" else f"the name {name} of module {module.name}"
            return {"kind": "global", "text": where}
    what = "key" if kind == "key" else "value for key"
    return {"kind": kind, "text": f"{what} {label} of {owner_name(owner, names)}"}


def owner_name(owner: Any, names: dict[int, str]) -> str:
    name = names.get(id(owner))
    if isinstance(owner, Function | Module):
        return describe_kind(owner)
    if name is not None:
        return f"the {owner.type.name} {name}"
    return f"a {owner.type.name}"
