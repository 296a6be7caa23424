"""Builtin functions about objects and iterables: len, iter, next, isinstance, hash, id, sum, min, max, any, all ... (Python/bltinmodule.c).

Numbers are in builtin_numbers.py, attributes in builtin_attributes.py, sorted in sorting.py, print and repr with the text modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.iterators import NOT_PLAIN, advance_plain
from sim.machine.coroutines import asynchronous_iterator
from sim.machine.frames import Generator_, GuestError, NativeFrame
from sim.machine.natives import native, wrong_keyword
from sim.machine.operations import advance, binary, call, call_method, compare, hash_of, iterate, length, truth
from sim.objects.classes import Type
from sim.objects.containers import Builtin, List, Method, Tuple
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Bytes, Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

BUILTINS = "module:builtins"


def _int_of(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    return m.heap.int((yield pending))


@native(BUILTINS, "len", 1, kind="function")
def builtin_len(m: Machine, args: list[Any]) -> Any:
    size = length(m, args[0])
    return m.heap.int(size) if size.__class__ is int else NativeFrame(m, _int_of, size)


@native(BUILTINS, "hash", 1, kind="function")
def builtin_hash(m: Machine, args: list[Any]) -> Any:
    value = hash_of(m, args[0])
    return m.heap.int(value) if value.__class__ is int else NativeFrame(m, _int_of, value)


@native(BUILTINS, "id", 1, kind="function")
def builtin_id(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(args[0].identity)


@native(BUILTINS, "callable", 1, kind="function")
def builtin_callable(m: Machine, args: list[Any]) -> Any:
    subject = args[0]
    named = isinstance(subject, (Type, Function, Method, Builtin))
    return m.heap.bool(named or m.lookup(subject.type, "__call__") is not None)


# --- iterating --------------------------------------------------------------------------------------------------------


@native(BUILTINS, "iter", 1, 2, kind="function")
def builtin_iter(m: Machine, args: list[Any]) -> Any:
    source, sentinel = args
    if sentinel is None:
        return iterate(m, source)
    source.refs += 1
    sentinel.refs += 1
    return m.heap.record("callable_iterator", [source, sentinel], 32)


@native(BUILTINS, "aiter", 1, kind="function")
def builtin_aiter(m: Machine, args: list[Any]) -> Any:
    if m.lookup(args[0].type, "__aiter__") is None:
        raise m.error("TypeError", f"'{args[0].type.name}' object is not an async iterable")
    return NativeFrame(m, asynchronous_iterator, args[0])


@native(BUILTINS, "anext", 1, 2, kind="function")
def builtin_anext(m: Machine, args: list[Any]) -> Any:
    method = m.lookup(args[0].type, "__anext__")
    if method is None:
        raise m.error("TypeError", f"'{args[0].type.name}' object is not an async iterator")
    if args[1] is not None:
        raise Unsupported("anext() with a default")
    return call(m, method, [args[0]])


@native(BUILTINS, "next", 1, 2, kind="function")
def builtin_next(m: Machine, args: list[Any]) -> Any:
    iterator, default = args
    item = advance_plain(m, iterator)
    if item is NOT_PLAIN:
        return NativeFrame(m, _next_slow, iterator, default)
    if item is not None:
        return item
    return _after_end(m, default)


def _after_end(m: Machine, default: HeapObject | None) -> HeapObject:
    if default is None:
        raise m.error("StopIteration")
    default.refs += 1
    return default


def _next_slow(m: Machine, frame: NativeFrame, iterator: Any, default: HeapObject | None) -> Any:
    """A guest's StopIteration goes on as it is when there is no default: it may carry a value."""
    method = m.lookup(iterator.type, "__next__")
    if method is None:
        raise m.error("TypeError", f"'{iterator.type.name}' object is not an iterator")
    if iterator.type.static and not isinstance(iterator, Generator_):
        item = yield advance(m, iterator)
        return item if item is not None else _after_end(m, default)
    try:
        item = yield call_method(m, iterator, "__next__", [])
        return item if item is not None else _after_end(m, default)
    except GuestError as error:
        if default is None or not m.matches(error, "StopIteration"):
            raise
        m.heap.close(error.exception)
        return _after_end(m, default)


def _any_all(name: str, decisive: bool) -> None:
    @native(BUILTINS, name, 1, kind="function")
    def search(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        iterator = frame.own((yield iterate(m, args[0])))
        while True:
            item = yield advance(m, iterator)
            if item is None:
                return m.heap.bool(not decisive)
            frame.own(item)
            if (yield truth(m, item)) is decisive:
                return m.heap.bool(decisive)
            frame.drop(item)


_any_all("any", True)
_any_all("all", False)

# --- sum --------------------------------------------------------------------------------------------------------------


@native(BUILTINS, "sum", 1, 2, keywords=("", "start"), kind="function")
def builtin_sum(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    source, start = args
    for forbidden, word, advice in ((Str, "strings", "''.join(seq)"), (Bytes, "bytes", "b''.join(seq)")):
        if isinstance(start, forbidden):
            raise m.error("TypeError", f"sum() can't sum {word} [use {advice} instead]")
    total = start if start is not None else frame.own(m.heap.int(0))
    if source.__class__ is List or source.__class__ is Tuple:
        m.charge(len(source.items) >> 3)
        done, count = _plain_sum(m, total, source.items)
        if done is not None and count == len(source.items):
            return done
        if done is not None:
            m.heap.close(done)
    iterator = frame.own((yield iterate(m, source)))
    total = frame.borrow(total)
    return (yield from _running_sum(m, frame, iterator, total))


def _new(object_: HeapObject) -> HeapObject:
    object_.refs += 1
    return object_


def _running_sum(m: Machine, frame: NativeFrame, iterator: HeapObject, total: Any) -> Any:
    """Exact ints are added by the host; floats too, compensated from 3.12 on: what rounding lost is added at the end."""
    lost = 0.0
    while True:
        item = advance_plain(m, iterator)
        if item is NOT_PLAIN:
            item = yield advance(m, iterator)
        if item is None:
            if lost and total.__class__ is Float and lost == lost and abs(lost) != float("inf"):
                return m.heap.float(total.value + lost)
            return frame.give(total)
        m.charge(4)
        frame.own(item)
        if item.__class__ is Int and total.__class__ is Int:
            following: Any = m.heap.int(total.value + item.value)
        elif item.__class__ is Float and total.__class__ is Float:
            value, lost = _added(m, total.value, item.value, lost)
            following = m.heap.float(value)
        else:
            following = yield binary(m, "+", total, item)
        frame.own(following)
        frame.drop(total)
        frame.drop(item)
        total = following


def _added(m: Machine, total: float, number: float, lost: float) -> tuple[float, float]:
    """One step of a compensated sum (Neumaier); 3.11 does not compensate."""
    following = total + number
    if m.profile.version != "3.11":
        larger, smaller = (total, number) if abs(total) >= abs(number) else (number, total)
        lost += (larger - following) + smaller
    return following, lost


def _plain_sum(m: Machine, start: Any, items: list[Any]) -> tuple[HeapObject | None, int]:
    """Sum of the leading exact ints, then floats: the object and how many items it covers. Floats are compensated from 3.12 on."""
    if start.__class__ is not Int and start.__class__ is not Float:
        return None, 0
    total: Any = start.value
    place = 0
    size = len(items)
    if start.__class__ is Int:
        while place < size and items[place].__class__ is Int:
            total += items[place].value
            place += 1
        if place == size or items[place].__class__ is not Float:
            return m.heap.int(total), place
        if abs(total) >= 1 << 1000:
            return m.heap.int(total), place
        total = float(total) + items[place].value  # the sum of ints and the first float is an ordinary addition
        place += 1
    value, place = _float_sum(m, total, items, place)
    return m.heap.float(value), place


def _float_sum(m: Machine, total: float, items: list[Any], place: int) -> tuple[float, int]:
    correction = 0.0
    while place < len(items) and (items[place].__class__ is Float or items[place].__class__ is Int):
        number = items[place].value
        if items[place].__class__ is Int:
            if not -(1 << 53) <= number <= 1 << 53:
                break
            number = float(number)
        if items[place].__class__ is Float:
            total, correction = _added(m, total, number, correction)
        else:
            total += number
        place += 1
    finite = correction == correction and abs(correction) != float("inf")
    return (total + correction if correction and finite else total), place


# --- min and max ------------------------------------------------------------------------------------------------------


def _extreme(name: str, op: str) -> None:
    @native(BUILTINS, name, 0, None, raw=True, kind="function")
    def choose(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
        for keyword in keywords:
            if keyword not in ("key", "default"):
                raise wrong_keyword(m, name, keyword, ("key", "default"))
        if not args:
            raise m.error("TypeError", f"{name} expected at least 1 argument, got 0")
        if len(args) > 1 and "default" in keywords:
            raise m.error("TypeError", f"Cannot specify a default for {name}() with multiple positional arguments")
        key = keywords.get("key")
        key = None if key is m.none_object else key
        best = yield from _best(m, frame, args, key, op)
        if best is None:
            if "default" in keywords:
                return _new(keywords["default"])
            shown = f"{name}() iterable argument is empty" if m.profile.version != "3.11" else f"{name}() arg is an empty sequence"
            raise m.error("ValueError", shown)
        return frame.give(best)


def _best(m: Machine, frame: NativeFrame, args: list[Any], key: HeapObject | None, op: str) -> Any:
    """The chosen item, owned by the frame, or None if there is none."""
    waiting = list(args) if len(args) > 1 else None
    iterator: Any = None
    if waiting is None:
        iterator = frame.own((yield iterate(m, args[0])))
    elif m.profile.version < "3.13":  # the arguments came in a tuple, which C keeps
        frame.own(m.heap.tuple([_new(arg) for arg in waiting]))
    best: Any = None
    best_value: Any = None
    while True:
        if waiting is None:
            item = yield advance(m, iterator)
        else:
            item = _new(waiting.pop(0)) if waiting else None
        if item is None:
            return best
        frame.own(item)
        value = frame.borrow(item) if key is None else frame.own((yield call(m, key, [item])))
        if best is None:
            best, best_value = item, value
            continue
        result = frame.own((yield compare(m, op, value, best_value)))
        better = yield truth(m, result)
        frame.drop(result)
        loser, loser_value = (best, best_value) if better else (item, value)
        if better:
            best, best_value = item, value
        frame.drop(loser_value)
        frame.drop(loser)


_extreme("min", "<")
_extreme("max", ">")
