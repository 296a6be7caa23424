"""list: growth, items, slices and methods. Sorting is in sorting.py, repr in container_reprs.py.

Growth and the order of deaths follow Objects/listobject.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.hashing import plain_equal
from sim.library.iterators import length_hint, plain_items
from sim.library.ranges import slice_indices
from sim.library.sequences import compare_sequences, count_of, position_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import advance, equal, index_of, iterate, repr_text
from sim.objects.containers import List, Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"list": List}
BULK_BY_RESIZE = ("dict_keys", "dict_values", "dict_items", "dict", "set", "frozenset")


def list_size(m: Machine, items: Any) -> int:
    return 56 + 8 * int(items.capacity)


SIZES: dict[str, Any] = {"list": list_size}

# --- growing ----------------------------------------------------------------------------------------------------------


def append(m: Machine, target: List, item: HeapObject) -> None:
    """target.append(item); `item` is stolen."""
    items = target.items
    items.append(item)
    if len(items) > target.capacity:
        m.heap.list_resized(target)


def resize(m: Machine, target: List, size: int) -> None:
    """list_resize before `items` gets `size` items."""
    allocated = target.capacity
    if allocated >= size >= allocated >> 1:
        return
    if size == 0:
        m.heap.list_capacity(target, 0)
        return
    wanted = (size + (size >> 3) + 6) & ~3
    if size - len(target.items) > wanted - size:
        wanted = (size + 3) & ~3
    m.heap.list_capacity(target, wanted)


def reserve(m: Machine, target: List, extra: int) -> None:
    """Room for `extra` more items: exactly (rounded up to even) in a list without buffer, else by the growth rule."""
    if not extra:
        return
    if target.capacity == 0:
        m.heap.list_capacity(target, (extra + 1) & ~1)
    else:
        resize(m, target, len(target.items) + extra)


def extend(m: Machine, target: List, source: HeapObject) -> Any:
    """target.extend(source): None, or a frame."""
    items = plain_items(m, source)
    if items is None:
        return NativeFrame(m, _extend, target, source)
    name = source.type.name
    if name in BULK_BY_RESIZE and m.profile.list_from_dict_bytes > 88:  # 3.13+: list_extend_dict, list_extend_set
        if items:
            resize(m, target, len(target.items) + len(items))
    else:
        reserve(m, target, len(items))
    target.items.extend(items)
    return None


def _extend(m: Machine, frame: NativeFrame, target: List, source: HeapObject) -> Any:
    """list_extend with an iterator: a guess at the length, then appending, then giving back what was too much."""
    iterator = frame.own((yield iterate(m, source)))
    guess = yield from length_hint(m, frame, source)
    if guess is None:
        guess = 0 if m.profile.list_from_unsized == "append" else 8
    if guess > m.limits.items:
        raise LimitReached("items", m.limits.items)
    if target.capacity == 0 or guess:
        reserve(m, target, guess)
    while True:
        item = yield advance(m, iterator)
        if item is None:
            break
        append(m, target, item)
    if len(target.items) < target.capacity and not _keeps_guess(m, target):
        resize(m, target, len(target.items))
    frame.drop(iterator)
    return None


def _keeps_guess(m: Machine, target: List) -> bool:
    """3.14+ does not give small buffers back."""
    return not m.profile.list_shrinks_small and target.capacity <= 24


# --- making -----------------------------------------------------------------------------------------------------------


@native("list", "__new__", 0, None, raw=True, kind="static")
def list_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> HeapObject:
    return m.heap.list([], called=True) if args[0] is m.types["list"] else m.new_native(args[0], [])


@native("list", "<call>", 0, None, raw=True, kind="static")
def list_call(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    _one_argument(m, args, keywords)
    if len(args) == 1:
        return m.heap.list([], called=True)
    made = m.heap.list([], called=True)
    pending = extend(m, made, args[1])
    return made if pending is None else NativeFrame(m, _made, made, pending)


def _made(m: Machine, frame: NativeFrame, made: List, pending: Any) -> Any:
    frame.own(made)
    yield pending
    return frame.give(made)


def _one_argument(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> None:
    if keywords:
        raise m.error("TypeError", "list() takes no keyword arguments")
    if len(args) > 2:
        raise m.error("TypeError", f"list expected at most 1 argument, got {len(args) - 1}")


@native("list", "__init__", 0, None, raw=True)
def list_init(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    overridden = args[0].type.static is False and m.lookup(args[0].type, "__new__") is not m.lookup(m.types["list"], "__new__")
    _one_argument(m, args, {} if overridden else keywords)
    _emptied(m, args[0])
    if len(args) == 2:
        yield extend(m, args[0], args[1])
    return m.none()


def list_from(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    """PySequence_List: a new list, owned by the frame."""
    made = frame.own(m.heap.list([]))
    yield extend(m, made, source)
    return made


def _emptied(m: Machine, target: List) -> None:
    """list_clear: detach the items, give the buffer back, then close the items from the last on."""
    items, target.items = target.items, []
    m.heap.list_capacity(target, 0)
    for item in reversed(items):
        m.heap.close(item)


def _copied(m: Machine, items: list[HeapObject]) -> List:
    """An exact list of new references."""
    m.charge(len(items) >> 4)
    m.heap.afford(8 * len(items))
    for item in items:
        item.refs += 1
    return m.heap.list(items)


# --- items and slices -------------------------------------------------------------------------------------------------


@native("list", "__getitem__", 1)
def list_getitem(m: Machine, args: list[Any]) -> Any:
    target, key = args
    if key.__class__ is Int:
        return _item(m, target, key.value)
    if key.__class__ is Record and key.type is m.types["slice"]:
        span = slice_indices(m, key, len(target.items))
        if span.__class__ is tuple:
            return _copied(m, target.items[_host_slice(span)])
        return NativeFrame(m, _getslice_slow, target, span)
    return NativeFrame(m, _getitem_slow, target, _checked(m, key))


def _item(m: Machine, target: List, index: int) -> HeapObject:
    items = target.items
    size = len(items)
    if -size <= index < size:
        found = items[index]
        found.refs += 1
        return found
    raise m.error("IndexError", "list index out of range")


def _checked(m: Machine, key: HeapObject) -> HeapObject:
    if not isinstance(key, Int) and m.lookup(key.type, "__index__") is None:
        raise m.error("TypeError", f"list indices must be integers or slices, not {key.type.name}")
    return key


def _getitem_slow(m: Machine, frame: NativeFrame, target: List, key: HeapObject) -> Any:
    return _item(m, target, (yield index_of(m, key)))


def _getslice_slow(m: Machine, frame: NativeFrame, target: List, pending: Any) -> Any:
    span = yield pending
    return _copied(m, target.items[_host_slice(span)])


def _host_slice(span: tuple[int, int, int]) -> slice:
    start, stop, step = span
    if step < 0 and stop < 0:
        return slice(start, None, step) if start >= 0 else slice(0, 0, 1)
    return slice(start, stop, step)


@native("list", "__setitem__", 2)
def list_setitem(m: Machine, args: list[Any]) -> Any:
    target, key, value = args
    if key.__class__ is Int:
        _set_item(m, target, key.value, value)
        return m.none()
    if key.__class__ is Record and key.type is m.types["slice"]:
        return NativeFrame(m, _set_slice, target, key, value)
    return NativeFrame(m, _setitem_slow, target, _checked(m, key), value)


def _set_item(m: Machine, target: List, index: int, value: HeapObject) -> None:
    items = target.items
    if not -len(items) <= index < len(items):
        raise m.error("IndexError", "list assignment index out of range")
    old = items[index]
    value.refs += 1
    items[index] = value
    m.heap.close(old)


def _setitem_slow(m: Machine, frame: NativeFrame, target: List, key: HeapObject, value: HeapObject) -> Any:
    _set_item(m, target, (yield index_of(m, key)), value)
    return m.none()


def _set_slice(m: Machine, frame: NativeFrame, target: List, key: HeapObject, value: HeapObject) -> Any:
    span = yield slice_indices(m, key, len(target.items))
    start, stop, step = span
    made: Any = value
    if not isinstance(value, (List, Tuple)) or value is target:
        if m.lookup(value.type, "__iter__") is None and m.lookup(value.type, "__getitem__") is None:
            message = "can only assign an iterable" if step == 1 else "must assign iterable to extended slice"
            raise m.error("TypeError", message)
        made = yield from list_from(m, frame, value)
    if step == 1:
        replace_slice(m, target, start, max(start, stop), list(made.items))
        return m.none()
    places = range(start, stop, step)
    if len(places) != len(made.items):
        message = f"attempt to assign sequence of size {len(made.items)} to extended slice of size {len(places)}"
        raise m.error("ValueError", message)
    m.charge(len(places) >> 2)
    old = [target.items[place] for place in places]
    for place, item in zip(places, list(made.items), strict=True):
        item.refs += 1
        target.items[place] = item
    m.heap.close_all(old)
    return m.none()


def replace_slice(m: Machine, target: List, start: int, stop: int, new: list[HeapObject]) -> None:
    """list_ass_slice: new references go in, the list is resized, then the old items are closed from the last on."""
    for item in new:
        item.refs += 1
    m.charge((len(target.items) - start) >> 6)
    old = target.items[start:stop]
    size = len(target.items) - len(old) + len(new)
    if size == 0:
        target.items = []
        m.heap.list_capacity(target, 0)
    else:
        if len(new) > len(old):
            resize(m, target, size)
        target.items[start:stop] = new
        if len(old) > len(new):
            m.heap.list_resized(target)
    for item in reversed(old):
        m.heap.close(item)


@native("list", "__delitem__", 1)
def list_delitem(m: Machine, args: list[Any]) -> Any:
    target, key = args
    if key.__class__ is Int:
        _del_item(m, target, key.value)
        return m.none()
    if key.__class__ is Record and key.type is m.types["slice"]:
        return NativeFrame(m, _del_slice, target, key)
    return NativeFrame(m, _delitem_slow, target, _checked(m, key))


def _del_item(m: Machine, target: List, index: int) -> None:
    size = len(target.items)
    if not -size <= index < size:
        raise m.error("IndexError", "list assignment index out of range")
    index %= size
    replace_slice(m, target, index, index + 1, [])


def _delitem_slow(m: Machine, frame: NativeFrame, target: List, key: HeapObject) -> Any:
    _del_item(m, target, (yield index_of(m, key)))
    return m.none()


def _del_slice(m: Machine, frame: NativeFrame, target: List, key: HeapObject) -> Any:
    start, stop, step = yield slice_indices(m, key, len(target.items))
    if step == 1:
        replace_slice(m, target, start, max(start, stop), [])
        return m.none()
    places = range(start, stop, step)
    m.charge(len(target.items) >> 2)
    if step < 0:  # turned round, then garbage is closed from the first on
        places = places[::-1]
    gone = [target.items[place] for place in places]
    doomed = set(places)
    target.items = [item for place, item in enumerate(target.items) if place not in doomed]
    m.heap.list_resized(target)
    m.heap.close_all(gone)
    return m.none()


# --- methods ----------------------------------------------------------------------------------------------------------


@native("list", "append", 1)
def list_append(m: Machine, args: list[Any]) -> Any:
    args[1].refs += 1
    append(m, args[0], args[1])
    return m.none()


@native("list", "extend", 1)
def list_extend(m: Machine, args: list[Any]) -> Any:
    pending = extend(m, args[0], args[1])
    return m.none() if pending is None else NativeFrame(m, _then_none, pending)


def _then_none(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    yield pending
    return m.none()


@native("list", "__iadd__", 1)
def list_iadd(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    yield extend(m, args[0], args[1])
    args[0].refs += 1
    return args[0]


@native("list", "insert", 2)
def list_insert(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target, where, item = args
    index = yield index_of(m, where)
    m.charge(len(target.items) >> 6)
    item.refs += 1
    target.items.insert(index, item)
    if len(target.items) > target.capacity:
        m.heap.list_resized(target)
    return m.none()


@native("list", "pop", 0, 1)
def list_pop(m: Machine, args: list[Any]) -> Any:
    target, where = args
    if where is None:
        return _popped(m, target, -1)
    if where.__class__ is Int:
        return _popped(m, target, where.value)
    return NativeFrame(m, _pop_slow, target, where)


def _pop_slow(m: Machine, frame: NativeFrame, target: List, where: HeapObject) -> Any:
    return _popped(m, target, (yield index_of(m, where)))


def _popped(m: Machine, target: List, index: int) -> HeapObject:
    items = target.items
    if not items:
        raise m.error("IndexError", "pop from empty list")
    if not -len(items) <= index < len(items):
        raise m.error("IndexError", "pop index out of range")
    if index != -1:
        m.charge((len(items) - index % len(items)) >> 6)
    found = items.pop(index)
    if items:
        m.heap.list_resized(target)
    else:
        m.heap.list_capacity(target, 0)
    return found


@native("list", "remove", 1)
def list_remove(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target, item = args
    index = yield from position_of(m, frame, target, item, 0, None)
    if index < 0:
        raise m.error("ValueError", "list.remove(x): x not in list")
    replace_slice(m, target, index, index + 1, [])
    return m.none()


@native("list", "index", 1, 3)
def list_index(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target, item, first, last = args
    start = 0 if first is None else (yield index_of(m, first))
    stop = None if last is None else (yield index_of(m, last))
    index = yield from position_of(m, frame, target, item, start, stop)
    if index < 0:
        shown = "list.index(x): x not in list" if m.profile.version >= "3.14" else None
        raise m.error("ValueError", shown or (yield from _not_in_list(m, item)))
    return m.heap.int(index)


def _not_in_list(m: Machine, item: HeapObject) -> Any:
    shown = yield repr_text(m, item)
    return f"{shown} is not in list"


@native("list", "count", 1)
def list_count(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield from count_of(m, frame, args[0], args[1])))


@native("list", "clear", 0)
def list_clear(m: Machine, args: list[Any]) -> Any:
    _emptied(m, args[0])
    return m.none()


@native("list", "copy", 0)
def list_copy(m: Machine, args: list[Any]) -> Any:
    return _copied(m, list(args[0].items))


@native("list", "reverse", 0)
def list_reverse(m: Machine, args: list[Any]) -> Any:
    m.charge(len(args[0].items) >> 6)
    args[0].items.reverse()
    return m.none()


@native("list", "__len__", 0)
def list_len(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(len(args[0].items))


@native("list", "__hash__", 0)
def list_hash(m: Machine, args: list[Any]) -> Any:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


@native("list", "__contains__", 1)
def list_contains(m: Machine, args: list[Any]) -> Any:
    target, item = args
    for index, one in enumerate(target.items):
        found = plain_equal(one, item)
        if found is None:
            return NativeFrame(m, _contains_slow, target, item, index)
        if found:
            m.charge(index >> 2)
            return m.heap.bool(True)
    m.charge(len(target.items) >> 2)
    return m.heap.bool(False)


def _contains_slow(m: Machine, frame: NativeFrame, target: List, item: HeapObject, index: int) -> Any:
    while index < len(target.items):
        one = frame.borrow(target.items[index])
        if (yield equal(m, one, item)):
            return m.heap.bool(True)
        frame.drop(one)
        index += 1
    return m.heap.bool(False)


@native("list", "__add__", 1)
def list_add(m: Machine, args: list[Any]) -> Any:
    left, right = args
    if not isinstance(right, List):
        return m.not_implemented()
    m.heap.afford(8 * (len(left.items) + len(right.items)))
    return _copied(m, left.items + right.items)


@native("list", "__concat__", 1)
def list_concat(m: Machine, args: list[Any]) -> Any:
    """What the sequence slot says once nobody took the operands."""
    raise m.error("TypeError", f'can only concatenate list (not "{args[1].type.name}") to list')


def repeat_count(m: Machine, size: int, count: int) -> int:
    """How often to repeat, affordable."""
    if not -(1 << 63) <= count < 1 << 63:
        raise m.error("OverflowError", "cannot fit 'int' into an index-sized integer")
    count = max(0, count) if size else 0
    if size and count > m.limits.items // size:
        raise LimitReached("items", m.limits.items)
    return count


def _repeated(m: Machine, target: List, times: HeapObject) -> Any:
    if isinstance(times, Int):
        return _copied(m, target.items * repeat_count(m, len(target.items), times.value))
    if m.lookup(times.type, "__index__") is None:
        return m.not_implemented()
    return NativeFrame(m, _repeat_slow, target, times)


def _repeat_slow(m: Machine, frame: NativeFrame, target: List, times: HeapObject) -> Any:
    count = yield index_of(m, times)
    return _copied(m, target.items * repeat_count(m, len(target.items), count))


@native("list", "__mul__", 1)
def list_mul(m: Machine, args: list[Any]) -> Any:
    return _repeated(m, args[0], args[1])


@native("list", "__rmul__", 1)
def list_rmul(m: Machine, args: list[Any]) -> Any:
    return _repeated(m, args[0], args[1])


@native("list", "__repeat__", 1)
def list_repeat(m: Machine, args: list[Any]) -> Any:
    return _repeated(m, args[0], args[1])


@native("list", "__imul__", 1)
def list_imul(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target, times = args
    if not isinstance(times, Int) and m.lookup(times.type, "__index__") is None:
        return m.not_implemented()
    count = repeat_count(m, len(target.items), (yield index_of(m, times)))
    if count == 0:
        _emptied(m, target)
    elif count > 1 and target.items:
        items = target.items * (count - 1)
        m.charge(len(items) >> 4)
        resize(m, target, len(target.items) + len(items))
        for item in items:
            item.refs += 1
        target.items.extend(items)
    target.refs += 1
    return target


def _comparison(name: str, op: str) -> None:
    @native("list", name, 1)
    def compare_lists(m: Machine, args: list[Any]) -> Any:
        if not isinstance(args[1], List):
            return m.not_implemented()
        return compare_sequences(m, op, args[0], args[1])


for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
    _comparison(_name, _op)
