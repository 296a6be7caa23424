"""sys.displayhook, sys.excepthook and sys.unraisablehook, as they are before a program puts its own there (Python/sysmodule.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.printing import is_standard
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import NATIVES, native
from sim.machine.operations import call, get_attribute, repr_text, str_text
from sim.objects.classes import Type
from sim.objects.functions import ExceptionObject
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

HOOKS = ("displayhook", "excepthook", "unraisablehook")


def stream(m: Machine, name: str) -> Any:
    entry = m.modules["sys"].dict.index.get(name)  # type: ignore[union-attr]
    return entry.value if entry is not None else None


def write(m: Machine, frame: NativeFrame, target: Any, text: str) -> Any:
    """Write to one of the standard streams, or to what a program put in its place."""
    if is_standard(m, target):
        m.write(text, target.state)
        return None
    method = frame.own((yield get_attribute(m, target, "write")))
    words = frame.own(m.heap.str(text))
    frame.own((yield call(m, method, [words])))
    return None


@native("module:sys", "displayhook", 1, kind="function")
def display(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if args[0] is m.none_object:
        return m.none()
    target = stream(m, "stdout")
    m.put(m.builtins, "_", m.none())
    if target is None:
        raise m.error("RuntimeError", "lost sys.stdout")
    frame.borrow(target)
    yield from write(m, frame, target, (yield repr_text(m, args[0])) + "\n")
    m.put(m.builtins, "_", new(args[0]))
    return m.none()


def summary(m: Machine, kind: Any, value: Any) -> Any:
    """The last line of a traceback."""
    module = kind.namespace.index.get("__module__") if kind.namespace is not None else None
    name = kind.name if kind.qualname is None else kind.qualname.value
    if module is not None and module.value.value not in ("__main__", "builtins"):
        name = f"{module.value.value}.{name}"
    try:
        text = yield str_text(m, value)
    except GuestError as error:
        m.heap.close(error.exception)
        text = "<exception str() failed>"
    return f"{name}: {text}\n" if text and value is not m.none_object else f"{name}\n"


@native("module:sys", "excepthook", 3, kind="function")
def show_exception(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    kind, value, _ = args
    target = stream(m, "stderr")
    if target is None or target is m.none_object:
        return m.none()
    if not isinstance(value, ExceptionObject) or not isinstance(kind, Type):
        message = f"TypeError: print_exception(): Exception expected for value, {value.type.name} found\n"
        yield from write(m, frame, frame.borrow(target), message)
        return m.none()
    frame.borrow(target)
    if value.traceback is not None:
        yield from write(m, frame, target, "Traceback (most recent call last):\n" + steps_text(value))
    yield from write(m, frame, target, (yield from summary(m, kind, value)))
    return m.none()


def steps_text(value: ExceptionObject) -> str:
    lines, step = [], value.traceback
    while step is not None:
        code = step.frame.frame.code.code  # type: ignore[union-attr]
        lines.append(f'  File "{code.filename}", line {step.line}, in {code.name}\n')
        step = step.next  # type: ignore[assignment]
    return "".join(lines)


@native("module:sys", "unraisablehook", 1, kind="function")
def show_unraisable(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Called by a program: what the machine itself shows is in Machine.unraisable."""
    parts = []
    for name in ("exc_type", "exc_value", "err_msg", "object"):
        parts.append(frame.own((yield get_attribute(m, args[0], name))))
    kind, value, message, origin = parts
    target = stream(m, "stderr")
    if target is None or target is m.none_object:
        return m.none()
    frame.borrow(target)
    told = (yield str_text(m, message)) if message is not m.none_object else "Exception ignored in"
    if origin is not m.none_object:
        yield from write(m, frame, target, f"{told}: {(yield repr_text(m, origin))}\n")
    elif message is not m.none_object:
        yield from write(m, frame, target, f"{told}:\n")
    if isinstance(value, ExceptionObject) and value.traceback is not None:
        yield from write(m, frame, target, "Traceback (most recent call last):\n" + steps_text(value))
    yield from write(m, frame, target, (yield from summary(m, kind, value)))
    return m.none()


def is_hook_of_ours(hook: HeapObject) -> bool:
    """Whether nobody put another one there."""
    spec: Any = getattr(hook, "spec", None)
    return spec is not None and spec in (NATIVES["module:sys"][name] for name in HOOKS)


for _name in HOOKS:
    NATIVES["module:sys"][f"__{_name}__"] = NATIVES["module:sys"][_name]
