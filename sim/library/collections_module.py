"""The module collections: deque and defaultdict as natives; OrderedDict, Counter and namedtuple as guest source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.container_reprs import dict_text, guarded, joined_reprs
from sim.library.counter_source import COUNTER
from sim.library.dicts import copied, dict_init, dict_size, store
from sim.library.iterators import itself
from sim.library.sequences import compare_sequences, count_of, position_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, call, index_of, iterate, repr_text
from sim.objects.collection_objects import CENTRE, DefaultDict, Deque
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {
    "deque": Deque, "defaultdict": DefaultDict, "_deque_iterator": Record, "_deque_reverse_iterator": Record,
    "_tuplegetter": Record,
}  # fmt: skip
BASES = {"defaultdict": "dict"}
SIZES: dict[str, Any] = {
    "deque": lambda m, obj: 232 + 528 * obj.blocks,
    "defaultdict": lambda m, obj: dict_size(m, obj) + 8,
    "_deque_iterator": lambda m, obj: 64,
    "_deque_reverse_iterator": lambda m, obj: 64,
}
MODULE = "module:collections"


@native(MODULE, "_types", 0, kind="function")
def collection_types(m: Machine, args: list[Any]) -> HeapObject:
    found = [m.types["deque"], m.types["defaultdict"]]
    for kind in found:
        kind.refs += 1
    return m.heap.tuple(list(found))


# --- deque -----------------------------------------------------------------------------------------------------------


@native("deque", "__new__", 0, None, raw=True, kind="static")
def deque_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> HeapObject:
    return m.new_native(args[0])  # type: ignore[no-any-return]


@native("deque", "__init__", 0, 2, keywords=("iterable", "maxlen"))
def deque_init(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target, source, maximum = args
    if maximum is not None and maximum is not m.none_object:
        target.maximum = yield index_of(m, maximum)
        if target.maximum < 0:
            raise m.error("ValueError", "maxlen must be non-negative")
    _emptied(m, target)
    if source is not None:
        yield from _extended(m, frame, target, source, False)
    return m.none()


def _emptied(m: Machine, target: Deque) -> None:
    target.version += 1
    m.heap.close_all(Deque.clears(target))


def _add(m: Machine, target: Deque, item: HeapObject, left: bool) -> None:
    """Steals `item`. A full deque loses one at the other end."""
    target.version += 1
    if len(target.items) >= m.limits.items:
        raise LimitReached("items", m.limits.items)
    if left:
        target.items.appendleft(item)
        target.first -= 1
    else:
        target.items.append(item)
    if target.maximum is not None and len(target.items) > target.maximum:
        m.heap.close(_taken(target, not left))


def _taken(target: Deque, left: bool) -> HeapObject:
    target.version += 1
    if left:
        item = target.items.popleft()
        target.first += 1
    else:
        item = target.items.pop()
    if not target.items:
        target.first = CENTRE
    return item


def _extended(m: Machine, frame: NativeFrame, target: Deque, source: HeapObject, left: bool) -> Any:
    iterator = frame.own((yield iterate(m, source)))
    while True:
        item = yield advance(m, iterator)
        if item is None:
            frame.drop(iterator)
            return
        _add(m, target, item, left)


def _ends(name: str, left: bool) -> None:
    @native("deque", f"append{name}", 1)
    def append(m: Machine, args: list[Any]) -> Any:
        args[1].refs += 1
        _add(m, args[0], args[1], left)
        return m.none()

    @native("deque", f"pop{name}", 0)
    def pop(m: Machine, args: list[Any]) -> Any:
        if not args[0].items:
            raise m.error("IndexError", "pop from an empty deque")
        return _taken(args[0], left)

    @native("deque", f"extend{name}", 1)
    def extend(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        yield from _extended(m, frame, args[0], args[1], left)
        return m.none()


_ends("", False)
_ends("left", True)


@native("deque", "__iadd__", 1)
def deque_iadd(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    yield from _extended(m, frame, args[0], args[1], False)
    args[0].refs += 1
    return args[0]


@native("deque", "clear", 0)
def deque_clear(m: Machine, args: list[Any]) -> Any:
    _emptied(m, args[0])
    return m.none()


@native("deque", "__len__", 0)
def deque_len(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(len(args[0].items))


@native("deque", "__hash__", 0)
def deque_hash(m: Machine, args: list[Any]) -> Any:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


@getter("deque", "maxlen")
def deque_maxlen(m: Machine, owner: Any) -> Any:
    return m.none() if owner.maximum is None else m.heap.int(owner.maximum)


def _place(m: Machine, owner: Any, index: int) -> int:
    if not -len(owner.items) <= index < len(owner.items):
        raise m.error("IndexError", "deque index out of range")
    return index


@native("deque", "__getitem__", 1)
def deque_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    index = yield index_of(m, args[1])
    found = args[0].items[_place(m, args[0], index)]
    found.refs += 1
    return found


@native("deque", "__setitem__", 2)
def deque_setitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    index = _place(m, args[0], (yield index_of(m, args[1])))
    old = args[0].items[index]
    args[2].refs += 1
    args[0].items[index] = args[2]
    m.heap.close(old)
    return m.none()


@native("deque", "__delitem__", 1)
def deque_delitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    index = _place(m, args[0], (yield index_of(m, args[1])))
    _delete(m, args[0], index)
    return m.none()


def _delete(m: Machine, owner: Deque, index: int) -> None:
    old = owner.items[index]
    del owner.items[index]
    owner.version += 1
    m.heap.close(old)


@native("deque", "remove", 1)
def deque_remove(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    index = yield from position_of(m, frame, args[0], args[1], 0, None)
    if index < 0:
        raise m.error("ValueError", f"{(yield repr_text(m, args[1]))} is not in deque")
    _delete(m, args[0], index)
    return m.none()


@native("deque", "index", 1, 3)
def deque_index(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    start = 0 if args[2] is None else (yield index_of(m, args[2]))
    stop = None if args[3] is None else (yield index_of(m, args[3]))
    index = yield from position_of(m, frame, args[0], args[1], start, stop)
    if index < 0:
        raise m.error("ValueError", f"{(yield repr_text(m, args[1]))} is not in deque")
    return m.heap.int(index)


@native("deque", "__contains__", 1)
def deque_contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.bool((yield from position_of(m, frame, args[0], args[1], 0, None)) >= 0)


@native("deque", "count", 1)
def deque_count(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield from count_of(m, frame, args[0], args[1])))


@native("deque", "insert", 2)
def deque_insert(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    index = yield index_of(m, args[1])
    if owner.maximum is not None and len(owner.items) >= owner.maximum:
        raise m.error("IndexError", "deque already at its maximum size")
    args[2].refs += 1
    owner.items.insert(index, args[2])
    owner.version += 1
    return m.none()


@native("deque", "rotate", 0, 1)
def deque_rotate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    steps = 1 if args[1] is None else (yield index_of(m, args[1]))
    size = len(args[0].items)
    if size > 1:
        m.charge(size >> 4)
        args[0].items.rotate(steps % size)
        args[0].version += 1
    return m.none()


@native("deque", "reverse", 0)
def deque_reverse(m: Machine, args: list[Any]) -> Any:
    m.charge(len(args[0].items) >> 4)
    args[0].items.reverse()
    return m.none()


def deque_copy(m: Machine, args: list[Any]) -> Any:
    owner = args[0]
    made = m.new_native(owner.type)
    made.maximum = owner.maximum
    m.charge(len(owner.items) >> 2)
    for item in owner.items:
        item.refs += 1
        _add(m, made, item, False)
    return made


native("deque", "copy", 0)(deque_copy)
native("deque", "__copy__", 0)(deque_copy)


def _comparison(name: str, op: str) -> None:
    @native("deque", name, 1)
    def compare_deques(m: Machine, args: list[Any]) -> Any:
        if not isinstance(args[1], Deque):
            return m.not_implemented()
        return compare_sequences(m, op, args[0], args[1])


for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
    _comparison(_name, _op)


def _deque_text(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    text = yield from joined_reprs(m, frame, lambda index: owner.items[index] if index < len(owner.items) else None, True)
    limit = "" if owner.maximum is None else f", maxlen={owner.maximum}"
    return f"{owner.type.name}([{text}]{limit})"


@native("deque", "__repr__", 0)
def deque_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield from guarded(m, frame, args[0], "[...]", _deque_text))


def _deque_iterator(method: str, kind: str) -> None:
    step = 1 if method == "__iter__" else -1

    @native("deque", method, 0)
    def make(m: Machine, args: list[Any]) -> Any:
        owner = args[0]
        owner.refs += 1
        return m.heap.record(kind, [owner], 48, state=[0 if step > 0 else len(owner.items) - 1, owner.version])

    @native(kind, "__next__", 0)
    def step_on(m: Machine, args: list[Any]) -> Any:
        iterator = args[0]
        owner = iterator.parts[0]
        place, version = iterator.state
        if owner is None:
            return None
        if version != owner.version:
            raise m.error("RuntimeError", "deque mutated during iteration")
        if not 0 <= place < len(owner.items):
            iterator.parts[0] = None
            m.heap.close(owner)
            return None
        iterator.state[0] = place + step
        owner.items[place].refs += 1
        return owner.items[place]

    native(kind, "__iter__", 0)(itself)


_deque_iterator("__iter__", "_deque_iterator")
_deque_iterator("__reversed__", "_deque_reverse_iterator")

# --- defaultdict --------------------------------------------------------------------------------------------------------


@native("defaultdict", "__init__", 0, None, raw=True)
def defaultdict_init(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    owner = args[0]
    factory = args[1] if len(args) > 1 and args[1] is not m.none_object else None
    if factory is not None:
        factory.refs += 1
    owner.factory, old = factory, owner.factory
    if old is not None:
        m.heap.close(old)
    m.heap.close((yield NativeFrame(m, dict_init, [owner, *args[2:]], keywords)))
    return m.none()


@native("defaultdict", "__missing__", 1)
def defaultdict_missing(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key = args
    if owner.factory is None:
        raise m.error_with("KeyError", key)
    value = frame.own((yield call(m, owner.factory, [])))
    value.refs += 1
    yield store(m, owner, key, value)
    return frame.give(value)


@getter("defaultdict", "default_factory")
def defaultdict_factory(m: Machine, owner: Any) -> Any:
    if owner.factory is None:
        return m.none()
    owner.factory.refs += 1
    return owner.factory


def defaultdict_copy(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    plain = frame.own(copied(m, owner))
    factory = owner.factory if owner.factory is not None else m.none_object
    return (yield call(m, owner.type, [factory, plain]))


native("defaultdict", "copy", 0)(defaultdict_copy)
native("defaultdict", "__copy__", 0)(defaultdict_copy)


def _defaultdict_text(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    factory = yield repr_text(m, owner.factory if owner.factory is not None else m.none_object)
    text = yield from dict_text(m, frame, owner)
    return f"{owner.type.name}({factory}, {text})"


@native("defaultdict", "__repr__", 0)
def defaultdict_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield from guarded(m, frame, args[0], "defaultdict(...)", _defaultdict_text))


# --- fields of named tuples ---------------------------------------------------------------------------------------------


@native(MODULE, "_field", 1, kind="function")
def tuple_field(m: Machine, args: list[Any]) -> HeapObject:
    """A descriptor that reads one place of a tuple (Modules/_collectionsmodule.c tuplegetter)."""
    return m.heap.record("_tuplegetter", [], 32, args[0].value)


SOURCES: dict[str, str] = {
    "collections": '''
from sys import version_info as _version_info

deque, defaultdict = _types()


def __getattr__(name):
    if name == "abc":  # CPython's own start-up imports it; here it is made when somebody asks
        import collections.abc
        return collections.abc
    raise AttributeError(f"module 'collections' has no attribute {name!r}")


class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = dict.pop(self, key)
        if last:
            self[key] = value
            return
        rest = list(self.items())
        dict.clear(self)
        self[key] = value
        for k, v in rest:
            self[k] = v

    def popitem(self, last=True):
        if not self:
            raise KeyError("dictionary is empty")
        key = next(reversed(self)) if last else next(iter(self))
        return key, dict.pop(self, key)

    def __sizeof__(self):
        count, slots = len(self), 8
        if not count:
            return 112
        while slots * 2 // 3 < count:
            slots *= 2
        from sys import getsizeof
        return 112 + getsizeof(dict(self)) - getsizeof({}) + 8 * slots + 32 * count

    def copy(self):
        return self.__class__(self)

    def __eq__(self, other):
        if isinstance(other, OrderedDict):
            return dict.__eq__(self, other) and list(self) == list(other)
        return dict.__eq__(self, other)

    def __repr__(self):
        if not self:
            return "%s()" % self.__class__.__name__
        if _version_info < (3, 12):
            return "%s(%r)" % (self.__class__.__name__, list(self.items()))
        return "%s(%s)" % (self.__class__.__name__, dict.__repr__(dict(self)))


''' + COUNTER + '''
def __getattr__(name):
    if name in ("ChainMap", "UserDict", "UserList", "UserString"):
        import _user_classes
        globals()[name] = found = getattr(_user_classes, name)
        return found
    raise AttributeError(f"module 'collections' has no attribute {name!r}")


def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    fields = tuple(map(str, field_names))
    for name in (typename, *fields):
        if not name.isidentifier():
            raise ValueError("Type names and field names must be valid identifiers: %r" % name)
    if len(set(fields)) != len(fields):
        raise ValueError("Encountered duplicate field name")
    values = tuple(defaults) if defaults is not None else ()
    preset = dict(zip(fields[len(fields) - len(values):], values))

    def __new__(cls, *args, **kwargs):
        if len(args) > len(fields):
            most = len(fields) + 1
            takes = "from %d to %d" % (most - len(preset), most) if preset else most
            raise TypeError("%s.__new__() takes %s positional arguments but %d were given" % (typename, takes, len(args) + 1))
        row = list(args)
        missing = [repr(name) for name in fields[len(args):] if name not in kwargs and name not in preset]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            names = missing[0] if len(missing) == 1 else ", ".join(missing[:-1]) + (", and " if len(missing) > 2 else " and ") + missing[-1]
            raise TypeError("%s.__new__() missing %d required positional argument%s: %s" % (typename, len(missing), plural, names))
        for name in fields[len(args):]:
            row.append(kwargs.pop(name) if name in kwargs else preset[name])
        if kwargs:
            raise TypeError("%s.__new__() got an unexpected keyword argument %r" % (typename, next(iter(kwargs))))
        return tuple.__new__(cls, row)

    def _make(cls, iterable):
        return cls(*iterable)

    def _replace(self, /, **changes):
        row = [changes.pop(name, value) for name, value in zip(fields, self)]
        if changes:
            raise TypeError("Got unexpected field names: %r" % list(changes))
        return self.__class__(*row)

    def _asdict(self):
        return dict(zip(fields, self))

    def __repr__(self):
        return "%s(%s)" % (self.__class__.__name__, ", ".join("%s=%r" % pair for pair in zip(fields, self)))

    namespace = {
        "__slots__": (), "_fields": fields, "_field_defaults": preset, "__new__": __new__, "_make": classmethod(_make), "_replace":
        _replace,
        "_asdict": _asdict, "__repr__": __repr__, "__match_args__": fields,
    }
    for place, name in enumerate(fields):
        namespace[name] = _field(place)
    return type(typename, (tuple,), namespace)
'''
}
