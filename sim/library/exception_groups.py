"""BaseExceptionGroup and ExceptionGroup: making, splitting, deriving (Objects/exceptions.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, call, call_method, iterate, truth
from sim.objects.classes import Type
from sim.objects.containers import Builtin, List, Method, Tuple
from sim.objects.functions import ExceptionObject, Function
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

GROUP = "BaseExceptionGroup"


def is_group(m: Machine, exception: Any) -> bool:
    return m.types[GROUP] in exception.type.order


def members(exception: Any) -> list[Any]:
    return exception.extra["exceptions"].items  # type: ignore[no-any-return]


@native(GROUP, "__new__", 2, kind="static")
def group_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, message, given = args
    if not isinstance(message, Str):
        raise m.error("TypeError", f"BaseExceptionGroup.__new__() argument 1 must be str, not {message.type.name}")
    if m.lookup(given.type, "__getitem__") is None:
        raise m.error("TypeError", "second argument (exceptions) must be a sequence")
    items: list[Any] = []
    iterator = frame.own((yield iterate(m, given)))
    while (item := (yield advance(m, iterator))) is not None:
        items.append(frame.own(item))
    if not items:
        raise m.error("ValueError", "second argument (exceptions) must be a non-empty sequence")
    for position, item in enumerate(items):
        if not isinstance(item, ExceptionObject):
            raise m.error("ValueError", f"Item {position} of second argument (exceptions) is not an exception")
    kind = group_kind(m, cls, items)
    made = m.new_exception(kind, m.heap.tuple([new(message), new(given)]))
    made.extra = {"message": new(message), "exceptions": m.heap.tuple([frame.give(item) for item in items])}
    return made


def group_kind(m: Machine, cls: Type, items: list[Any]) -> Type:
    """BaseExceptionGroup of ordinary exceptions is an ExceptionGroup; an ExceptionGroup holds no others."""
    ordinary = all(m.types["Exception"] in item.type.order for item in items)
    if cls is m.types[GROUP] and ordinary:
        return m.types["ExceptionGroup"]
    if not ordinary and cls is m.types["ExceptionGroup"]:
        raise m.error("TypeError", "Cannot nest BaseExceptions in an ExceptionGroup")
    if not ordinary and m.types["Exception"] in cls.order:
        raise m.error("TypeError", f"Cannot nest BaseExceptions in '{cls.name}'")
    return cls


def group_of(m: Machine, message: str, items: list[Any]) -> ExceptionObject:
    """A new group; items are stolen."""
    kind = group_kind(m, m.types[GROUP], items)
    text, inside = m.heap.str(message), m.heap.tuple(items)
    made = m.new_exception(kind, m.heap.tuple([text, m.heap.list([new(item) for item in items])]))
    made.extra = {"message": new(text), "exceptions": inside}
    return made


@getter(GROUP, "message")
def group_message(m: Machine, owner: Any) -> HeapObject:
    return new(owner.extra["message"])  # type: ignore[no-any-return]


@getter(GROUP, "exceptions")
def group_exceptions(m: Machine, owner: Any) -> HeapObject:
    return new(owner.extra["exceptions"])  # type: ignore[no-any-return]


@native(GROUP, "__str__")
def group_str(m: Machine, args: list[Any]) -> HeapObject:
    count = len(members(args[0]))
    return m.heap.str(f"{args[0].extra['message'].value} ({count} sub-exception{'s' if count != 1 else ''})")


@native(GROUP, "derive", 1)
def group_derive(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield call(m, m.types[GROUP], [args[0].extra["message"], args[1]]))


# --- splitting ------------------------------------------------------------------------------------------------------------------------


@native(GROUP, "split", 1)
def group_split(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    taken, left = yield NativeFrame(m, split, args[0], check_matcher(m, args[1]))
    return m.heap.tuple([taken if taken is not None else m.none(), left if left is not None else m.none()])


@native(GROUP, "subgroup", 1)
def group_subgroup(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    taken, left = yield NativeFrame(m, split, args[0], check_matcher(m, args[1]))
    if left is not None:
        m.heap.close(left)
    return taken if taken is not None else m.none()


def check_matcher(m: Machine, matcher: Any) -> Any:
    """A function, or one or more exception types."""
    kinds = matcher.items if matcher.__class__ is Tuple else [matcher]
    if kinds and all(isinstance(kind, Type) and m.types["BaseException"] in kind.order for kind in kinds):
        return matcher
    callable_ = isinstance(matcher, Function | Builtin | Method) or m.lookup(matcher.type, "__call__") is not None
    if matcher.__class__ is Tuple or isinstance(matcher, Type) or not callable_:
        if m.profile.version in ("3.11", "3.12"):
            raise m.error("TypeError", "expected a function, exception type or tuple of exception types")
        raise m.error("TypeError", "expected an exception type, a tuple of exception types, or a callable (other than a class)")
    return matcher


def matches(m: Machine, frame: NativeFrame, exception: Any, matcher: Any) -> Any:
    """Whether one exception is wanted. matcher: types, a guest function, or a host function."""
    if not isinstance(matcher, HeapObject):
        return matcher(exception)
    if isinstance(matcher, Tuple | Type):
        kinds = matcher.items if isinstance(matcher, Tuple) else [matcher]
        return any(kind in exception.type.order for kind in kinds)
    return (yield truth(m, frame.own((yield call(m, matcher, [exception])))))


def split(m: Machine, frame: NativeFrame, exception: Any, matcher: Any) -> Any:
    """(the part that matches, the rest), new references or None; nested groups keep their shape."""
    if (yield NativeFrame(m, matches, exception, matcher)):
        return new(exception), None
    if not is_group(m, exception):
        return None, new(exception)
    taken: list[Any] = []
    left: list[Any] = []
    for inner in members(exception):
        for part, collected in zip((yield NativeFrame(m, split, inner, matcher)), (taken, left), strict=True):
            if part is not None:
                collected.append(frame.own(part))
    first = yield NativeFrame(m, subset, exception, taken)
    if first is not None:
        frame.own(first)
    second = yield NativeFrame(m, subset, exception, left)
    return (frame.give(first) if first is not None else None), second


def subset(m: Machine, frame: NativeFrame, group: Any, items: list[Any]) -> Any:
    """The group with some of its exceptions, made by its own derive(); origin and notes are copied."""
    if not items:
        return None
    listed = frame.own(m.heap.list([new(item) for item in items]))
    made = frame.own((yield call_method(m, group, "derive", [listed])))
    if not isinstance(made, ExceptionObject) or not is_group(m, made):
        raise m.error("TypeError", "derive must return an instance of BaseExceptionGroup")
    for field in ("traceback", "context", "cause"):
        value, old = getattr(group, field), getattr(made, field)
        setattr(made, field, new(value) if value is not None else None)
        if old is not None:
            m.heap.close(old)
    notes: Any = m.heap.attribute(group, "__notes__")
    if isinstance(notes, List):
        key = m.heap.name("__notes__")
        m.heap.set_attribute(made, key, m.heap.list([new(note) for note in notes.items]))
        m.heap.close(key)
    return frame.give(made)


def project(m: Machine, frame: NativeFrame, group: Any, kept: list[Any]) -> Any:
    """The part of a group that consists of the leaves of some of its parts, or None."""
    if not kept:
        return None
    leaves: set[HeapObject] = set()
    waiting = list(kept)
    while waiting:
        one = waiting.pop()
        if is_group(m, one):
            waiting.extend(members(one))
        else:
            leaves.add(one)
    wanted: Callable[[Any], bool] = leaves.__contains__
    taken, left = yield NativeFrame(m, split, group, wanted)
    if left is not None:
        m.heap.close(left)
    return taken
