"""The error for a special method that returned the wrong kind of object, in each version's words. Pure: imports no operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.machine.machine import Machine
    from sim.objects.heap_object import HeapObject

# method -> what it must return (3.15's wording), and the wording before: {0} the owner's type, {1} the type of the result.
WORDS = {
    "__int__": ("an int", "__int__ returned non-int (type {1})"),
    "__index__": ("an int", "__index__ returned non-int (type {1})"),
    "__float__": ("a float", "{0}.__float__ returned non-float (type {1})"),
    "__complex__": ("a complex", "__complex__ returned non-complex (type {1})"),
    "__bytes__": ("a bytes", "__bytes__ returned non-bytes (type {1})"),
    "__format__": ("a str", "__format__ must return a str, not {1}"),
    "__str__": ("a str", "__str__ returned non-string (type {1})"),
    "__repr__": ("a str", "__repr__ returned non-string (type {1})"),
    "__bool__": ("a bool", "__bool__ should return bool, returned {1}"),
    "__iter__": ("an iterator", "iter() returned non-iterator of type '{1}'"),
}


def wrong_result(m: Machine, owner: HeapObject, method: str, result: HeapObject) -> Exception:
    wanted, before = WORDS[method]
    if m.profile.version == "3.15":
        return m.error("TypeError", f"{owner.type.name}.{method}() must return {wanted}, not {result.type.name}")
    return m.error("TypeError", before.format(owner.type.name, result.type.name))
