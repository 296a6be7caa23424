"""Holders in sentences: "the global a", "item 0 of the list b", "attribute x of the Node c", "the argument of getrefcount"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sim.holders import Holding, all_holdings, describe_kind
from sim.machine.frames import Frame, Generator_
from sim.objects.classes import Type
from sim.objects.containers import Builtin, List, Record, Tuple, WeakReference
from sim.objects.functions import CodeObject, Function, Module, text_of
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.uses import use_of

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KIND_ORDER = {"global": 0, "local": 1, "item": 2, "value": 3, "key": 4, "attribute": 5, "cell": 6}
# What a reference in a C field of a built-in kind is called; "{}" is the owner.
FIELDS = {
    "closure": "the closure of {}", "defaults": "the default arguments of {}", "kwdefaults": "the default arguments of {}",
    "globals": "{}, its globals", "code": "{}, its code", "dict": "the __dict__ of {}", "annotations": "the annotations of {}",
    "doc": "the docstring of {}", "name": "the name of {}", "qualname": "the name of {}", "module": "the module name of {}",
    "source": "{}, which walks it", "callback": "the callback of {}", "traceback": "the traceback of {}", "context": "the context of {}",
    "cause": "the cause of {}", "arguments": "the arguments of {}", "frame": "the frame in {}", "next": "{}, the step before it",
    "namespace": "the namespace of {}", "mro": "the method resolution order of {}", "bases": "the bases of {}", "constants": "{}",
    "names": "a name in {}", "factory": "the default factory of {}", "receiver": "self of {}", "owner": "the owner of {}",
}  # fmt: skip


class Surroundings:
    """All references of one moment, and what their owners are called. sought: as far as they matter for these objects."""

    def __init__(self, m: Machine, sought: Collection[HeapObject] = ()) -> None:
        self.m = m
        self.holdings = all_holdings(m, sought)
        self.names = names_of(m, self.holdings)
        self.above = frames_above(m)
        self.by_target: dict[int, list[Holding]] = {}
        self.parts: dict[int, str] = {}  # tuples that are part of something: its constants, its defaults, its bases
        self.namespaces: dict[int, str] = {}  # dicts that hold somebody's attributes
        for owner in {id(holding.owner): holding.owner for holding in self.holdings}.values():
            self.take_in(owner)

    def take_in(self, owner: Any) -> None:
        if isinstance(owner, CodeObject):
            self.parts[id(owner.constants)] = f"a constant of {describe_object(owner)}"
        elif isinstance(owner, Function):
            self.parts[id(owner.defaults)] = f"a default argument of {describe_object(owner)}"
            self.parts[id(owner.closure)] = f"the closure of {describe_object(owner)}"
        elif isinstance(owner, Type):
            self.parts[id(owner.mro)] = f"the method resolution order of {describe_object(owner)}"
            self.parts[id(owner.bases)] = f"the bases of {describe_object(owner)}"
            self.namespaces[id(owner.namespace)] = describe_object(owner)
        elif getattr(owner, "dict", None) is not None and not isinstance(owner, Module):
            self.namespaces[id(owner.dict)] = self.owner_name(owner)

    def holders(self, target: HeapObject, asking: Frame | None = None) -> list[dict[str, str]]:
        """One row {kind, text} for each counted reference to an object. asking: the frame whose current instruction asks, if one does."""
        if not self.by_target:
            for holding in self.holdings:
                self.by_target.setdefault(id(holding.target), []).append(holding)
        rows = [self.row(holding, asking) for holding in self.by_target.get(id(target), ())]
        return sorted(rows, key=lambda row: (KIND_ORDER.get(row["kind"], 9), row["text"]))

    def row(self, holding: Holding, asking: Frame | None = None) -> dict[str, str]:
        owner, kind, label = holding.owner, holding.kind, holding.label
        if isinstance(owner, Dict) and kind in ("value", "key"):
            return self.dict_row(owner, kind, label)
        if isinstance(owner, Frame) and kind == "local":
            return {"kind": kind, "text": local_text(owner, label)}
        if isinstance(owner, Frame) and kind == "temporary":
            return {"kind": kind, "text": use_of(owner, int(label), self.above.get(id(owner)), owner is asking)}
        if owner is None or isinstance(owner, Frame):
            return {"kind": kind, "text": label}
        whose = self.owner_name(owner)
        if kind == "item" and id(owner) in self.parts and id(owner) not in self.names:
            text = self.parts[id(owner)]
            return {"kind": "constant" if text.startswith("a constant") else "part", "text": text}
        if kind == "field" and isinstance(owner, Set):
            return {"kind": "item", "text": f"an element of {whose}"}
        texts = {
            "item": f"item {label} of {whose}", "attribute": f"attribute {label} of {whose}", "cell": "a closure's cell", "method": label,
            "class": f"{whose}, its instance", "field": FIELDS.get(slot_of(owner, holding.target), "{}").format(whose),
        }  # fmt: skip
        return {"kind": kind, "text": texts.get(kind, whose)}

    def dict_row(self, owner: Dict, kind: str, label: str) -> dict[str, str]:
        name = label.strip("'")
        for module in self.m.modules.values():
            if module.dict is owner:
                where = f"the global {name}" if module.name == "__main__" else f"the name {name} of module {module.name}"
                return {"kind": "global", "text": where}
        if id(owner) in self.namespaces and kind == "value":
            return {"kind": "attribute", "text": f"attribute {name} of {self.namespaces[id(owner)]}"}
        what = "key" if kind == "key" else "value for key"
        return {"kind": kind, "text": f"{what} {label} of {self.owner_name(owner)}"}

    def owner_name(self, owner: Any) -> str:
        if isinstance(owner, Function | Module | CodeObject | Generator_):
            return describe_object(owner)
        name = self.names.get(id(owner))
        return f"the {owner.type.name} {name}" if name is not None else f"a {owner.type.name}"


def explain_holders(m: Machine, target: HeapObject) -> list[dict[str, str]]:
    """One row {kind, text} for each counted reference to an object."""
    return Surroundings(m).holders(target)


def enumerated(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


ITEM = re.compile(r"item (\d+) of (.+)")
MOST_HOLDERS = 12


def folded(held: Sequence[str]) -> list[str]:
    """Holders in words, with many items of one container in one text: `items 0 to 999 of the list row (1000)`."""
    items: dict[str, list[int]] = {}
    for text in held:
        found = ITEM.fullmatch(text)
        if found:
            items.setdefault(found[2], []).append(int(found[1]))
    told = []
    for text in held:
        found = ITEM.fullmatch(text)
        numbers = sorted(items.get(found[2], ())) if found else []
        if len(numbers) < 3:
            told.append(text)
        elif int(found[1]) == numbers[0]:  # type: ignore[index]
            whole = numbers == list(range(numbers[0], numbers[-1] + 1))
            run = f"{numbers[0]} to {numbers[-1]}" if whole else ", ".join(str(one) for one in numbers[:4]) + ", …"
            told.append(f"items {run} of {found[2]} ({len(numbers)})")  # type: ignore[index]
    return told if len(told) <= MOST_HOLDERS else [*told[: MOST_HOLDERS - 1], f"{len(told) - MOST_HOLDERS + 1} more"]


def frames_above(m: Machine) -> dict[int, Any]:
    """For each frame on the stack the one that is on top of it."""
    above: dict[int, Any] = {}
    frame = m.frame
    while frame is not None and frame.back is not None:
        above[id(frame.back)] = frame
        frame = frame.back
    return above


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


def local_text(frame: Frame, label: str) -> str:
    code = frame.code.code
    if frame.function is None:
        return f"the comprehension variable {label}"
    if label.startswith("."):  # the iterator that a comprehension's own function gets
        return f"the loop of the {code.name.strip('<>')}"
    return f"the local {label} of {code.name}()"


def slot_of(owner: Any, target: HeapObject) -> str:
    """The field of a built-in kind's layout that refers to an object."""
    for cls in type(owner).__mro__:
        for slot in getattr(cls, "__slots__", ()):
            value = getattr(owner, slot, None)
            if value is target or (isinstance(value, list) and any(item is target for item in value)):
                return slot
    return ""


def describe_object(owner: Any) -> str:
    """What an object is, in a few words, without a name for it."""
    if isinstance(owner, CodeObject):
        return "the module's code" if owner.code.kind == "module" else f"the code of {owner.code.name}()"
    if isinstance(owner, Generator_):
        return f"the generator {text_of(owner.name)}()"
    if isinstance(owner, Function | Module | Type | Builtin):
        return describe_kind(owner)
    return f"the {owner.type.name}"


def short_value(value: Any, longest: int = 30) -> str:
    """An atom as Python shows it, or what kind of thing it is; never runs the program's code."""
    if value.leaf and hasattr(value, "value"):
        shown = constant_text(value)
        return shown if len(shown) <= longest else shown[: longest - 1] + "…"
    if value.leaf:
        return str(getattr(value, "text", value.type.name))
    if isinstance(value, List | Tuple):
        left, right = "[]" if isinstance(value, List) else "()"
        return f"{left}{right}" if not value.items else f"{left}…{right}"
    if isinstance(value, WeakReference):
        return "weakref (dead)" if value.referent is None else "weakref"
    if isinstance(value, Function | Module | Type | Builtin):
        return describe_kind(value).removeprefix("the ")
    return str(value.type.name) if isinstance(value, Record) else f"{value.type.name} object"


def constant_text(value: Any) -> str:
    if value.type.name == "bool":
        return str(bool(value.value))
    if value.type.name == "int" and value.value.bit_length() > 400:  # text of a huge number is work that nobody asked for
        return f"an int of {value.value.bit_length()} bits"
    return repr(value.value[:200] if isinstance(value.value, str | bytes) else value.value)
