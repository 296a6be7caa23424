"""`bench`: how fast, as ratios measured in one run.

The only module of `sim` that looks at a clock, and the only one that lets the host run Python text: its own programs, as the measure that
everything else is a multiple of.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sim.commands.command import Command, Terminal
from sim.limits import Limits
from sim.machine.world import new_world
from sim.pipeline import run as simulate
from sim.profiles import PROFILES

ROOM = Limits(steps=200_000_000, objects=5_000_000, heap_bytes=1 << 30)

WHILE_SUM = "total = 0\ni = 0\nwhile i < {n}:\n    total += i\n    i += 1\n"
FIB = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nr = fib({n})\n"
APPEND = "items = []\nfor i in range({n}):\n    items.append(i)\n"
ATTRIBUTES = """class Box:
    pass
box = Box()
box.n = 0
for i in range({n}):
    box.n = box.n + i
"""
EXERCISE = """import gc
import sys
import weakref

class Node:
    def __init__(self, name):
        self.name = name
        self.next = None

    def __del__(self):
        print("bye", self.name)

def link(first, second):
    first.next = second
    second.next = first
    return [first, second]

a = Node("a")
b = Node("b")
print(sys.getrefcount(a))
pair = link(a, b)
print(sys.getrefcount(a))
watch = weakref.ref(a)
del a, b
print(sys.getrefcount(pair[0]))
pair.clear()
print(watch() is None)
print(gc.collect())
print(watch() is None)
kept = [Node(n) for n in "xyz"]
kept[1] = None
del kept
print("end")
"""
HEAP = "import gc\nrows = [[i] for i in range({n})]\nfor i in range(10):\n    gc.collect()\n"

PROGRAMS = {
    "while-sum of 10^5": WHILE_SUM.format(n=100_000), "fib(18)": FIB.format(n=18), "append x 10^4": APPEND.format(n=10_000),
    "attribute x 10^4": ATTRIBUTES.format(n=10_000),
}  # fmt: skip


# --- engines --------------------------------------------------------------------------------------------------------------------


def host(text: str) -> None:
    exec(compile(text, "<bench>", "exec"), {"__name__": "bench"})


def simulated(version: str, record: bool = False) -> Callable[[str], Any]:
    def engine(text: str) -> Any:
        outcome = simulate(text, python=version, limits=ROOM, record=record)
        if outcome.ending != "finished":
            raise RuntimeError(outcome.reason or outcome.error)
        return outcome

    return engine


NO_LIMITS = {"MAX_WHILE_ITERATIONS": 10**9, "MAX_OPERATIONS": 10**9}


def asteval(text: str) -> None:
    interpreter = importlib.import_module("asteval").Interpreter()
    interpreter(text, raise_errors=True)


def smolagents(text: str) -> None:
    module = importlib.import_module("smolagents.local_python_executor")
    vars(module).update(NO_LIMITS)
    module.evaluate_python_code(text, {"range": range, "print": print}, state={"__name__": "bench"})


def pytherpreter(text: str) -> None:
    module = importlib.import_module("pytherpreter")
    vars(importlib.import_module("pytherpreter.python_interpreter")).update(NO_LIMITS)
    module.PythonInterpreter()(text)


def x_python(text: str) -> None:
    machine = importlib.import_module("xpython.vm").PyVM()
    machine.run_code(compile(text, "<bench>", "exec"), f_globals={"__name__": "bench", "__builtins__": __builtins__})


PEERS: dict[str, tuple[str, Callable[[str], None]]] = {
    "asteval": ("asteval", asteval), "smolagents": ("smolagents", smolagents), "pytherpreter": ("pytherpreter", pytherpreter),
    "x-python": ("xpython", x_python),
}  # fmt: skip


def installed(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


# --- measuring ------------------------------------------------------------------------------------------------------------------


@contextmanager
def host_collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """CPU time of the fastest of `rounds`."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def try_seconds(engine: Callable[[str], Any], text: str, rounds: int) -> float | str:
    try:
        return seconds(lambda: engine(text), rounds)
    except Exception as error:  # another project's interpreter may fail in any way; the table says so
        return f"fails: {type(error).__name__}"


def shown(value: float | str, measure: float) -> str:
    return f"{value:>23}" if isinstance(value, str) else f"{value * 1000:>11.1f} ms {value / measure:>7.0f}x"


def engines_table(version: str, rounds: int) -> Iterator[str]:
    """Each program on every engine: CPU time, and the multiple of the host's exec in this run."""
    engines: dict[str, Callable[[str], Any]] = {
        f"sim {version}": simulated(version), f"sim {version}, recorded": simulated(version, record=True),
    }  # fmt: skip
    absent = []
    for name, (module, engine) in PEERS.items():
        if installed(module):
            engines[name] = engine
        else:
            absent.append(name)
    measures = {title: seconds(lambda text=text: host(text), 5) for title, text in PROGRAMS.items()}  # type: ignore[misc]
    yield f"{'':20}" + "".join(f"{title:>23}" for title in PROGRAMS)
    yield f"{'this Python, exec':20}" + "".join(shown(measure, measure) for measure in measures.values())
    for name, engine in engines.items():
        cells = (shown(try_seconds(engine, text, rounds), measures[title]) for title, text in PROGRAMS.items())
        yield f"{name:20}" + "".join(cells)
    if absent:
        yield f"not installed, not measured: {', '.join(absent)}"


def exercise_rows(version: str, rounds: int) -> Iterator[str]:
    """What a student's exercise costs in a warm process."""
    measure = seconds(lambda: host(WHILE_SUM.format(n=10_000)), 5)
    plain = seconds(lambda: simulated(version)(EXERCISE), 3 * rounds)
    recorded = seconds(lambda: simulated(version, record=True)(EXERCISE), 3 * rounds)
    world = seconds(lambda: new_world(PROFILES[version]), 3 * rounds)
    with host_collector_off():
        uncollected = seconds(lambda: new_world(PROFILES[version]), 3 * rounds)
    size = len(json.dumps(simulated(version, record=True)(EXERCISE).to_json(), separators=(",", ":")))
    yield f"(as multiples of the host's while-sum of 10^4, {measure * 1000:.2f} ms)"
    yield f"an exercise of {len(EXERCISE.splitlines())} lines  {plain * 1000:6.2f} ms {plain / measure:6.1f}x"
    yield f"the same, recorded       {recorded * 1000:6.2f} ms {recorded / measure:6.1f}x   {size / 1000:.1f} kB of JSON"
    without = f"({uncollected * 1000:.2f} ms without the host's own collector)"
    yield f"a fresh world            {world * 1000:6.2f} ms {world / measure:6.1f}x   {without}"


def curve(title: str, program: str, sizes: tuple[int, ...], engine: Callable[[str], Any], rounds: int) -> Iterator[str]:
    """Cost per unit as the work grows: a straight line has the same figure in every column."""
    costs = [seconds(lambda n=n: engine(program.format(n=n)), rounds) / n * 1e6 for n in sizes]  # type: ignore[misc]
    cells = "".join(f"{n:>10,}: {cost:6.2f} us" for n, cost in zip(sizes, costs, strict=True))
    yield f"{title:34}{cells}   last / first {costs[-1] / costs[0]:.2f}"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--python", choices=PROFILES, default="3.13", help="CPython version to simulate (default 3.13)")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions, of which the fastest counts (default 3)")


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    version, rounds = chosen.python, max(1, chosen.rounds)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    host_name = f"{platform.python_implementation()} {platform.python_version()}"
    terminal.write(f"host: {host_name}, load average {load}; CPU time, fastest of {rounds}\n\n")
    simulated(version)(EXERCISE)  # first use compiles what the library is written in
    for line in engines_table(version, rounds):
        terminal.write(line + "\n")
    terminal.write("\n")
    for line in exercise_rows(version, rounds):
        terminal.write(line + "\n")
    terminal.write("\ncost per round, per append, per list and collection:\n")
    for title, program, sizes, record in (
        ("while loop", WHILE_SUM, (1_000, 10_000, 100_000, 300_000), False),
        ("append, recorded", APPEND, (1_000, 10_000, 30_000), True),
        ("a heap of lists, collected 10 times", HEAP, (1_000, 10_000, 50_000), False),
    ):
        for line in curve(title, program, sizes, simulated(version, record), rounds):
            terminal.write(line + "\n")
    return 0


BENCH = Command(
    name="bench",
    summary="how fast the simulator is, as ratios measured in one run",
    teaching="""Measure the simulator against this machine's own Python and against other interpreters of Python written in
Python, where they are installed (asteval, smolagents, pytherpreter, x-python: `pip install -r requirements/peers.txt`).

Times are CPU time and mean little across machines; the multiples of the host's own `exec` are what to compare.
The simulator counts every reference; none of the others does.""",
    example="python -m sim bench --python 3.13",
    statuses="0; 2 for a wrong call",
    options=options,
    run=run,
)
