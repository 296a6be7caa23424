"""exec, eval and compile: guest text goes through the same bounds and the same compiler as the program itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from sim.compiler import compile_program
from sim.errors import SourceError, Unsupported
from sim.library.objects import frame_snapshot, new
from sim.machine.frames import Frame, GuestError, NativeFrame
from sim.machine.natives import native
from sim.objects.functions import CodeObject
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Bytes, Str
from sim.source import parse

if TYPE_CHECKING:
    from sim.machine.machine import Machine

RESULT = "<value>"  # where an evaluated expression's value waits in the namespace; no program can name it


def located(m: Machine, error: SourceError, filename: str) -> GuestError:
    """The guest's SyntaxError, which knows its place."""
    raised = m.error(error.kind, error.message)
    raised.exception.extra = {"msg": m.heap.str(error.message), "filename": m.heap.str(filename)}
    if error.line is not None:
        raised.exception.extra["lineno"] = m.heap.int(error.line)
    return raised


def code_from(m: Machine, source: Any, filename: str, mode: str, arena: bool) -> CodeObject:
    """Compile text. The parser's references to constants are kept while exec or eval of a string runs (arena)."""
    text = source.value if isinstance(source, Str) else source.value.decode("utf-8", "replace")
    m.charge(200 + 8 * len(text))  # compiling costs the host that many instructions
    try:
        tree = parse(text.strip() if mode == "eval" else text, m.limits, m.profile)
        if mode == "eval":
            if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
                raise SourceError("SyntaxError", "invalid syntax", 1)
            expression = tree.body[0]
            target = ast.copy_location(ast.Name(RESULT, ast.Store()), expression)
            tree.body[0] = ast.copy_location(ast.Assign([target], expression.value), expression)
        unit = compile_program(tree, filename=filename, profile=m.profile)
    except SourceError as error:
        raise located(m, error, filename) from None
    return m.instantiate(unit, arena)


def namespaces(m: Machine, name: str, globals_: Any, locals_: Any) -> tuple[Any, Any, list[HeapObject]]:
    """Global and local namespace of the code to run (borrowed), and what was made for the purpose (owned)."""
    if globals_ is m.none_object:
        globals_ = None
    if locals_ is m.none_object:
        locals_ = None
    made: list[HeapObject] = []
    if globals_ is None:
        frame = m.guest_frame()
        assert frame is not None
        globals_ = frame.globals
        if locals_ is None and frame.locals is not None:
            locals_ = frame.locals
        elif locals_ is None and frame.function is not None:
            locals_ = frame_snapshot(m, frame)
            made.append(locals_)
    if not isinstance(globals_, Dict):
        raise m.error("TypeError", f"{name}() globals must be a dict, not {globals_.type.name}")
    if locals_ is not None and not isinstance(locals_, Dict):
        raise Unsupported(f"{name}() with a namespace that is no dict", m.current_line())
    if "__builtins__" not in globals_.index:
        m.put(globals_, "__builtins__", new(m.builtins))
    return globals_, locals_, made


def run_code(m: Machine, frame: NativeFrame, code: CodeObject, globals_: Dict, locals_: Any) -> Any:
    """Run module-level code (stolen) in the namespaces."""
    globals_.refs += 1
    running = Frame(code, None, globals_, [None] * len(code.code.slots))
    if locals_ is not None and locals_ is not globals_:
        locals_.refs += 1
        running.locals = locals_
    return (yield running)


def run_source(m: Machine, frame: NativeFrame, mode: str, args: list[Any]) -> Any:
    """Compile and run the first argument. The value of an expression (eval), else None."""
    globals_, locals_, made = namespaces(m, mode, args[1], args[2])
    for one in made:
        frame.own(one)
    before = len(m.arena)
    code = code_object(m, args[0], mode)
    kept = m.arena[before:]
    del m.arena[before:]
    for constant in kept:  # the parser's references live as long as the text runs
        frame.own(constant)
    m.heap.close((yield NativeFrame(m, run_code, code, globals_, locals_)))
    target = locals_ if locals_ is not None else globals_
    entry = target.index.get(RESULT)
    if entry is None:
        return m.none()
    value = new(entry.value)
    m.heap.dict_delete(target, RESULT)
    return value


@native("module:builtins", "exec", 1, 3, keywords=("", "globals", "locals"), kind="function")
def builtin_exec(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield NativeFrame(m, run_source, "exec", args))


@native("module:builtins", "eval", 1, 3, keywords=("", "globals", "locals"), kind="function")
def builtin_eval(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield NativeFrame(m, run_source, "eval", args))


def code_object(m: Machine, source: Any, mode: str) -> CodeObject:
    if isinstance(source, CodeObject):
        if len(source.code.slots) > source.code.free_slots_start:
            raise m.error("TypeError", f"code object passed to {mode}() may not contain free variables")
        return new(source)  # type: ignore[no-any-return]
    if not isinstance(source, Str | Bytes):
        raise m.error("TypeError", f"{mode}() arg 1 must be a string, bytes or code object")
    return code_from(m, source, "<string>", mode, True)


@native("module:builtins", "compile", 3, 6, keywords=("source", "filename", "mode", "flags", "dont_inherit", "optimize"), kind="function")
def builtin_compile(m: Machine, args: list[Any]) -> HeapObject:
    mode = args[2].value
    if mode == "single":
        raise Unsupported("compile() in mode 'single'", m.current_line())
    if mode not in ("exec", "eval"):
        raise m.error("ValueError", "compile() mode must be 'exec', 'eval' or 'single'")
    return code_from(m, args[0], args[1].value, mode, False)
