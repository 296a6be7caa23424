"""set and frozenset: membership, operators and methods. The table itself is in set_tables.py, repr in container_reprs.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.heap import is_trackable
from sim.library.dicts import first_text, same_hash
from sim.library.hashing import EXOTIC, frozen_hash, plain_equal, plain_hash, token_of
from sim.library.iterators import NOT_PLAIN, advance_plain
from sim.library.set_tables import absorb, delete, insert, rebuild
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import advance, equal, hash_of, iterate
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Entry, Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"set": Set, "frozenset": Set}


def set_size(m: Machine, owner: Any) -> int:
    return 216 + (16 * len(owner.table) if len(owner.table) > 8 else 0)


SIZES: dict[str, Any] = {"set": set_size, "frozenset": set_size}

# --- the machine's way in ---------------------------------------------------------------------------------------------


def add(m: Machine, target: Set, key: HeapObject) -> Any:
    """target.add(key): None, or a frame."""
    token = token_of(m, key)
    if token is not EXOTIC and target.exotic is None:
        if token not in target.index:
            insert(m.heap, target, token, key, plain_hash(m, key))
        return None
    return NativeFrame(m, _add, target, key)


def look(m: Machine, target: Set, key: HeapObject) -> Any:
    """The entry of a key, None, or a frame that gives one of them."""
    token = token_of(m, key)
    if token is not EXOTIC and target.exotic is None:
        return target.index.get(token)
    return NativeFrame(m, _look, target, key)


def look_entry(m: Machine, target: Set, entry: Entry) -> Any:
    """Like look, for an entry of another set: its hash is known."""
    if target.exotic is None and token_of(m, entry.key) is not EXOTIC:
        return target.index.get(entry.token)
    return NativeFrame(m, _search, target, entry.key, entry.hash_value)


def add_entry(m: Machine, target: Set, entry: Entry) -> Any:
    """Like add, for an entry of another set."""
    if target.exotic is None and token_of(m, entry.key) is not EXOTIC:
        if entry.token not in target.index:
            insert(m.heap, target, entry.token, entry.key, entry.hash_value or 0)
        return None
    return NativeFrame(m, _add_hashed, target, entry.key, entry.hash_value)


def _look(m: Machine, frame: NativeFrame, target: Set, key: HeapObject) -> Any:
    hash_value = yield from _hashed(m, key)
    return (yield from _search(m, frame, target, key, hash_value))


def _add(m: Machine, frame: NativeFrame, target: Set, key: HeapObject) -> Any:
    hash_value = yield from _hashed(m, key)
    yield from _add_hashed(m, frame, target, key, hash_value)


def _add_hashed(m: Machine, frame: NativeFrame, target: Set, key: HeapObject, hash_value: int) -> Any:
    frame.borrow(key)
    entry = yield from _search(m, frame, target, key, hash_value)
    if entry is None:
        token = token_of(m, key)
        insert(m.heap, target, key if token is EXOTIC else token, key, hash_value)
    return None


def _hashed(m: Machine, key: HeapObject) -> Any:
    """hash(key); 3.14 words the refusal of an unhashable key by what it was meant for."""
    try:
        return (yield hash_of(m, key))
    except GuestError as error:
        if m.profile.version < "3.14" or error.exception.type is not m.types["TypeError"]:
            raise
        text = first_text(error)
        if not text.startswith("unhashable type"):
            raise
        m.heap.close(error.exception)
        raise m.error("TypeError", f"cannot use '{key.type.name}' as a set element ({text})") from None


def _search(m: Machine, frame: NativeFrame, target: Set, key: HeapObject, hash_value: int) -> Any:
    while True:
        version = target.version
        for entry in list(same_hash(m, target, hash_value)):
            if entry.key is key:
                return entry
            found = plain_equal(entry.key, key)
            if found is None:
                frame.borrow(entry.key)
                found = yield equal(m, entry.key, key)
                frame.drop(entry.key)
            if target.version != version:
                break
            if found:
                return entry
        else:
            return None


def update(m: Machine, target: Set, source: HeapObject) -> Any:
    """target.update(source): None, or a frame."""
    if isinstance(source, Set) and (target.fill == 0 or (source.exotic is None and target.exotic is None)):
        _merge_plain(m, target, source)
        return None
    return NativeFrame(m, _update, target, source)


def _merge_plain(m: Machine, target: Set, source: Set) -> None:
    """set_merge."""
    if source is target or not source.index:
        return
    m.charge(len(source.table) >> 2)
    heap = m.heap
    if target.fill == 0:
        absorb(heap, target, source)
        return
    if (target.fill + len(source.index)) * 5 >= (len(target.table) - 1) * 3:
        rebuild(heap, target, (len(target.index) + len(source.index)) * 2)
    for entry in source.entries():
        if entry.token not in target.index:
            insert(heap, target, entry.token, entry.key, entry.hash_value or 0)


def _update(m: Machine, frame: NativeFrame, target: Set, source: HeapObject) -> Any:
    if isinstance(source, Dict) and source.type is m.types["dict"]:
        used = len(source.index)
        if (target.fill + used) * 5 >= (len(target.table) - 1) * 3:
            rebuild(m.heap, target, (len(target.index) + used) * 2)
    if isinstance(source, Set) or (isinstance(source, Dict) and source.type is m.types["dict"]):
        for entry in source.entries():
            if entry.hash_value is None:
                entry.hash_value = plain_hash(m, entry.key)
            yield add_entry(m, target, entry)
        return None
    iterator = frame.own((yield iterate(m, source)))
    while True:
        item = advance_plain(m, iterator)
        if item is NOT_PLAIN:
            item = yield advance(m, iterator)
        if item is None:
            return None
        m.charge(2)
        frame.own(item)
        pending = add(m, target, item)
        if pending is not None:
            yield pending
        frame.drop(item)


# --- making -----------------------------------------------------------------------------------------------------------


@native("set", "__new__", 0, None, raw=True, kind="static")
def set_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> HeapObject:
    return m.heap.set() if args[0] is m.types["set"] else m.new_native(args[0])


@native("set", "<call>", 0, 1, kind="static")
def set_call(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    made = frame.own(m.heap.set())
    if args[1] is not None:
        yield update(m, made, args[1])
    return frame.give(made)


@native("set", "__init__", 0, 1)
def set_init(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    _clear(m, args[0])
    if args[1] is not None:
        yield update(m, args[0], args[1])
    return m.none()


@native("frozenset", "__new__", 0, 1, kind="static")
def frozenset_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, source = args
    frozen = m.types["frozenset"]
    if cls is frozen and source is not None and source.type is frozen:
        source.refs += 1
        return source
    made = frame.own(m.heap.set("frozenset") if cls is frozen else m.new_native(cls))
    if source is not None:
        yield update(m, made, source)
    if cls is frozen and not m.profile.frozenset_tracks_atoms and not any(is_trackable(entry.key) for entry in made.entries()):
        m.heap.untrack(made)
    return frame.give(made)


def _like(m: Machine, owner: HeapObject) -> Set:
    """An empty set of the built-in kind of `owner` (make_new_set_basetype)."""
    return m.heap.set("frozenset" if m.types["frozenset"] in owner.type.order else "set")


def copy_of(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    """A copy with the owner's built-in kind, owned by the frame."""
    made = frame.own(_like(m, owner))
    yield update(m, made, owner)
    return made


def as_set(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    """A new set of the items of any iterable."""
    made = m.heap.set()
    frame.held.append(made)
    yield update(m, made, source)
    return frame.give(made)


def _clear(m: Machine, target: Set) -> None:
    gone = Set.references(target)  # the items only: an instance of a subclass keeps its class
    target.empty()
    m.heap.set_table(target, 8)
    m.heap.close_all(gone)


# --- operators --------------------------------------------------------------------------------------------------------


def set_operation(m: Machine, frame: NativeFrame, op: str, left: Any, right: Any) -> Any:
    """left op right for two sets: a new set of the left one's built-in kind."""
    made = yield from _OPERATIONS[op](m, frame, left, right)
    return frame.give(made)


def _union(m: Machine, frame: NativeFrame, left: Any, right: Any) -> Any:
    made = yield from copy_of(m, frame, left)
    if right is not left:
        yield update(m, made, right)
    return made


def _keep(m: Machine, frame: NativeFrame, made: Set, source: Set, other: Set, wanted: bool) -> Any:
    """Put the keys of source into made that are (wanted) or are not in other."""
    for entry in source.entries():
        m.charge(1)
        if not entry.live:
            continue
        key = frame.borrow(entry.key)
        found = yield look_entry(m, other, entry)
        if (found is not None) is wanted:
            yield add_entry(m, made, entry)
        frame.drop(key)


def _intersection(m: Machine, frame: NativeFrame, left: Any, right: Any) -> Any:
    if left is right:
        return (yield from copy_of(m, frame, left))
    made = frame.own(_like(m, left))
    if len(right.index) > len(left.index):
        left, right = right, left
    yield from _keep(m, frame, made, right, left, True)
    return made


def _difference(m: Machine, frame: NativeFrame, left: Any, right: Any) -> Any:
    if len(left.index) >> 2 > len(right.index):  # set_copy_and_difference
        made = yield from copy_of(m, frame, left)
        yield from _discard_all(m, frame, made, right)
        return made
    made = frame.own(_like(m, left))
    yield from _keep(m, frame, made, left, right, False)
    return made


def _symmetric(m: Machine, frame: NativeFrame, left: Any, right: Any) -> Any:
    made = frame.own(_like(m, left))
    yield update(m, made, right)
    yield from _toggle(m, frame, made, left)
    return made


def _toggle(m: Machine, frame: NativeFrame, target: Set, source: Set) -> Any:
    for entry in source.entries():
        m.charge(1)
        key = frame.borrow(entry.key)
        found = yield look_entry(m, target, entry)
        if found is not None:
            delete(target, found)
            m.heap.close(found.key)
        else:
            yield add_entry(m, target, entry)
        frame.drop(key)


def _discard_all(m: Machine, frame: NativeFrame, target: Set, source: Set) -> Any:
    for entry in source.entries():
        m.charge(1)
        key = frame.borrow(entry.key)
        found = yield look_entry(m, target, entry)
        if found is not None:
            delete(target, found)
            m.heap.close(found.key)
        frame.drop(key)


_OPERATIONS: dict[str, Any] = {"|": _union, "&": _intersection, "-": _difference, "^": _symmetric}


def _operator(owner: str, name: str, op: str) -> None:
    @native(owner, f"__{name}__", 1)
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        if not isinstance(args[1], Set):
            return m.not_implemented()
        return (yield from set_operation(m, frame, op, args[0], args[1]))

    @native(owner, f"__r{name}__", 1)
    def operate_reflected(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        if not isinstance(args[1], Set):
            return m.not_implemented()
        return (yield from set_operation(m, frame, op, args[1], args[0]))


def _named_operation(owner: str, name: str, op: str, most: int | None) -> None:
    @native(owner, name, 0 if most is None else 1, most)
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        result = args[0]
        if len(args) == 1:
            return frame.give((yield from copy_of(m, frame, result)))
        for other in args[1:]:
            if not isinstance(other, Set):
                other = frame.own((yield from as_set(m, frame, other)))
            result = yield from _OPERATIONS[op](m, frame, result, other)
        return frame.give(result)


for _owner in ("set", "frozenset"):
    for _name, _op, _method, _most in (("and", "&", "intersection", None), ("or", "|", "union", None), ("sub", "-", "difference", None),
                                       ("xor", "^", "symmetric_difference", 1)):  # fmt: skip
        _operator(_owner, _name, _op)
        _named_operation(_owner, _method, _op, _most)


def _changed(m: Machine, frame: NativeFrame, op: str, target: Any, other: Any) -> Any:
    """target op= other, in place."""
    if not isinstance(other, Set) and op != "|":
        other = frame.own((yield from as_set(m, frame, other)))
    if op == "|":
        yield update(m, target, other)
    elif op == "-" and other is not target:
        yield from _discard_all(m, frame, target, other)
    elif op == "^" and other is not target:
        yield from _toggle(m, frame, target, other)
    elif op == "&":
        kept = yield from _intersection(m, frame, target, other)
        _swap(target, kept)
    else:
        _clear(m, target)


def _swap(left: Any, right: Any) -> None:
    """set_swap_bodies."""
    for name in ("table", "index", "exotic", "fill", "table_address"):
        mine, other = getattr(left, name), getattr(right, name)
        setattr(left, name, other)
        setattr(right, name, mine)
    left.version += 1


def _in_place(name: str, op: str, method: str, most: int | None) -> None:
    @native("set", f"__i{name}__", 1)
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        if not isinstance(args[1], Set):
            return m.not_implemented()
        yield from _changed(m, frame, op, args[0], args[1])
        args[0].refs += 1
        return args[0]

    @native("set", method, 0 if most is None else 1, most)
    def change(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        for other in args[1:]:
            yield from _changed(m, frame, op, args[0], other)
        return m.none()


_in_place("or", "|", "update", None)
_in_place("and", "&", "intersection_update", None)
_in_place("sub", "-", "difference_update", None)
_in_place("xor", "^", "symmetric_difference_update", 1)

# --- comparing --------------------------------------------------------------------------------------------------------


def _subset(m: Machine, frame: NativeFrame, inner: Any, outer: Any) -> Any:
    if len(inner.index) > len(outer.index):
        return False
    for entry in inner.entries():
        m.charge(1)
        key = frame.borrow(entry.key)
        found = yield look_entry(m, outer, entry)
        frame.drop(key)
        if found is None:
            return False
    return True


def _comparison(owner: str, name: str, op: str) -> None:
    @native(owner, name, 1)
    def compare_sets(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        left, right = args
        if not isinstance(right, Set):
            return m.not_implemented()
        if op in ("==", "!="):
            same = len(left.index) == len(right.index) and (yield from _subset(m, frame, left, right))
            return m.heap.bool(same is (op == "=="))
        if op[0] == ">":
            left, right = right, left
        if len(op) == 1 and len(left.index) >= len(right.index):
            return m.heap.bool(False)
        return m.heap.bool((yield from _subset(m, frame, left, right)))


for _owner in ("set", "frozenset"):
    for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
        _comparison(_owner, _name, _op)


# --- methods of both --------------------------------------------------------------------------------------------------


def set_len(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(len(args[0].index))


def set_contains(m: Machine, args: list[Any]) -> Any:
    owner, key = args
    if is_unhashable_set(m, key):
        return NativeFrame(m, _contains_set, owner, key)
    entry = look(m, owner, key)
    if entry.__class__ is NativeFrame:
        return NativeFrame(m, _contains_slow, entry)
    return m.heap.bool(entry is not None)


def is_unhashable_set(m: Machine, key: HeapObject) -> bool:
    """A set as key stands for the frozenset of its items."""
    return isinstance(key, Set) and m.lookup(key.type, "__hash__") in (None, m.none_object)


def _contains_slow(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    entry = yield pending
    return m.heap.bool(entry is not None)


def _contains_set(m: Machine, frame: NativeFrame, owner: Set, key: Set) -> Any:
    frozen = frame.own(m.heap.set("frozenset"))
    yield update(m, frozen, key)
    entry = yield look(m, owner, frozen)
    return m.heap.bool(entry is not None)


def set_copy(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if args[0].type is m.types["frozenset"]:
        args[0].refs += 1
        return args[0]
    return frame.give((yield from copy_of(m, frame, args[0])))


def set_isdisjoint(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, other = args
    if not isinstance(other, Set):
        other = frame.own((yield from as_set(m, frame, other)))
    common = yield from _intersection(m, frame, owner, other)
    return m.heap.bool(not common.index)


def set_issubset(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    other = args[1] if isinstance(args[1], Set) else frame.own((yield from as_set(m, frame, args[1])))
    return m.heap.bool((yield from _subset(m, frame, args[0], other)))


def set_issuperset(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    other = args[1] if isinstance(args[1], Set) else frame.own((yield from as_set(m, frame, args[1])))
    return m.heap.bool((yield from _subset(m, frame, other, args[0])))


for _owner in ("set", "frozenset"):
    native(_owner, "__len__", 0)(set_len)
    native(_owner, "__contains__", 1)(set_contains)
    native(_owner, "copy", 0)(set_copy)
    native(_owner, "isdisjoint", 1)(set_isdisjoint)
    native(_owner, "issubset", 1)(set_issubset)
    native(_owner, "issuperset", 1)(set_issuperset)

# --- methods of one ---------------------------------------------------------------------------------------------------


@native("frozenset", "__hash__", 0)
def frozenset_hash(m: Machine, args: list[Any]) -> Any:
    owner = args[0]
    if owner.hash_value is None:
        owner.hash_value = frozen_hash([entry.hash_value for entry in owner.entries()])
    return m.heap.int(owner.hash_value)


@native("set", "__hash__", 0)
def set_hash(m: Machine, args: list[Any]) -> Any:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


def _then_none(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    yield pending
    return m.none()


@native("set", "add", 1)
def set_add(m: Machine, args: list[Any]) -> Any:
    pending = add(m, args[0], args[1])
    return m.none() if pending is None else NativeFrame(m, _then_none, pending)


def _removed(m: Machine, frame: NativeFrame, owner: Set, key: HeapObject) -> Any:
    if is_unhashable_set(m, key):
        frozen = frame.own(m.heap.set("frozenset"))
        yield update(m, frozen, key)
        key = frozen
    entry: Entry | None = yield look(m, owner, key)
    if entry is None:
        return False
    delete(owner, entry)
    m.heap.close(entry.key)
    return True


@native("set", "remove", 1)
def set_remove(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if not (yield from _removed(m, frame, args[0], args[1])):
        raise m.error_with("KeyError", args[1])
    return m.none()


@native("set", "discard", 1)
def set_discard(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    yield from _removed(m, frame, args[0], args[1])
    return m.none()


@native("set", "pop", 0)
def set_pop(m: Machine, args: list[Any]) -> Any:
    """From the place where the last pop stopped on."""
    owner = args[0]
    if not owner.index:
        raise m.error("KeyError", "pop from an empty set")
    mask = len(owner.table) - 1
    place = owner.finger & mask
    while True:
        entry = owner.table[place]
        if entry is not None and entry.live:
            break
        place = (place + 1) & mask
    owner.finger = place + 1
    delete(owner, entry)
    return entry.key


@native("set", "clear", 0)
def set_clear(m: Machine, args: list[Any]) -> Any:
    _clear(m, args[0])
    return m.none()
