"""Trees to instructions: sim's compiler. It follows CPython's, version by version."""

from sim.compiler.code import Code, Constant, Unit, listing
from sim.compiler.program import compile_program

__all__ = ["Code", "Constant", "Unit", "compile_program", "listing"]
