"""str: operators, items and slices, the constructor, join, and how new text becomes an object (Objects/unicodeobject.c).

Operations that change nothing give the same object, as CPython's do; `fresh` makes the ones that CPython allocates even for one character.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.arithmetic import BEFORE_313, COMPARISONS, check_index
from sim.library.encodings import decode
from sim.library.hashing import str_hash
from sim.library.lists import list_from
from sim.library.literals import float_text, int_text
from sim.library.ranges import slice_indices
from sim.library.results import wrong_result
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call_special, index_of, special
from sim.objects.classes import Type
from sim.objects.containers import List, Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"str": Str}
SIZES: dict[str, Callable[[Machine, Any], int]] = {"str": lambda m, obj: string_size(m, obj)}
COMPARISON_NAMES = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">": "gt", ">=": "ge"}
CHARGE_SHIFT = 8  # characters to one instruction


def string_size(m: Machine, text: Any) -> int:
    """sys.getsizeof: Latin-1 letters beyond ASCII have a cached UTF-8 form (3.12+), instances of subclasses a second block."""
    if not text.type.static:
        widest = max(text.value, default="")
        width = 1 if widest < "\u0100" else 2 if widest < "\U00010000" else 4
        return m.profile.string_header_wide + 8 + width * (len(text.value) + 1)
    size = m.heap.str_size(text.value)
    if len(text.value) == 1 and "\u007f" < text.value < "\u0100" and m.profile.string_header_wide == 56:
        size += 3
    return size


# --- making strings ---------------------------------------------------------------------------------------------------------------


def same(m: Machine, text: Any) -> HeapObject:
    """The string itself, or a plain string of the same text for an instance of a subclass."""
    if text.type is m.types["str"]:
        text.refs += 1
        return text  # type: ignore[no-any-return]
    return m.heap.str(text.value)


def piece(m: Machine, whole: Any, part: str) -> HeapObject:
    """A part of a string; the whole is the same object."""
    return same(m, whole) if len(part) == len(whole.value) and part == whole.value else m.heap.str(part)


def fresh(m: Machine, text: str) -> HeapObject:
    """A string that CPython allocates anew whatever its text; only the empty one is shared."""
    if len(text) != 1:
        return m.heap.str(text)
    return Str(m.types["str"], m.heap.block(m.heap.str_size(text)), text)


def fits(m: Machine, length: int) -> None:
    """Refuse a string before it is made; its characters are paid for."""
    if length > m.limits.string_length:
        raise LimitReached("string_length", m.limits.string_length, m.current_line())
    if length > 0:
        m.charge(length >> CHARGE_SHIFT)


def concatenate(m: Machine, a: Str, b: Str) -> HeapObject:
    """a + b; an empty side gives the other side itself."""
    left, right = a.value, b.value
    if not left:
        return same(m, b)
    if not right:
        return same(m, a)
    fits(m, len(left) + len(right))
    return m.heap.str(left + right)


def grown_list(m: Machine, items: list[HeapObject], capacity: int) -> HeapObject:
    """A list that was made with room for `capacity` items and then appended to; `items` are stolen."""
    while capacity < len(items):
        capacity = (capacity + 1 + (capacity + 1 >> 3) + 6) & ~3
    return m.heap.list(items, capacity)


# --- operators --------------------------------------------------------------------------------------------------------------------


@native("str", "__add__", 1)
def str_add(m: Machine, args: list[Any]) -> HeapObject:
    return concatenate(m, args[0], args[1]) if isinstance(args[1], Str) else m.not_implemented()


@native("str", "__concat__", 1)
def str_concat(m: Machine, args: list[Any]) -> HeapObject:
    """The last resort of `+`, after the other operand had its say."""
    if not isinstance(args[1], Str):
        raise m.error("TypeError", f'can only concatenate str (not "{args[1].type.name}") to str')
    return concatenate(m, args[0], args[1])


def repeated(m: Machine, text: Any, count: int) -> HeapObject:
    if check_index(m, count) == 1:
        return same(m, text)
    if count <= 0 or not text.value:
        return m.heap.str("")
    fits(m, len(text.value) * count)
    return m.heap.str(text.value * count)


def str_repeat(m: Machine, args: list[Any]) -> Any:
    text, count = args
    if isinstance(count, Int):
        return repeated(m, text, count.value)
    if special(m, count, "__index__") is None or special(m, count, "__rmul__") is not None:
        return m.not_implemented()  # a number's own multiplication goes before repetition
    return NativeFrame(m, repeat_guest_times, text, count)


def repeat_guest_times(m: Machine, frame: NativeFrame, text: Any, count: HeapObject) -> Any:
    return repeated(m, text, (yield index_of(m, count)))


for _name in ("__mul__", "__rmul__", "__repeat__"):
    native("str", _name, 1)(str_repeat)


def comparison(op: str) -> Callable[..., HeapObject]:
    compare = COMPARISONS[op]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if not isinstance(args[1], Str):
            return m.not_implemented()
        left, right = args[0].value, args[1].value
        m.charge(min(len(left), len(right)) >> CHARGE_SHIFT)
        return m.heap.bool(compare(left, right))

    return operate


for _op, _name in COMPARISON_NAMES.items():
    native("str", f"__{_name}__", 1)(comparison(_op))


@native("str", "__contains__", 1)
def str_contains(m: Machine, args: list[Any]) -> HeapObject:
    if not isinstance(args[1], Str):
        raise m.error("TypeError", f"'in <string>' requires string as left operand, not {args[1].type.name}")
    m.charge(len(args[0].value) >> CHARGE_SHIFT)
    return m.heap.bool(args[1].value in args[0].value)


@native("str", "__len__")
def str_len(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(args[0].value))


@native("str", "__hash__")
def str_hash_method(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].value) >> CHARGE_SHIFT)
    return m.heap.int(str_hash(args[0].value))


@native("str", "__getnewargs__")
def getnewargs(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.tuple([same(m, args[0])])


# --- items and slices -------------------------------------------------------------------------------------------------------------


@native("str", "__getitem__", 1)
def str_getitem(m: Machine, args: list[Any]) -> Any:
    text, key = args
    if isinstance(key, Int):
        return character(m, text.value, key.value)
    if isinstance(key, Record) and key.type is m.types["slice"]:
        span = slice_indices(m, key, len(text.value))
        if span.__class__ is tuple:
            return sliced(m, text, span)
        return NativeFrame(m, slice_guest, text, span)
    if special(m, key, "__index__") is None:
        raise m.error("TypeError", f"string indices must be integers, not '{key.type.name}'")
    return NativeFrame(m, item_guest, text, key)


def character(m: Machine, text: str, index: int) -> HeapObject:
    if not -len(text) <= index < len(text):
        raise m.error("IndexError", "string index out of range")
    return m.heap.str(text[index])


def item_guest(m: Machine, frame: NativeFrame, text: Any, key: HeapObject) -> Any:
    return character(m, text.value, (yield index_of(m, key)))


def slice_guest(m: Machine, frame: NativeFrame, text: Any, pending: Any) -> Any:
    return sliced(m, text, (yield pending))


def sliced(m: Machine, text: Any, span: tuple[int, int, int]) -> HeapObject:
    start, stop, step = span
    value = text.value
    part = value[start:stop] if step == 1 else "".join([value[i] for i in range(start, stop, step)])
    m.charge(len(part) >> (CHARGE_SHIFT if step == 1 else 3))
    return piece(m, text, part) if step == 1 else m.heap.str(part)


# --- constructor and join ---------------------------------------------------------------------------------------------------------


@native("str", "__new__", 0, 3, keywords=("object", "encoding", "errors"), kind="static")
def str_new(m: Machine, args: list[Any]) -> Any:
    cls, source, encoding, errors = args
    if source is None:
        return of_class(m, cls, "")
    if encoding is None and errors is None:
        if cls is m.types["str"]:
            if source.type is cls:
                return same(m, source)
            text = plain_text(m, source)
            if text is not None:
                return fresh(m, text)
        return NativeFrame(m, str_from, cls, source)
    for name, given in (("encoding", encoding), ("errors", errors)):
        if given is not None and not isinstance(given, Str):
            raise m.error("TypeError", f"str() argument '{name}' must be str, not {given.type.name}")
    if isinstance(source, Str):
        raise m.error("TypeError", "decoding str is not supported")
    if not isinstance(source, (Bytes, ByteArray)):
        raise m.error("TypeError", f"decoding to str: need a bytes-like object, {source.type.name} found")
    text = decode(
        m, bytes(source.value), encoding.value if encoding is not None else "utf-8", errors.value if errors is not None else "strict"
    )
    return of_class(m, cls, text)


def plain_text(m: Machine, source: Any) -> str | None:
    """str() of an exact int or float: no guest code can be asked."""
    if source.type is m.types["int"]:
        return int_text(m, source.value)
    return float_text(source.value) if source.type is m.types["float"] else None


def of_class(m: Machine, cls: Type, text: str) -> HeapObject:
    return m.heap.str(text) if cls is m.types["str"] else m.new_native(cls, text)


def str_from(m: Machine, frame: NativeFrame, cls: Type, source: HeapObject) -> Any:
    if m.profile.version in BEFORE_313:
        frame.borrow(source)  # str() had no vectorcall yet: the arguments are in a tuple
    result = yield NativeFrame(m, string_of, source)
    if cls is m.types["str"]:
        return result
    return of_class(m, cls, frame.own(result).value)


def string_of(m: Machine, frame: NativeFrame, source: Any) -> Any:
    """PyObject_Str: the object that `__str__` returns."""
    if source.type is m.types["str"]:
        return same(m, source)
    method = special(m, source, "__str__")
    assert method is not None
    result = yield call_special(m, method, [source])
    if not isinstance(result, Str):
        frame.own(result)
        raise wrong_result(m, source, "__str__", result)
    return result


@native("str", "join", 1)
def str_join(m: Machine, args: list[Any]) -> Any:
    separator, source = args
    if isinstance(source, (List, Tuple)):
        return joined(m, separator, source.items)
    return NativeFrame(m, join_iterable, separator, source)


def join_iterable(m: Machine, frame: NativeFrame, separator: Any, source: HeapObject) -> Any:
    """PySequence_Fast: the items are put into a list first."""
    if special(m, source, "__iter__") is None and special(m, source, "__getitem__") is None:
        raise m.error("TypeError", "can only join an iterable")
    try:
        items = yield from list_from(m, frame, source)
    except GuestError as error:
        if m.matches(error, "TypeError") and special(m, source, "__iter__") is m.none_object:
            m.heap.close(error.exception)
            raise m.error("TypeError", "can only join an iterable") from None
        raise
    return joined(m, separator, items.items)


def joined(m: Machine, separator: Any, items: list[Any]) -> HeapObject:
    for position, item in enumerate(items):
        if not isinstance(item, Str):
            raise m.error("TypeError", f"sequence item {position}: expected str instance, {item.type.name} found")
    if len(items) == 1 and items[0].type is m.types["str"]:
        return same(m, items[0])
    fits(m, sum(len(item.value) for item in items) + len(separator.value) * max(0, len(items) - 1))
    m.charge(len(items) >> 4)
    return fresh(m, separator.value.join([item.value for item in items]))
