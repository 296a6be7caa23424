"""BaseException and its kinds: construction, attributes, text. The hierarchy itself is a table in library/types.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new, or_none
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native, setter
from sim.machine.operations import repr_text, str_text
from sim.objects.classes import Type
from sim.objects.containers import Tuple
from sim.objects.functions import ExceptionObject, Traceback
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("BaseException", "__new__", 0, None, raw=True, kind="static")
def exception_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    cls: Type = args[0]
    made = m.new_exception(cls, m.heap.display_tuple([new(arg) for arg in args[1:]]))
    init = m.lookup(cls, "__init__")
    if getattr(getattr(init, "owner", None), "static", False):
        set_members(m, made, args[1:], dict(keywords or {}))
    return made


@native("BaseException", "__init__", 0, None, raw=True)
def exception_init(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    target: ExceptionObject = args[0]
    old = target.arguments
    if old is None or len(old.items) != len(args) - 1 or any(a is not b for a, b in zip(old.items, args[1:], strict=True)):
        target.arguments = m.heap.display_tuple([new(arg) for arg in args[1:]])
        if old is not None:
            m.heap.close(old)
    set_members(m, target, args[1:], dict(keywords or {}))
    return m.none()


# Keyword members that C gives some kinds: kind -> names.
MEMBERS = {"AttributeError": ("name", "obj"), "NameError": ("name",), "ImportError": ("name", "path")}


def set_members(m: Machine, made: ExceptionObject, positional: list[Any], keywords: dict[str, Any]) -> None:
    for kind, names in MEMBERS.items():
        if m.types[kind] in made.type.order:
            for name in names:
                if name in keywords:
                    made.extra[name] = new(keywords.pop(name))
    if m.types["StopIteration"] in made.type.order and "value" not in made.extra:
        made.extra["value"] = new(positional[0]) if positional else m.none()
    if m.types["SystemExit"] in made.type.order and "code" not in made.extra and positional:
        made.extra["code"] = new(positional[0]) if len(positional) == 1 else m.heap.tuple([new(arg) for arg in positional])
    if keywords:
        raise m.error("TypeError", f"{made.type.name}() takes no keyword arguments")


def _declare_members() -> None:
    for kind, names in {**MEMBERS, "StopIteration": ("value",), "SystemExit": ("code",)}.items():
        for name in names:

            def read(m: Machine, owner: Any, name: str = name) -> HeapObject:
                found = owner.extra.get(name)
                if found is None and name == "value" and owner.arguments.items:
                    found = owner.arguments.items[0]
                return or_none(m, found)

            getter(kind, name)(read)


_declare_members()


@getter("BaseException", "args")
def exception_args(m: Machine, owner: Any) -> HeapObject:
    return new(owner.arguments) if owner.arguments is not None else m.heap.tuple([])


@setter("BaseException", "args")
def set_exception_args(m: Machine, owner: Any, value: Any) -> None:
    if not isinstance(value, Tuple):
        raise m.error("TypeError", "args must be a tuple")
    old, owner.arguments = owner.arguments, new(value)
    if old is not None:
        m.heap.close(old)


@getter("BaseException", "__traceback__")
def exception_traceback(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.traceback)


@setter("BaseException", "__traceback__")
def set_exception_traceback(m: Machine, owner: Any, value: Any) -> None:
    if value is not m.none_object and not isinstance(value, Traceback):
        raise m.error("TypeError", "__traceback__ must be a traceback or None")
    exchange(m, owner, "traceback", value)


def exchange(m: Machine, owner: Any, field: str, value: Any) -> None:
    old = getattr(owner, field)
    setattr(owner, field, None if value is None or value is m.none_object else new(value))
    if old is not None:
        m.heap.close(old)


@getter("BaseException", "__context__")
def exception_context(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.context)


@setter("BaseException", "__context__")
def set_exception_context(m: Machine, owner: Any, value: Any) -> None:
    exchange(m, owner, "context", value)


@getter("BaseException", "__cause__")
def exception_cause(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.cause)


@setter("BaseException", "__cause__")
def set_exception_cause(m: Machine, owner: Any, value: Any) -> None:
    exchange(m, owner, "cause", value)
    owner.suppress_context = True


@getter("BaseException", "__suppress_context__")
def exception_suppress(m: Machine, owner: Any) -> HeapObject:
    return m.heap.bool(owner.suppress_context)


@setter("BaseException", "__suppress_context__")
def set_exception_suppress(m: Machine, owner: Any, value: Any) -> None:
    owner.suppress_context = bool(value.value)


@getter("BaseException", "__dict__")
def exception_dict(m: Machine, owner: Any) -> HeapObject:
    if owner.dict is None:
        owner.dict = m.heap.dict()
    return new(owner.dict)  # type: ignore[no-any-return]


@native("BaseException", "with_traceback", 1)
def with_traceback(m: Machine, args: list[Any]) -> HeapObject:
    set_exception_traceback(m, args[0], args[1])
    return new(args[0])  # type: ignore[no-any-return]


@native("BaseException", "add_note", 1)
def add_note(m: Machine, args: list[Any]) -> HeapObject:
    owner, note = args
    notes: Any = m.heap.attribute(owner, "__notes__")
    if notes is None:
        notes = m.heap.list([])
        key = m.heap.name("__notes__")
        m.heap.set_attribute(owner, key, notes)
        m.heap.close(key)
    notes.items.append(new(note))
    m.heap.list_resized(notes)
    return m.none()


@native("BaseException", "__str__")
def exception_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items = args[0].arguments.items if args[0].arguments is not None else []
    if not items:
        return m.heap.str("")
    target = items[0] if len(items) == 1 else args[0].arguments
    return m.heap.str((yield str_text(m, target)))


@native("BaseException", "__repr__")
def exception_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items = args[0].arguments.items if args[0].arguments is not None else []
    if len(items) == 1:
        return m.heap.str(f"{args[0].type.name}({(yield repr_text(m, items[0]))})")
    text = yield repr_text(m, args[0].arguments) if args[0].arguments is not None else "()"
    return m.heap.str(args[0].type.name + text)


@native("KeyError", "__str__")
def key_error_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items = args[0].arguments.items
    if len(items) == 1:
        return m.heap.str((yield repr_text(m, items[0])))
    return m.heap.str((yield str_text(m, args[0].arguments)) if items else "")
