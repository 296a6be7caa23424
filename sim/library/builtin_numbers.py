"""Builtin functions about numbers and characters: abs, divmod, pow, round, chr, ord, bin, oct, hex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import binary, call_method, index_of
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

BUILTINS = "module:builtins"


@native(BUILTINS, "abs", 1, kind="function")
def builtin_abs(m: Machine, args: list[Any]) -> Any:
    if m.lookup(args[0].type, "__abs__") is None:
        raise m.error("TypeError", f"bad operand type for abs(): '{args[0].type.name}'")
    return call_method(m, args[0], "__abs__", [])


@native(BUILTINS, "divmod", 2, kind="function")
def builtin_divmod(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    left, right = args
    attempts = [(left, "__divmod__", right), (right, "__rdivmod__", left)]
    if right.type is not left.type and left.type in right.type.order:
        attempts.reverse()
    for receiver, name, other in attempts:
        if m.lookup(receiver.type, name) is None:
            continue
        result = yield call_method(m, receiver, name, [other])
        if result is not m.not_implemented_object:
            return result
        m.heap.close(result)
    message = f"unsupported operand type(s) for divmod(): '{left.type.name}' and '{right.type.name}'"
    raise m.error("TypeError", message)


@native(BUILTINS, "pow", 2, 3, keywords=("base", "exp", "mod"), kind="function")
def builtin_pow(m: Machine, args: list[Any]) -> Any:
    base, exponent, modulus = args
    if modulus is None or modulus is m.none_object:
        return binary(m, "**", base, exponent)
    if all(isinstance(arg, Int) for arg in args):
        return _modular(m, base.value, exponent.value, modulus.value)
    if not base.type.static and m.lookup(base.type, "__pow__") is not None:
        return call_method(m, base, "__pow__", [exponent, modulus])
    if all(arg.type.name in ("int", "bool", "float") for arg in args):
        raise m.error("TypeError", "pow() 3rd argument not allowed unless all arguments are integers")
    names = "', '".join(arg.type.name for arg in args)
    raise m.error("TypeError", f"unsupported operand type(s) for ** or pow(): '{names}'")


def _modular(m: Machine, base: int, exponent: int, modulus: int) -> HeapObject:
    if modulus == 0:
        raise m.error("ValueError", "pow() 3rd argument cannot be 0")
    words = modulus.bit_length() // 30 + 1
    m.charge(exponent.bit_length() * words * words >> 6)
    try:
        return m.heap.int(pow(base, exponent, modulus))
    except ValueError:
        raise m.error("ValueError", "base is not invertible for the given modulus") from None


@native(BUILTINS, "round", 1, 2, keywords=("number", "ndigits"), kind="function")
def builtin_round(m: Machine, args: list[Any]) -> Any:
    number, digits = args
    if m.lookup(number.type, "__round__") is None:
        raise m.error("TypeError", f"type {number.type.name} doesn't define __round__ method")
    return call_method(m, number, "__round__", [] if digits is None or digits is m.none_object else [digits])


@native(BUILTINS, "chr", 1, kind="function")
def builtin_chr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    code = yield index_of(m, args[0])
    if not 0 <= code < 0x110000:
        raise m.error("ValueError", "chr() arg not in range(0x110000)")
    return m.heap.str(chr(code))


@native(BUILTINS, "ord", 1, kind="function")
def builtin_ord(m: Machine, args: list[Any]) -> Any:
    char = args[0]
    if not isinstance(char, (Str, Bytes, ByteArray)):
        raise m.error("TypeError", f"ord() expected string of length 1, but {char.type.name} found")
    if len(char.value) != 1:
        raise m.error("TypeError", f"ord() expected a character, but string of length {len(char.value)} found")
    return m.heap.int(ord(char.value))


def _based(name: str, letter: str, bits: int) -> None:
    @native(BUILTINS, name, 1, kind="function")
    def convert(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        value = yield index_of(m, args[0])
        if value.bit_length() // bits > m.limits.string_length:
            raise LimitReached("string_length", m.limits.string_length)
        m.charge(value.bit_length() >> 7)
        return m.heap.str(f"{'-' if value < 0 else ''}0{letter}{abs(value):{letter}}")


_based("bin", "b", 1)
_based("oct", "o", 3)
_based("hex", "x", 4)
