"""Source to Outcome: parse, compile, build a world, run, finish. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.beliefs import BELIEFS, CPYTHON, Belief
from sim.errors import LimitReached, SimulationEnd, SourceError, Unsupported
from sim.events import EventStream, Sink
from sim.finishing import finish, run_native, run_to_end
from sim.library.sys_hooks import is_hook_of_ours
from sim.limits import Limits
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.machine import PROGRAM_NAME, Machine
from sim.machine.operations import str_text
from sim.machine.world import main_frame, new_world
from sim.objects.functions import ExceptionObject
from sim.outcome import Outcome, Probe
from sim.profiles import PROFILES, Profile
from sim.reasons import ReasonRecorder
from sim.watching import WatchingMachine

VERSION = "2"


def run(
    source: str | bytes,
    *,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
    record: bool = False,
    seed: int = 0,
    probes: tuple[Probe, ...] = (),
) -> Outcome:
    """Run a program on the simulated heap.

    python: a profile, or the name of one, one of PYTHONS. record or probes: also tell objects, deaths, finalizers, collections, and the
    answers to the probes. Never raises for anything the program text does; an unknown profile or belief is a ValueError.
    """
    if not (record or probes):
        return simulate(source, python, belief, limits, seed)

    def watch(m: WatchingMachine) -> None:
        if m.belief is CPYTHON and any(probe.kind == "reasons" for probe in probes):
            m.follower = recorder = ReasonRecorder(m)
            m.watch(tuple(probes), PROGRAM_NAME, recorder)
        else:
            m.watch(tuple(probes), PROGRAM_NAME)

    return simulate(source, python, belief, limits, seed, watch)


def trace(
    source: str | bytes,
    sink: Sink,
    *,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
    seed: int = 0,
    counts: str = "instruction",
    everything: bool = False,
    budget: int = 100_000,
) -> Outcome:
    """Run a program and hand each event of its heap to `sink`, a dict of plain data, at the moment it happens.

    counts: when changes of counts are told: after each "instruction", after each "line", or "none". everything: tell of numbers
    and text too, and of the counts of functions and classes.
    budget: so many events are told, then only rare ones (deaths, collections, printed text) up to twice as many; a last event says what
    was dropped. The Outcome is the same as that of `run` with record.
    """
    streams: list[EventStream] = []

    def watch(m: WatchingMachine) -> None:
        stream = EventStream(m, sink, counts, budget, everything)
        m.watch((), PROGRAM_NAME, stream)
        m.follower = stream
        streams.append(stream)

    outcome = simulate(source, python, belief, limits, seed, watch)
    for stream in streams:
        stream.finish()
    return outcome


def simulate(
    source: str | bytes,
    python: str | Profile,
    belief: Belief | str,
    limits: Limits | None,
    seed: int = 0,
    watch: Callable[[WatchingMachine], None] | None = None,
) -> Outcome:
    """The run itself. watch: prepares a machine that watches; without it an ordinary machine runs."""
    profile, belief = chosen_profile(python), chosen_belief(belief)
    outcome = Outcome(python=profile.version, sim_version=VERSION, belief=belief.id, seed=seed)
    m = new_world(profile, belief, limits or Limits(), WatchingMachine if watch else Machine)
    if isinstance(m, WatchingMachine) and watch is not None:
        watch(m)
    try:
        execute(m, source, outcome)
    except SimulationEnd as end:
        tell_end(outcome, end, m)
    tell(m, outcome)
    return outcome


def chosen_profile(python: str | Profile) -> Profile:
    if isinstance(python, Profile):
        return python
    if python not in PROFILES:
        raise ValueError(f"no profile for Python {python}; there are {', '.join(PROFILES)}")
    return PROFILES[python]


def chosen_belief(belief: str | Belief) -> Belief:
    if isinstance(belief, Belief):
        return belief
    if belief not in BELIEFS:
        raise ValueError(f"no belief called {belief}")
    return BELIEFS[belief]


def execute(m: Machine, source: str | bytes, outcome: Outcome) -> None:
    """Run the program and the interpreter's exit."""
    try:
        frame = main_frame(m, source, PROGRAM_NAME)
    except SourceError as error:
        outcome.ending, outcome.error, outcome.line, outcome.exit_status = "exception", str(error), error.line, 1
        return
    m.push(frame)
    run_to_end(m)
    if m.pending is not None:
        raised, m.pending = m.pending, None
        tell_exception(m, raised, outcome)
    elif m.value is not None:
        m.heap.close(m.value)
        m.value = None
    finish(m)


def exception_text(m: Machine, frame: NativeFrame, exception: ExceptionObject) -> Any:
    """The last line of a traceback: the class, and the text if there is any."""
    frame.borrow(exception)
    kind = exception.type
    name = kind.name if kind.static or kind.qualname is None else kind.qualname.value  # type: ignore[attr-defined]
    try:
        text = yield str_text(m, exception)
    except GuestError as error:
        m.heap.close(error.exception)
        text = "<exception str() failed>"
    return f"{name}: {text}" if text else name


def call_excepthook(m: Machine, frame: NativeFrame, hook: Any, exception: Any) -> Any:
    """sys.excepthook(type, value, traceback)."""
    frame.borrow(hook)
    m.heap.close((yield m.call(hook, [exception.type, exception, exception.traceback or m.none_object])))
    return None


def keep_last(m: Machine, exception: ExceptionObject) -> None:
    """sys.last_exc and its older three names hold an exception that nobody caught until the interpreter's exit (PyErr_PrintEx)."""
    system: Any = m.modules["sys"].dict
    rows = {"last_exc": exception, "last_type": exception.type, "last_value": exception, "last_traceback": exception.traceback}
    for name in m.profile.last_exception_names:
        kept: Any = rows[name] or m.none_object
        kept.refs += 1
        m.put(system, name, kept)


def tell_exception(m: Machine, error: GuestError, outcome: Outcome) -> None:
    """An exception that nobody caught. SystemExit only sets the exit status."""
    exception = error.exception
    if m.types["SystemExit"] in exception.type.order:
        code: Any = exception.extra.get("code") or m.none_object
        if code is m.none_object:
            status = 0
        elif m.is_instance(code, "int"):
            status = code.value & 0xFF
        else:
            status = 1
            m.stderr.append(str(run_native(m, lambda m, frame, c: (yield str_text(m, c)), code)) + "\n")
        outcome.exit_status = status
        outcome.ending = "finished"
        m.heap.close(exception)
        return
    outcome.ending = "exception"
    outcome.exit_status = 1
    step = exception.traceback
    while step is not None and step.next is not None:
        step = step.next  # type: ignore[assignment]
    outcome.line = step.line if step is not None else None
    keep_last(m, exception)
    outcome.error = run_native(m, exception_text, exception)
    hook = m.modules["sys"].dict.index.get("excepthook")  # type: ignore[union-attr]
    if hook is not None and not is_hook_of_ours(hook.value):
        run_native(m, call_excepthook, hook.value, exception)
    m.heap.close(exception)
    run_to_end(m)


def tell_end(outcome: Outcome, end: SimulationEnd, m: Machine) -> None:
    outcome.ending = "limit" if isinstance(end, LimitReached) else "refused"
    if isinstance(end, LimitReached | Unsupported) and end.line is None:
        end.line = m.current_line() or outcome.line
    outcome.line = getattr(end, "line", None)
    outcome.reason = str(end)
    outcome.exit_status = 1


def tell(m: Machine, outcome: Outcome) -> None:
    """Copy what the machine gathered."""
    outcome.output = "".join(m.output)
    outcome.stderr = "".join(m.stderr)
    outcome.steps = m.steps_used()
    if isinstance(m, WatchingMachine):
        recorder = m.recorder
        outcome.printed, outcome.objects, outcome.deaths = recorder.printed, recorder.objects, recorder.deaths
        outcome.finalizers, outcome.collections = recorder.finalizers, recorder.collections
        outcome.visits, outcome.observations, outcome.dropped = m.visits, m.observations, recorder.dropped
        outcome.history = recorder.history
