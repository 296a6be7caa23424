"""print(), and the standard streams it writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.arithmetic import BEFORE_314
from sim.library.objects import new
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import getter, native, wrong_keyword
from sim.machine.operations import call, get_attribute, str_text, text_object, truth
from sim.machine.unwritten import passing_method
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"TextIOWrapper": Record}
KEYWORDS = ("sep", "end", "file", "flush")


class StreamWriter:
    """Gathers the parts of one print call and writes them as one text, but before the guest can write anything itself."""

    def __init__(self, m: Machine, stream: str) -> None:
        self.machine = m
        self.stream = stream
        self.parts: list[str] = []

    def add(self, method: int, text: Any) -> None:
        """A piece (a str, stolen) that a bound method at `method` wrote."""
        self.parts.append(text.value)
        if self.stream == "stdout":
            self.machine.unwritten.take(self.machine, text)
        else:  # goes out at the end of each line
            self.machine.heap.close(text)
        self.machine.heap.method_freed(method)

    def flush(self) -> None:
        text = "".join(self.parts)
        self.parts.clear()
        if text:
            self.machine.charge(len(text) >> 6)
            self.machine.write(text, self.stream)


@native("module:builtins", "print", 0, None, raw=True, kind="function")
def builtin_print(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject] | None) -> Any:
    options = keywords or {}
    separator, end = check_options(m, options)
    if m.profile.version in BEFORE_314 and args:
        for argument in args:
            argument.refs += 1
        frame.own(m.heap.tuple(list(args)))  # Argument Clinic packed *args into a tuple
    target: Any = options.get("file")
    if target is None or target is m.none_object:
        target = standard_output(m)
        if target is None:
            return m.none()
    flush = "flush" in options and (yield truth(m, options["flush"]))
    if is_standard(m, target):
        yield from print_to_stream(m, frame, StreamWriter(m, target.state), args, options)
        if flush:
            m.unwritten.hand_on(m)
        return m.none()
    frame.borrow(target)
    for position, argument in enumerate(args):
        if position:
            yield from write_to(m, frame, target, options.get("sep"), separator)
        yield from write_to(m, frame, target, argument, None)
    yield from write_to(m, frame, target, options.get("end"), end)
    if flush:
        method = frame.own((yield get_attribute(m, target, "flush")))
        frame.own((yield call(m, method, [])))
    return m.none()


def check_options(m: Machine, options: dict[str, HeapObject]) -> tuple[str, str]:
    """sep and end as host text."""
    for name in options:
        if name not in KEYWORDS:
            raise wrong_keyword(m, "print", name, KEYWORDS)
    found: dict[str, str] = {"sep": " ", "end": "\n"}
    for name in found:
        given = options.get(name)
        if isinstance(given, Str):
            found[name] = given.value
        elif given is not None and given is not m.none_object:
            raise m.error("TypeError", f"{name} must be None or a string, not {given.type.name}")
    return found["sep"], found["end"]


def standard_output(m: Machine) -> Any:
    """sys.stdout as the program sees it; None if it is gone or None."""
    namespace = m.modules["sys"].dict
    entry = namespace.index.get("stdout") if namespace is not None else None
    if entry is None:
        raise m.error("RuntimeError", "lost sys.stdout")
    return None if entry.value is m.none_object else entry.value


def is_standard(m: Machine, target: Any) -> bool:
    return target.type is m.types["TextIOWrapper"]


def print_to_stream(m: Machine, frame: NativeFrame, writer: StreamWriter, args: list[Any], options: dict[str, HeapObject]) -> Any:
    """Each piece is a call of the stream's `write`, made for it, with a str object that the stream keeps."""
    separator, end = options.get("sep"), options.get("end")
    method = 0
    try:
        for position, argument in enumerate(args):
            if position:
                writer.add(passing_method(m), given_text(m, separator, " "))
            method = passing_method(m)
            text = text_object(m, argument)
            if not isinstance(text, Str):
                writer.flush()
                text = yield text
            writer.add(method, text)
            method = 0
    except GuestError:
        if method:
            m.heap.method_freed(method)
        writer.flush()
        raise
    writer.add(passing_method(m), given_text(m, end, "\n"))
    writer.flush()


def given_text(m: Machine, given: Any, default: str) -> Any:
    if given is None or given is m.none_object:
        return m.heap.str(default)
    given.refs += 1
    return given


def write_to(m: Machine, frame: NativeFrame, target: HeapObject, value: Any, text: str | None) -> Any:
    """PyFile_WriteObject: the bound `write` is looked up each time; str() of the value (or the default text) is its argument."""
    method = frame.own((yield get_attribute(m, target, "write")))
    shown = frame.own(m.heap.str((yield str_text(m, value)) if text is None else text))
    frame.drop(frame.own((yield call(m, method, [shown]))))
    frame.drop(shown)
    frame.drop(method)


# --- sys.stdout and sys.stderr ----------------------------------------------------------------------------------------------------


@native("TextIOWrapper", "write", 1)
def stream_write(m: Machine, args: list[Any]) -> HeapObject:
    stream, text = args
    if not isinstance(text, Str):
        raise m.error("TypeError", f"write() argument must be str, not {text.type.name}")
    m.charge(len(text.value) >> 6)
    if text.value:
        m.write(text.value, stream.state)
    if stream.state == "stdout":
        m.unwritten.take(m, new(text))
    return m.heap.int(len(text.value))


@native("TextIOWrapper", "flush")
def stream_flush(m: Machine, args: list[Any]) -> HeapObject:
    if args[0].state == "stdout":
        m.unwritten.hand_on(m)
    return m.none()


@native("TextIOWrapper", "isatty")
def stream_isatty(m: Machine, args: list[Any]) -> HeapObject:
    return m.false()


@getter("TextIOWrapper", "encoding")
def stream_encoding(m: Machine, self: Any) -> HeapObject:
    return m.heap.str("utf-8")


@getter("TextIOWrapper", "name")
def stream_name(m: Machine, self: Any) -> HeapObject:
    return m.heap.str(f"<{self.state}>")
