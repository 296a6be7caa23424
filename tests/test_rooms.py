"""sim <- exercises <- grader <- config: the right one may import the left one, never back. And sim is pure."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = ("sim", "exercises", "grader", "config")
# What lets a module see anything but its arguments: files, clocks, chance, the network, other processes, the framework.
IMPURE = {
    "django", "rest_framework", "celery", "os", "io", "time", "datetime", "random", "secrets", "uuid", "socket", "ssl", "http", "urllib",
    "subprocess", "multiprocessing", "threading", "asyncio", "concurrent", "signal", "pathlib", "shutil", "tempfile", "glob", "logging",
    "ctypes", "pickle", "importlib", "runpy", "platform", "sqlite3", "sys", "gc", "weakref", "code", "codeop", "symtable",
}  # fmt: skip
# The command line reads a file and writes to the terminal; the bench measures, with what the host does as its measure.
DOORS = {
    "sim/__main__.py": {"sys", "os", "pathlib", "io"},
    "sim/commands/bench.py": {"time", "gc", "importlib", "os", "platform"},  # a clock, and interpreters to compare with
}
HOST_EXECUTION = {"eval", "exec", "compile", "__import__", "open", "input", "breakpoint"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc", "core", "stuff", "lib"}


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        for path in sorted((PROJECT / room).rglob("*.py")):
            # What is shipped are exercises: text that students read, never imported.
            if not path.is_relative_to(PROJECT / "exercises" / "shipped"):
                yield path


def module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Imports under `if TYPE_CHECKING:`, which never happen when the program runs."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            found.update(inner for statement in node.body for inner in ast.walk(statement))
    return found


def imported(path: Path, *, with_types: bool = True) -> Iterator[tuple[int, str]]:
    """(line, module) of everything a file imports, relative names made absolute."""
    tree = parsed(path)
    left_out = set() if with_types else for_types_only(tree)
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*prefix, *([node.module] if node.module else [])])
            modules = [alias.name for alias in node.names if (PROJECT / Path(*origin.split("."), f"{alias.name}.py")).exists()]
            # `from package import module` also runs the package's own file, but it is the module that is meant.
            if len(modules) < len(node.names):
                yield node.lineno, origin
            yield from ((node.lineno, f"{origin}.{name}") for name in modules)


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(PROJECT)}:{line}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_itself_and_the_rooms_to_its_left(room: str) -> None:
    allowed = ROOMS[: ROOMS.index(room) + 1]
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in sources(room)
        for line, name in imported(path)
        if (top := name.split(".")[0]) in {*ROOMS, "tests"} and top not in allowed
    ]
    assert not wrong, "\n".join(wrong)


# The floors of each room, lowest first: a module may import those of its own folder and of the folders before it. Folders that
# share a floor ("web", "api") do not import each other. Files at a room's top, such as grader/clock.py, lie below all floors.
FLOORS: dict[str, list[tuple[str, ...]]] = {
    "exercises": [("models",), ("formats",), ("reading",), ("courses",), ("management",)],
    "grader": [
        ("models",),
        ("simulating",),
        ("marking",),
        ("accepting",),
        ("working",),
        ("deciding",),
        ("reading",),
        ("web", "api", "management"),
    ],
}
# Files at a room's top that know more than the ground floor does: the first floor from which they may be imported.
ABOVE = {
    "exercises.admin": "management",
    "grader.admin": "management",
    "grader.assignment_admin": "management",
    "exercises.access": "courses",
    "exercises.misconceptions": "reading",
}


def floor_of(module: str) -> int | None:
    """How high a module lies in its room; None where it belongs to no floor (templates' tags, migrations, another room)."""
    room, _, rest = module.partition(".")
    folder = ABOVE.get(module) or rest.split(".")[0]
    return next((number for number, level in enumerate(FLOORS.get(room, [])) if folder in level), None)


def folder_of(module: str) -> str:
    return ABOVE.get(module) or module.split(".")[1]


@pytest.mark.parametrize("room", FLOORS)
def test_inside_a_room_a_folder_imports_only_itself_and_the_folders_below(room: str) -> None:
    wrong = []
    for path in sources(room):
        mine = module_name(path)
        here = floor_of(mine)
        for line, name in imported(path):
            there = floor_of(name) if name.startswith(f"{room}.") else None
            if here is None or there is None or folder_of(mine) == folder_of(name):
                continue
            if there >= here:
                wrong.append(f"{place(path, line)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_a_room_has_its_floor() -> None:
    no_code = {"templates", "static", "migrations", "templatetags", "shipped", "__pycache__"}
    for room, floors in FLOORS.items():
        folders = {path.name for path in (PROJECT / room).iterdir() if path.is_dir()} - no_code
        assert folders <= {name for level in floors for name in level}, room


def test_whoever_grades_never_imports_whoever_accepts() -> None:
    """A task that could accept, and so enqueue, would be a loop."""
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in sorted((PROJECT / "grader" / "working").glob("*.py"))
        for line, name in imported(path)
        if name.startswith("grader.accepting.submissions")
    ]
    assert not wrong, "\n".join(wrong)


# The doors of a web process. Django finds the admins by their name.
WEB = ("config.urls", "exercises.admin", "grader.admin")
PARSERS = {"ast", "tokenize", "symtable", "codeop", "code", "compileall", "py_compile"}
RUNS = {"run", "trace", "why", "compare", "draw", "draw_all", "film", "versions"}  # what sim does with a program's text


def reachable_from(*doors: str) -> set[str]:
    """The modules of the three upper rooms that are imported with these."""
    paths = {module_name(path): path for path in sources("exercises", "grader", "config")}
    found: set[str] = set()
    ahead = list(doors)
    while ahead:
        name = ahead.pop()
        if name in paths and name not in found:
            found.add(name)
            ahead += [to for _, to in imported(paths[name], with_types=False)]
            ahead += [name.rpartition(".")[0]]
    return found


def included(path: Path) -> Iterator[str]:
    """Modules that urls name as text."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "include" and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def test_nothing_in_a_web_process_parses_or_runs_a_program() -> None:
    """Not even for colours. Pages and the API read what was worked out when the exercise was loaded (exercises/reading/revision.py)."""
    doors = [*WEB, *included(PROJECT / "config" / "urls.py")]
    reached = reachable_from(*doors)
    assert {"grader.web.urls", "grader.api.urls", "grader.web.fields", "exercises.reading.revision"} <= reached
    wrong = []
    for path in sources("exercises", "grader", "config"):
        if module_name(path) not in reached:
            continue
        wrong += [f"{place(path, line)} imports {name}" for line, name in imported(path) if name.split(".")[0] in PARSERS]
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr) in {("sim", one) for one in RUNS}
            ):
                wrong.append(f"{place(path, node.lineno)} uses sim.{node.attr}")
            if isinstance(node, ast.ImportFrom) and node.module == "sim" and RUNS & {alias.name for alias in node.names}:
                wrong.append(f"{place(path, node.lineno)} imports it from sim")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"compile", "eval", "exec"}:
                wrong.append(f"{place(path, node.lineno)} calls {node.func.id}()")
    assert not wrong, "\n".join(wrong)


def test_what_runs_behind_the_wall_knows_no_framework_and_no_rows() -> None:
    """What is not imported there cannot be reached from there."""
    paths = {module_name(path): path for path in sources("exercises", "grader")}
    reached = reachable_from("grader.simulating.forkserver")
    assert {"grader.simulating.answers", "exercises.reading.preview"} <= reached
    wrong = [
        f"{place(paths[name], line)} imports {module}"
        for name in sorted(reached & paths.keys())
        for line, module in imported(paths[name], with_types=False)
        if module.split(".")[0] in {"django", "rest_framework", "celery", "config"}
        or module.startswith(("exercises.models", "grader.models"))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_simulator_sees_nothing_but_its_arguments() -> None:
    wrong = []
    for path in sources("sim"):
        allowed = DOORS.get(path.relative_to(PROJECT).as_posix(), set())
        wrong += [
            f"{place(path, line)} imports {name}"
            for line, name in imported(path)
            if (top := name.split(".")[0]) in IMPURE and top not in allowed
        ]
    assert not wrong, "\n".join(wrong)


def test_the_simulator_never_asks_the_host_to_run_or_open_anything() -> None:
    wrong = []
    for path in sources("sim"):
        if path.relative_to(PROJECT).as_posix() in DOORS:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HOST_EXECUTION:
                wrong.append(f"{place(path, node.lineno)} calls {node.func.id}()")
    assert not wrong, "\n".join(wrong)


def test_imports_stand_at_the_top_where_a_reader_looks_for_them() -> None:
    wrong = []
    for path in sources(*ROOMS):
        for function in ast.walk(parsed(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                wrong += [place(path, node.lineno) for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not wrong, "an import inside a function:\n" + "\n".join(wrong)


def test_no_two_modules_import_each_other_not_even_by_a_detour() -> None:
    paths = {module_name(path): path for path in sources(*ROOMS)}
    graph = {name: {to for _, to in imported(path, with_types=False) if to in paths and to != name} for name, path in paths.items()}
    cycles = [" -> ".join(cycle) for cycle in find_cycles(graph)]
    assert not cycles, "\n".join(cycles)


def find_cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    finished: set[str] = set()

    def visit(name: str, trail: list[str]) -> None:
        if name in trail:
            found.append([*trail[trail.index(name) :], name])
        elif name not in finished:
            for following in sorted(graph[name]):
                visit(following, [*trail, name])
            finished.add(name)

    for name in sorted(graph):
        visit(name, [])
    return found


def test_every_module_is_named_after_what_it_holds() -> None:
    wrong = [
        str(path.relative_to(PROJECT))
        for path in sources(*ROOMS)
        for part in path.relative_to(PROJECT).with_suffix("").parts
        if part in EMPTY_NAMES
    ]
    assert not wrong, f"these names say nothing: {wrong}"


def test_files_and_functions_stay_readable_in_one_go() -> None:
    wrong = []
    for path in sources(*ROOMS):
        if "migrations" in path.parts:
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > 650:
            wrong.append(f"{place(path, 1)} has {lines} lines (at most 650)")
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.end_lineno is not None
                and node.end_lineno - node.lineno + 1 > 80
            ):
                wrong.append(f"{place(path, node.lineno)} {node.name} has {node.end_lineno - node.lineno + 1} lines (at most 80)")
    assert not wrong, "\n".join(wrong)
