"""Weak references and proxies (Objects/weakrefobject.c). The containers of the `weakref` module are guest code, see library/sources.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.dicts import find, remove
from sim.library.objects import new
from sim.library.types import WEAKREFABLE, KindName
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import compare, hash_of
from sim.objects.classes import Type
from sim.objects.containers import WeakReference
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def may_be_referenced(kind: Type) -> bool:
    if not kind.static:
        return kind.weakrefable
    return kind.name in WEAKREFABLE


def make_reference(m: Machine, kind: Type, target: Any, callback: Any) -> HeapObject:
    """A weak reference; plain ones of one object are shared (and stand first in its list), others are put in behind them, newest first."""
    if callback is m.none_object:
        callback = None
    if not may_be_referenced(target.type):
        raise m.error("TypeError", f"cannot create weak reference to '{target.type.name}' object")
    existing = target.weakrefs or []
    shared = [r for r in existing if r.callback is None and r.type.static and r.type is kind]
    if callback is None and kind.static and shared:
        return new(shared[0])  # type: ignore[no-any-return]
    made: Any = m.new_native(kind, target, new(callback) if callback is not None else None)
    if target.weakrefs is None:
        target.weakrefs = []
    basics = sum(1 for r in target.weakrefs if r.callback is None and r.type.static)
    if callback is None and kind.static:
        position = 0 if kind is m.types["ReferenceType"] else basics
    else:
        position = basics
    target.weakrefs.insert(position, made)
    return made  # type: ignore[no-any-return]


@native("ReferenceType", "__new__", 1, 2, kind="static")
def reference_new(m: Machine, args: list[Any]) -> HeapObject:
    return make_reference(m, args[0], args[1], args[2] if len(args) > 2 and args[2] is not None else None)


@native("ReferenceType", "__init__", 1, 2)
def reference_init(m: Machine, args: list[Any]) -> HeapObject:
    return m.none()


@native("ReferenceType", "__call__")
def reference_call(m: Machine, args: list[Any]) -> HeapObject:
    referent = args[0].referent
    return new(referent) if referent is not None else m.none()


@getter("ReferenceType", "__callback__")
def reference_callback(m: Machine, owner: WeakReference) -> HeapObject:
    return new(owner.callback) if owner.callback is not None else m.none()


@native("ReferenceType", "__eq__", 1)
def reference_eq(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    left, right = args
    if not isinstance(right, WeakReference):
        return m.not_implemented()
    if left.referent is None or right.referent is None:
        return m.heap.bool(left is right)
    first, second = frame.borrow(left.referent), frame.borrow(right.referent)
    return (yield compare(m, "==", first, second))


@native("ReferenceType", "__hash__")
def reference_hash(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    reference: WeakReference = args[0]
    if reference.hash_value is None:
        if reference.referent is None:
            raise m.error("TypeError", "weak object has gone away")
        referent = frame.borrow(reference.referent)
        reference.hash_value = yield hash_of(m, referent)
    return m.heap.int(reference.hash_value)


@native("ReferenceType", "__repr__")
def reference_repr(m: Machine, args: list[Any]) -> HeapObject:
    referent = args[0].referent
    where = f"<weakref at 0x{args[0].identity:x}; "
    if referent is None:
        return m.heap.str(where + "dead>")
    return m.heap.str(f"{where}to '{referent.type.name}' at 0x{referent.identity:x}>")


# --- the module's functions -------------------------------------------------------------------------------------------------------------


@native("module:weakref", "getweakrefcount", 1, kind="function")
def get_weakref_count(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(args[0].weakrefs or []))


@native("module:weakref", "getweakrefs", 1, kind="function")
def get_weakrefs(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.list([new(reference) for reference in args[0].weakrefs or []])


@native("module:weakref", "_remove_dead_weakref", 2, kind="function")
def remove_dead_weakref(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Delete a key only if its value is a weak reference to nothing (Modules/_weakref.c)."""
    target, key = args
    entry = yield find(m, target, key)
    if entry is not None and isinstance(entry.value, WeakReference) and entry.value.referent is None:
        yield remove(m, target, key)
    return m.none()


MODULE_CONSTANTS = {
    "weakref": {"ref": KindName("ReferenceType"), "ReferenceType": KindName("ReferenceType"), "ProxyType": KindName("ProxyType"),
                "CallableProxyType": KindName("CallableProxyType")},
}
