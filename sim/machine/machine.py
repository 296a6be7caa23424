"""The loop: one stack of frames, run until it is empty. State of a run lives here; what instructions do lives in machine/instructions."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from inspect import GEN_CREATED, getgeneratorstate
from itertools import islice
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.heap import Heap
from sim.limits import Limits
from sim.machine.frames import SWITCH, Frame, FrameObject, Generator_, GuestError, HandledException, Lent, NativeFrame
from sim.machine.last_words import call_callback, call_finalizer, call_unraisable_hook, close_dying
from sim.machine.making import Maker
from sim.machine.reaper import COLLECT, FINALIZE, CollectRequest, Death, Reaper
from sim.machine.unwritten import UnwrittenText
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Tuple, WeakReference
from sim.objects.functions import ExceptionObject, Function, Module, Traceback, text_of
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.mappings import Dict
from sim.profiles import Profile
from sim.trace import Silent, Tracer

if TYPE_CHECKING:
    from sim.beliefs import Belief
    from sim.collector import Collector

DESCRIPTOR_TYPES = {
    "method": "method_descriptor", "function": "method_descriptor", "getter": "getset_descriptor", "static": "builtin_function_or_method",
    "class": "classmethod_descriptor",
}  # fmt: skip
RECURSION_LIMIT = 1000
PROGRAM_NAME = "<program>"  # marks the program's own code, apart from that of modules it imports and texts it runs


# Instructions that close their inputs themselves, in order, before the error is looked at (up to 3.13), and how many they have.
INPUTS = {
    "BINARY_OP": 2, "COMPARE_OP": 2, "CONTAINS_OP": 2, "BINARY_SUBSCR": 2, "STORE_SUBSCR": 3, "DELETE_SUBSCR": 2, "STORE_ATTR": 2,
}  # fmt: skip


class Machine(Maker):
    """One run's interpreter. frame: the top of the stack; value/pending: a result or a guest error on its way to that frame."""

    def __init__(self, profile: Profile, belief: Belief, limits: Limits) -> None:
        self.profile = profile
        self.belief = belief
        self.limits = limits
        self.heap = Heap(profile, limits)
        self.types = self.heap.types
        self.frame: Any = None
        self.value: Any = None
        self.pending: GuestError | None = None
        self.ticks: Iterator[int] = iter(range(limits.steps))
        self.depth = 0
        self.native_depth = 0
        self.recursion_limit = RECURSION_LIMIT
        self.handled = HandledException(None)
        self.tracer: Tracer = Silent()
        self.output: list[str] = []
        self.output_left = limits.output_bytes
        self.stderr: list[str] = []
        self.unwritten = UnwrittenText()
        self.modules: dict[str, Module] = {}
        self.sys_modules: Dict | None = None
        self.builtins: Dict
        self.collector: Collector
        self.shared_descriptors: dict[str, HeapObject] = {}  # 3.15: the `__dict__` and `__weakref__` of all classes
        self.roots: Iterable[HeapObject] = ()  # references that a belief keeps, besides those of modules and frames
        self.rewrite: Callable[[ast.Module], None] | None = None  # what a belief changes in the program's tree
        self.finishing = False
        self.printing: set[HeapObject] = set()  # objects whose repr is in progress (Py_ReprEnter)
        self.thread_dict: Dict | None = None
        self.at_exit: list[tuple[HeapObject, list[HeapObject]]] = []  # atexit functions, oldest first
        self.frees_at_exit = True  # a belief may end without taking anything apart
        self.sweep: Callable[..., Any] | None = None  # a belief's periodic sweep
        self.destroyed: dict[int, HeapObject] = {}  # objects that a belief took apart although something still refers to them
        self.arena: list[HeapObject] = []  # the parser's references to constants, while the program runs
        self.instruction_table: dict[str, Any] = {}
        self.takes_shortcuts = False  # only where every instruction is CPython's
        self.module_constants: dict[str, dict[str, Any]] = {}
        self.module_sources: dict[str, str] = {}
        self.module_frame: Callable[..., Frame]

    # --- the loop -------------------------------------------------------------------------------------------------------------

    def run(self, bottom: Any = None) -> None:
        """Run until the frame on top is `bottom`."""
        dying = self.heap.dying
        while self.frame is not bottom:
            if dying:
                self.settle()
                continue
            frame = self.frame
            kind = frame.__class__
            if kind is Frame:
                error = self.pending
                if error is not None:
                    self.pending = None
                    self.unwind(frame, error)
                else:
                    self.interpret(frame)
            elif kind is NativeFrame:
                self.step(frame)
            else:
                frame.run()

    def interpret(self, frame: Frame) -> None:
        """Instructions of one guest frame, until another frame is on top."""
        program = frame.program
        pc = frame.pc
        dying = self.heap.dying
        try:
            for _ in self.ticks:
                handler, argument = program[pc]
                frame.pc = pc = pc + 1
                target = handler(self, frame, argument)
                if target is not None:
                    if target < 0:
                        return
                    frame.pc = pc = target
                if dying and not self.settle():
                    return
            raise LimitReached("steps", self.limits.steps, self.current_line())
        except GuestError as error:
            self.fail(frame, error)

    def step(self, frame: NativeFrame) -> None:
        """One native operation, until it ends or needs a frame to run first."""
        value, error = self.value, self.pending
        self.value = self.pending = None
        if (value is not None or error is not None) and getgeneratorstate(frame.generator) == GEN_CREATED:
            frame.interrupted, value, error = (value, error), None, None
        resume = frame.generator.send
        dying = self.heap.dying
        ticks = self.ticks
        try:
            request = frame.generator.throw(error) if error is not None else resume(value)
            while request.__class__ is not NativeFrame and request.__class__ is not Frame:
                next(ticks, None)
                if next(ticks, None) is None:
                    raise LimitReached("steps", self.limits.steps, self.current_line())
                if dying:
                    self.value = request
                    if not self.settle():
                        return
                    request, self.value = self.value, None
                request = resume(request)
            self.push(request)
            if request.__class__ is Frame and request.injected is not None:
                self.pending, request.injected = request.injected, None
        except StopIteration as stop:
            self.native_depth -= 1
            self.frame = frame.back
            self._close_held(frame)
            self.deliver(stop.value)
            if frame.interrupted is not None:
                self.value, self.pending = frame.interrupted
        except GuestError as raised:
            self.native_depth -= 1
            self.frame = frame.back
            self._close_held(frame)
            self.pending = raised

    def _close_held(self, frame: NativeFrame) -> None:
        held = frame.held
        while held:
            self.heap.close(held.pop())

    def deliver(self, value: Any) -> None:
        """Hand a result to the frame on top: onto a guest frame's stack, or as the answer that a native frame waits for."""
        back = self.frame
        if back.__class__ is Frame:
            if value is not None:
                back.stack.append(value)
        else:
            self.value = value

    def push(self, frame: Any) -> int:
        """Put a frame on top. Guest frames count for the recursion limit, native ones for their own."""
        frame.back = self.frame
        if frame.__class__ is Frame:
            if self.depth >= self.recursion_limit:
                raise self.refuse_depth(frame)
            self.depth += 1
            self.frame = frame
            return SWITCH
        ticks = self.ticks  # a native operation costs the host as much as four instructions
        next(ticks, None), next(ticks, None)
        if next(ticks, None) is None:
            raise LimitReached("steps", self.limits.steps, self.current_line())
        self.native_depth += 1
        if self.native_depth > self.limits.depth:
            self.native_depth -= 1
            raise self.error("RecursionError", "maximum recursion depth exceeded")
        self.frame = frame
        return SWITCH

    def refuse_depth(self, frame: Frame) -> GuestError:
        """A call that goes too deep: its frame is taken apart, the caller gets RecursionError."""
        if frame.generator is None:
            self.close_frame(frame)
        else:
            frame.generator.state = "closed"
        return self.error("RecursionError", "maximum recursion depth exceeded")

    def settle(self) -> bool:
        """Take the dying apart. False if guest code has to run first."""
        ticks = self.ticks  # a death costs the host as much as three instructions
        next(ticks, None)
        if next(ticks, None) is None:
            raise LimitReached("steps", self.limits.steps, self.current_line())
        reaper = Reaper(self)
        back = reaper.back
        reaper.run()
        return self.frame is back

    def identical(self, first: HeapObject, second: HeapObject) -> bool:
        """Whether two names refer to one object (seam of beliefs about identity)."""
        return first is second

    def stored_references(self, target: HeapObject) -> int:
        """The count that a probe reports: the references stored at this moment (seam of beliefs about counting)."""
        return target.refs if target.refs < IMMORTAL >> 1 else self.profile.immortal_count or target.refs - IMMORTAL

    def push_later(self, frame: NativeFrame) -> None:
        """Run a frame once the frames on top are done (seam of beliefs: what happens behind a death)."""
        below = self.frame
        frame.back = below.back
        below.back = frame

    def zero(self, dead: Any, deaths: list[Death]) -> None:
        """A count reached zero (seam: some beliefs do something else)."""
        deaths.append(Death(dead, COLLECT if dead.__class__ is CollectRequest else FINALIZE))

    def charge(self, steps: int) -> None:
        """Pay for native work before it is done."""
        if steps > self.ticks.__length_hint__():  # type: ignore[attr-defined]
            raise LimitReached("steps", self.limits.steps, self.current_line())
        deque(islice(self.ticks, steps), maxlen=0)

    def steps_used(self) -> int:
        return self.limits.steps - self.ticks.__length_hint__()  # type: ignore[attr-defined]

    def steps_were(self, used: int) -> None:
        """Take back what was paid since `used` steps."""
        self.ticks = iter(range(self.limits.steps - used))

    # --- leaving frames -----------------------------------------------------------------------------------------------------

    def fail(self, frame: Frame, error: GuestError) -> None:
        """An instruction raised while its inputs were still on the stack."""
        count = INPUTS.get(frame.code.code.instructions[frame.pc - 1][0])
        if count is not None and not self.profile.stack_released_from_top:
            for ref in frame.stack[-count:]:
                if ref.__class__ is not Lent:
                    self.heap.close(ref)
            del frame.stack[-count:]
        self.unwind(frame, error)

    def unwind(self, frame: Frame, error: GuestError) -> None:
        """An exception in a guest frame: find its handler, or leave the frame and go on in the one below."""
        exception = error.exception
        index = frame.pc - 1
        if not getattr(error, "reraised", False):
            self.add_traceback(exception, frame)
        error.reraised = False  # type: ignore[attr-defined]
        handler = frame.code.code.handlers[index] if index >= 0 else None
        stack = frame.stack
        if handler is not None:
            target, depth, push_lasti = handler
            self.pop_to(stack, depth)
            if push_lasti:
                stack.append(self.heap.int(index if error.place is None else error.place - 1))
            stack.append(exception)
            frame.pc = target
            error.place = None
            return
        self.pop_to(stack, 0)
        if error.place is not None:
            frame.pc, error.place = error.place, None
        generator = frame.generator
        self.leave(frame)
        if generator is not None:
            self.generator_finished(generator)
        self.pending = error

    def pop_to(self, stack: list[Any], depth: int) -> None:
        heap = self.heap
        while len(stack) > depth:
            ref = stack.pop()
            if ref is not None and ref.__class__ is not Lent:
                heap.close(ref)

    def add_traceback(self, exception: ExceptionObject, frame: Frame) -> None:
        """PyTraceBack_Here: a new entry in front; the frame becomes an object."""
        shown = self.materialize(frame)
        shown.refs += 1
        heap = self.heap
        entry = Traceback(self.types["traceback"], heap.collectable(48), exception.traceback, shown, frame.line)
        heap.track(entry)
        exception.traceback = entry

    def materialize(self, frame: Frame) -> FrameObject:
        """The frame's guest object, borrowed; made on first use. While the call runs, the frame holds one reference to it."""
        if frame.object is None:
            frame.object = FrameObject(
                self.types["frame"], self.heap.collectable(120 + 8 * len(frame.slots)), frame, self.profile.slots_released_backwards
            )
        return frame.object

    def leave(self, frame: Frame) -> None:
        """The frame on top is done: drop it. Its locals die now, unless a frame object outlives it."""
        self.frame = frame.back
        self.depth -= 1
        frame.done = True
        if self.outlived(frame):
            return
        self.close_frame(frame)

    def outlived(self, frame: Frame) -> bool:
        """Give up a finished frame's hold on its object. If somebody else holds that object it takes the locals over, links to the
        caller and is tracked from now on (take_ownership in Python/frame.c)."""
        shown = frame.object
        if shown is None:
            return False
        shown.refs -= 1
        if shown.refs == 0:
            frame.object = None
            self.heap.free(shown)
            return False
        caller = self.caller_of(frame)
        if caller is not None:
            frame.caller = self.materialize(caller)
            frame.caller.refs += 1
        if shown.home is None:
            self.heap.track(shown)
        return True

    def caller_of(self, frame: Frame) -> Frame | None:
        """The guest frame below, skipping native ones."""
        if frame.done and frame.caller is not None:
            return frame.caller.frame
        below = frame.back
        while below is not None and below.__class__ is not Frame:
            below = below.back
        return below  # type: ignore[no-any-return]

    def close_frame(self, frame: Frame) -> None:
        """Release locals in the version's order, then the function and the code."""
        heap = self.heap
        close = heap.close
        slots = frame.slots
        if self.profile.slots_released_backwards:
            slots = slots[::-1]
        for ref in slots:
            if ref is not None and ref.__class__ is not Lent:
                close(ref)
        if frame.locals is not None:
            close(frame.locals)
        if frame.fast_locals is not None:
            close(frame.fast_locals)
        if frame.function is not None:
            close(frame.function)
        else:
            close(frame.globals)
        close(frame.code)
        frame.slots = []

    def generator_finished(self, generator: Generator_) -> None:
        """The generator's frame is gone: it can never be resumed, and its handled exception leaves the chain."""
        generator.state = "closed"
        generator.frame = None
        self.handled = generator.handled.previous or self.handled
        generator.handled.previous = None
        self.heap.close(generator)  # the reference that running it kept

    def generator_releases(self, dead: Generator_) -> list[HeapObject]:
        """What a dying generator lets go: the locals of a frame that never finished, in the version's order, then the rest."""
        frame = dead.frame
        found: list[HeapObject] = []
        if frame is not None:
            slots = frame.slots[::-1] if self.profile.slots_released_backwards else frame.slots
            found = [ref for ref in (*slots, *frame.stack) if ref is not None and ref.__class__ is not Lent]
            if frame.function is not None:
                found.append(frame.function)
            found.append(frame.code)
        return [*found, *(o for o in (dead.handled.value, dead.name, dead.qualname) if o is not None)]

    # --- finalizers and callbacks -----------------------------------------------------------------------------------------------

    def finalizer_frame(self, dead: Any) -> Any:
        """The call of an object's finalizer, or None: it has none, or it ran before (PEP 442: once in a life)."""
        if isinstance(dead, Generator_):
            return self.generator_closer(dead)
        kind = dead.type
        if kind.static or dead.finalized:
            return None
        function = self.lookup(kind, "__del__")
        if function is None:
            return None
        if dead.home is not None:
            self.heap.untrack(dead)
        dead.home = self.heap.young  # subtype_dealloc tracks it again for the finalizer
        self.heap.young[dead] = None
        self.tracer.finalizing(dead)
        return NativeFrame(self, call_finalizer, dead, function)

    def callback_frame(self, reference: WeakReference, callback: HeapObject) -> Any:
        self.tracer.calling_back(reference)
        return NativeFrame(self, call_callback, reference, callback)

    def generator_closer(self, dead: Generator_) -> Any:
        """Closing of a suspended generator that is about to die; None if there is nothing to close."""
        if dead.state == "created" and dead.type is self.types["coroutine"]:
            dead.state = "closed"  # said once
            self.write(f"RuntimeWarning: coroutine '{text_of(dead.qualname)}' was never awaited\n", "stderr")
        if dead.state != "suspended" or dead.finalized:
            return None
        return NativeFrame(self, close_dying, dead)

    def unraisable(self, error: GuestError) -> None:
        """An exception in a finalizer or callback: handed to sys.unraisablehook if the program set one, else shown on stderr; then gone."""
        reporting = self.unraisable_frame(error)
        if reporting is not None:
            self.push(reporting)

    def unraisable_frame(self, error: GuestError) -> NativeFrame | None:
        """The same for native code, which has to wait for the hook itself: the hook's call, or None where it was shown on stderr."""
        system = self.modules["sys"].dict
        hook = system.index.get("unraisablehook") if system is not None else None
        if hook is not None and hook.value.__class__ is not Builtin:
            return NativeFrame(self, call_unraisable_hook, error.exception, hook.value, error.origin)
        self.write(f"Exception ignored: {error.exception.type.name}\n", "stderr")
        if error.origin is not None:
            self.heap.close(error.origin[1])
        self.heap.close(error.exception)
        return None

    # --- look-ups ---------------------------------------------------------------------------------------------------------------

    def lookup(self, kind: Type, name: str) -> HeapObject | None:
        """_PyType_Lookup: the attribute along the MRO, borrowed, cached."""
        cache = kind.cache
        if name in cache:
            return cache[name]
        found: HeapObject | None = None
        for cls in kind.order:
            found = self.own_attribute(cls, name)
            if found is not None:
                break
        cache[name] = found
        return found

    def own_attribute(self, cls: Type, name: str) -> HeapObject | None:
        """A class's own attribute, borrowed. Descriptors of static types are made on first use."""
        if cls.namespace is not None:
            entry = cls.namespace.index.get(name)
            return entry.value if entry is not None else None
        found = cls.members.get(name)
        if found is None and name in cls.natives:
            found = cls.members[name] = self.make_descriptor(cls, name)
        return found

    def make_descriptor(self, cls: Type, name: str) -> HeapObject:
        """The descriptor of a native, kept by its static type for good."""
        spec = cls.natives[name]
        made = Builtin(self.types[DESCRIPTOR_TYPES[spec.kind]], self.heap.allocator.allocate(80), spec, cls, None)
        made.refs = IMMORTAL
        return made

    def class_changed(self, kind: Type) -> None:
        """Forget look-ups through a class whose attributes changed."""
        kind.cache.clear()
        for child in kind.subclasses:
            self.class_changed(child)

    # --- small services for library code ----------------------------------------------------------------------------------------

    def none(self) -> HeapObject:
        self.none_object.refs += 1
        return self.none_object

    def not_implemented(self) -> HeapObject:
        self.not_implemented_object.refs += 1
        return self.not_implemented_object

    def true(self) -> HeapObject:
        return self.heap.bool(True)

    def false(self) -> HeapObject:
        return self.heap.bool(False)

    none_object: HeapObject
    not_implemented_object: HeapObject
    ellipsis_object: HeapObject

    def error(self, kind: str | Type, message: str | HeapObject | None = None) -> GuestError:
        """A guest exception ready to be raised, with a text or a borrowed object as its argument; its context is the exception being
        handled.
        """
        cls = self.types[kind] if isinstance(kind, str) else kind
        if isinstance(message, HeapObject):
            return self.error_with(cls.name, message)
        arguments = self.heap.display_tuple([self.heap.str(message)] if message is not None else [])
        return GuestError(self.with_context(self.new_exception(cls, arguments)))

    def error_with(self, kind: str, argument: HeapObject) -> GuestError:
        """A guest exception whose one argument is an object (borrowed), e.g. KeyError(key)."""
        argument.refs += 1
        return GuestError(self.with_context(self.new_exception(self.types[kind], self.heap.display_tuple([argument]))))

    def new_exception(self, cls: Type, arguments: Tuple) -> ExceptionObject:
        """An exception object; `arguments` is stolen."""
        if not cls.static:
            cls.refs += 1
        made = ExceptionObject(cls, self.heap.collectable(72), arguments)
        self.heap.track(made)
        return made

    def with_context(self, exception: ExceptionObject) -> ExceptionObject:
        """_PyErr_SetObject: the handled exception becomes the context, without closing a circle."""
        handled = self.current_handled()
        if handled is not None:
            self.chain(exception, handled)
        return exception

    def chain(self, exception: ExceptionObject, handled: HeapObject) -> None:
        """`handled` takes the place of the exception's context; where the exception is a context further back, that link is cut."""
        if handled is exception:
            return
        link: Any = handled
        seen = 0
        while isinstance(link, ExceptionObject) and link.context is not None and seen < 1000:
            if link.context is exception:
                link.context = None
                self.heap.close(exception)
                break
            link = link.context
            seen += 1
        handled.refs += 1
        old, exception.context = exception.context, handled
        if old is not None:
            self.heap.close(old)

    def current_handled(self) -> HeapObject | None:
        item: HandledException | None = self.handled
        while item is not None and item.value is None:
            item = item.previous
        return item.value if item is not None else None

    def matches(self, error: GuestError, kind: str) -> bool:
        return self.types[kind] in error.exception.type.order

    def is_instance(self, object_: HeapObject, kind: str) -> bool:
        return self.types[kind] in object_.type.order

    def exact(self, object_: HeapObject, kind: str) -> bool:
        return object_.type is self.types[kind]

    def write(self, text: str, stream: str = "stdout") -> None:
        """Standard output, within its budget."""
        self.output_left -= len(text.encode("utf-8", "backslashreplace"))
        if self.output_left < 0:
            raise LimitReached("output_bytes", self.limits.output_bytes, self.current_line())
        if stream != "stdout":
            self.stderr.append(text)
            return
        self.output.append(text)
        self.tracer.wrote(text)

    def locals_of_caller(self) -> Dict:
        """The namespace that vars() and dir() without argument look at; a new reference."""
        frame = self.guest_frame()
        assert frame is not None
        namespace = frame.locals if frame.locals is not None else frame.globals if frame.function is None else None
        if namespace is None:
            return self.snapshot(self, frame)
        namespace.refs += 1
        return namespace

    snapshot: Callable[[Machine, Frame], Dict]  # of a function's locals (library/objects.py)

    def guest_frame(self) -> Frame | None:
        """The innermost guest frame."""
        frame = self.frame
        while frame is not None and frame.__class__ is not Frame:
            frame = frame.back
        return frame  # type: ignore[no-any-return]

    def current_line(self) -> int | None:
        """The line of the program that runs or that called what runs; None before its first and after its last."""
        frame = self.frame
        while frame is not None:
            if frame.__class__ is Frame and frame.code.code.filename == PROGRAM_NAME:
                return frame.line  # type: ignore[no-any-return]
            frame = frame.back
        return None


__all__ = ["SWITCH", "Function", "GuestError", "Machine"]
