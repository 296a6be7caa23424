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
from sim.objects.scalars import Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("BaseException", "__new__", 0, None, raw=True, kind="static")
def exception_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    cls: Type = os_kind(m, args[0], args[1:])
    made = m.new_exception(cls, m.heap.display_tuple([new(arg) for arg in kept_arguments(m, cls, args[1:])]))
    init = m.lookup(cls, "__init__")
    if getattr(getattr(init, "owner", None), "static", False):
        set_members(m, made, args[1:], dict(keywords or {}))
    return made


@native("BaseException", "__init__", 0, None, raw=True)
def exception_init(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    target: ExceptionObject = args[0]
    old = target.arguments
    kept = kept_arguments(m, target.type, args[1:])
    if old is None or len(old.items) != len(kept) or any(a is not b for a, b in zip(old.items, kept, strict=True)):
        target.arguments = m.heap.display_tuple([new(arg) for arg in kept])
        if old is not None:
            m.heap.close(old)
    set_members(m, target, args[1:], dict(keywords or {}))
    return m.none()


def kept_arguments(m: Machine, cls: Type, given: list[Any]) -> list[Any]:
    """What `args` shows: OSError(number, text, filename) keeps the first two."""
    return given[:2] if 2 < len(given) <= 5 and m.types["OSError"] in cls.order else given


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
    for kind, rule in POSITIONAL.items():
        if m.types[kind] in made.type.order:
            for name, value in rule(positional).items():
                if made.extra.get(name) is None:
                    made.extra[name] = new(value)
    if keywords:
        raise m.error("TypeError", f"{made.type.name}() takes no keyword arguments")


def syntax_error_members(given: list[Any]) -> dict[str, Any]:
    found = {"msg": given[0]} if given else {}
    details = given[1].items if len(given) == 2 and isinstance(given[1], Tuple) else []
    return {**found, **dict(zip(("filename", "lineno", "offset", "text"), details, strict=False))}


def os_error_members(given: list[Any]) -> dict[str, Any]:
    return dict(zip(("errno", "strerror", "filename"), given, strict=False)) if 2 <= len(given) <= 5 else {}


def import_error_members(given: list[Any]) -> dict[str, Any]:
    return {"msg": given[0]} if len(given) == 1 else {}


# What some kinds read from their positional arguments.
POSITIONAL = {"SyntaxError": syntax_error_members, "OSError": os_error_members, "ImportError": import_error_members}
# OSError with one of these numbers is made as the kind of its own.
OS_KINDS = {
    1: "PermissionError", 2: "FileNotFoundError", 3: "ProcessLookupError", 4: "InterruptedError", 10: "ChildProcessError",
    11: "BlockingIOError",
    13: "PermissionError", 17: "FileExistsError", 20: "NotADirectoryError", 21: "IsADirectoryError", 32: "BrokenPipeError",
    103: "ConnectionAbortedError",
    104: "ConnectionResetError", 110: "TimeoutError", 111: "ConnectionRefusedError",
}  # fmt: skip


def os_kind(m: Machine, cls: Type, given: list[Any]) -> Type:
    if cls is m.types["OSError"] and 2 <= len(given) <= 5 and isinstance(given[0], Int):
        return m.types[OS_KINDS.get(given[0].value, "OSError")]
    return cls


PLAIN_MEMBERS = {
    "StopIteration": ("value",), "SystemExit": ("code",), "SyntaxError": ("msg", "filename", "lineno", "offset", "text"),
    "OSError": ("errno", "strerror", "filename"), "ImportError": ("name", "path", "msg"),
}  # fmt: skip


def _declare_members() -> None:
    for kind, names in {**MEMBERS, **PLAIN_MEMBERS}.items():
        for name in names:

            def read(m: Machine, owner: Any, name: str = name) -> HeapObject:
                found = owner.extra.get(name)
                if found is None and name == "value" and owner.arguments.items:
                    found = owner.arguments.items[0]
                return or_none(m, found)

            def write(m: Machine, owner: Any, value: Any, name: str = name) -> None:
                old = owner.extra.pop(name, None)
                if value is not None:
                    owner.extra[name] = new(value)
                if old is not None:
                    m.heap.close(old)

            getter(kind, name)(read)
            setter(kind, name)(write)


_declare_members()


@getter("BaseException", "args")
def exception_args(m: Machine, owner: Any) -> HeapObject:
    return new(owner.arguments) if owner.arguments is not None else m.heap.tuple([])


@setter("BaseException", "args")
def set_exception_args(m: Machine, owner: Any, value: Any) -> Any:
    if value is None:
        raise m.error("TypeError", "args may not be deleted")
    return NativeFrame(m, exchange_args, owner, value)


def exchange_args(m: Machine, frame: NativeFrame, owner: Any, value: Any) -> Any:
    """BaseException_set_args: any iterable will do."""
    items = new(value) if value.__class__ is Tuple else (yield m.call(m.types["tuple"], [value]))
    old, owner.arguments = owner.arguments, items
    if old is not None:
        m.heap.close(old)


@getter("BaseException", "__traceback__")
def exception_traceback(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.traceback)


@setter("BaseException", "__traceback__")
def set_exception_traceback(m: Machine, owner: Any, value: Any) -> None:
    if value is None:
        raise m.error("TypeError", "__traceback__ may not be deleted")
    if value is not m.none_object and not isinstance(value, Traceback):
        raise m.error("TypeError", "__traceback__ must be a traceback or None")
    exchange(m, owner, "traceback", value)


def check_linked(m: Machine, field: str, value: Any) -> None:
    if value is None:
        raise m.error("TypeError", f"__{field}__ may not be deleted")
    if value is not m.none_object and not isinstance(value, ExceptionObject):
        raise m.error("TypeError", f"exception {field} must be None or derive from BaseException")


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
    check_linked(m, "context", value)
    exchange(m, owner, "context", value)


@getter("BaseException", "__cause__")
def exception_cause(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.cause)


@setter("BaseException", "__cause__")
def set_exception_cause(m: Machine, owner: Any, value: Any) -> None:
    check_linked(m, "cause", value)
    exchange(m, owner, "cause", value)
    owner.suppress_context = True


@getter("BaseException", "__suppress_context__")
def exception_suppress(m: Machine, owner: Any) -> HeapObject:
    return m.heap.bool(owner.suppress_context)


@setter("BaseException", "__suppress_context__")
def set_exception_suppress(m: Machine, owner: Any, value: Any) -> None:
    if value is None:
        raise m.error("TypeError", "can't delete numeric/char attribute")
    if value.type is not m.types["bool"]:
        raise m.error("TypeError", "attribute value type must be bool")
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


@native("SyntaxError", "__str__")
def syntax_error_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """The message, and the place if it is known."""
    extra = args[0].extra
    text = (yield str_text(m, extra["msg"])) if "msg" in extra else "None"
    filename, line = extra.get("filename"), extra.get("lineno")
    shown = filename.value.rpartition("/")[2] if isinstance(filename, Str) else None
    where = [part for part in (shown, f"line {line.value}" if isinstance(line, Int) else None) if part]
    return m.heap.str(f"{text} ({', '.join(where)})" if where else text)


@native("OSError", "__str__")
def os_error_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    extra = args[0].extra
    if "errno" not in extra or "strerror" not in extra:
        return (yield NativeFrame(m, exception_str, args))
    text = f"[Errno {(yield str_text(m, extra['errno']))}] {(yield str_text(m, extra['strerror']))}"
    if "filename" in extra:
        text += f": {(yield repr_text(m, extra['filename']))}"
    return m.heap.str(text)


@native("KeyError", "__str__")
def key_error_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items = args[0].arguments.items
    if len(items) == 1:
        return m.heap.str((yield repr_text(m, items[0])))
    return m.heap.str((yield str_text(m, args[0].arguments)) if items else "")
