"""dict.fromkeys (Objects/dictobject.c _PyDict_FromKeys)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.dicts import store, store_hashed
from sim.library.hashing import EXOTIC, plain_hash, token_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import advance, call, call_method, iterate
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("dict", "fromkeys", 1, 2, kind="class")
def dict_fromkeys(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, source, value = args
    if value is None:
        value = m.none_object
    d = frame.own((yield call(m, cls, [])))
    if d.type is m.types["dict"] and source.type.static and isinstance(source, Set | Dict):
        for entry in source.entries():  # dict_dict_fromkeys, dict_set_fromkeys: the hashes are known
            m.charge(1)
            if entry.hash_value is None:
                entry.hash_value = plain_hash(m, entry.key)
            value.refs += 1
            yield NativeFrame(m, store_known, d, entry.key, value, entry.hash_value)
        return frame.give(d)
    iterator = frame.own((yield iterate(m, source)))
    while True:
        key = yield advance(m, iterator)
        if key is None:
            return frame.give(d)
        frame.own(key)
        if d.type is m.types["dict"]:
            value.refs += 1
            yield store(m, d, key, value)
        else:
            m.heap.close((yield call_method(m, d, "__setitem__", [key, value])))
        frame.drop(key)
        m.charge(1)


def store_known(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, value: HeapObject, hash_value: int) -> Any:
    """d[key] = value (stolen) with a known hash."""
    token = token_of(m, key)
    if token is not EXOTIC and d.exotic is None:
        m.heap.dict_store(d, token, key, value, hash_value)
        return None
    frame.own(value)
    frame.borrow(key)
    yield from store_hashed(m, frame, d, key, value, hash_value)
    return None
