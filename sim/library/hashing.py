"""Hashes and look-up tokens: what makes two keys the same key.

A token is a host value that is equal exactly when the guest keys are equal. Keys whose equality or hash is guest code have none (EXOTIC).
Hash formulas: Python/pyhash.c (numbers, pointers), Objects/tupleobject.c (xxHash), Objects/setobject.c (frozenset). Text has a keyless hash
of our own, so that a run never depends on the host's random seed.
"""

from __future__ import annotations

import math
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sim.objects.classes import Instance, Type
from sim.objects.containers import Builtin, Method, Record, Tuple, WeakReference
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import ByteArray, Bytes, Complex, Float, Int, Range, Singleton, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


class _Exotic:
    """The token of a key that only guest code can hash or compare."""

    def __repr__(self) -> str:
        return "EXOTIC"


EXOTIC = _Exotic()
MODULUS = (1 << 61) - 1
WORD = (1 << 64) - 1
BIG = 1 << 60
NONE_HASH = 0xFCA86420  # Objects/object.c, 3.12+
DEEPEST_TOKEN = 12
LARGEST_TOKEN = 200
XX_1, XX_2, XX_5 = 11400714785074694791, 14029467366897019727, 2870177450012600261


def token_of(m: Machine, key: HeapObject) -> Any:
    """The host value that stands for a key, or EXOTIC."""
    host = key.__class__
    if host is Str:
        return key.value  # type: ignore[attr-defined]
    if host is Int:
        value = key.value  # type: ignore[attr-defined]
        return value if -BIG < value < BIG else ("i", hex(value))
    if host is Tuple or host is Set:
        room = [LARGEST_TOKEN]
        token = _compound(m, key, DEEPEST_TOKEN, room)
        m.charge((LARGEST_TOKEN - room[0]) >> 1)
        return token
    return _other_token(m, key)


def _compound(m: Machine, key: HeapObject, depth: int, room: list[int]) -> Any:
    """Token of a tuple or frozenset; EXOTIC where an item is, or where it is too deep or large to be worked out at once."""
    if key.__class__ is Set:
        if key.type is not m.types["frozenset"]:
            return EXOTIC
        items = [entry.key for entry in key.entries()]
    else:
        items = key.items  # type: ignore[attr-defined]
    room[0] -= len(items) + 1
    if depth == 0 or room[0] < 0:
        return EXOTIC
    tokens = []
    for item in items:
        host = item.__class__
        token = _compound(m, item, depth - 1, room) if host is Tuple or host is Set else token_of(m, item)
        if token is EXOTIC:
            return EXOTIC
        tokens.append(token)
    return ("f", frozenset(tokens)) if key.__class__ is Set else ("t", *tokens)


def _number_token(value: float, key: HeapObject) -> Any:
    if value.is_integer():
        whole = int(value)
        return whole if -BIG < whole < BIG else ("i", hex(whole))
    return key if math.isnan(value) else value


def _other_token(m: Machine, key: HeapObject) -> Any:
    host = key.__class__
    if host is Singleton or host is Function:
        return key
    if host is Float:
        return _number_token(key.value, key)  # type: ignore[attr-defined]
    if host is Bytes:
        return ("b", key.value)  # type: ignore[attr-defined]
    if host is Complex:
        return _complex_token(key)
    if host is Range:
        numbers = key.value  # type: ignore[attr-defined]
        return ("r", *_range_key(numbers))
    if host is Method:
        return ("m", key.function, key.receiver)  # type: ignore[attr-defined]
    if host is Builtin:
        return ("n", key.receiver, key.owner if key.receiver is None else None, key.spec)  # type: ignore[attr-defined]
    if host is WeakReference:
        return EXOTIC
    return _token_by_class(m, key)


def _complex_token(key: Any) -> Any:
    value = key.value
    if value.imag == 0:
        return _number_token(value.real, key)
    return key if value != value else value


def _range_key(numbers: range) -> tuple[int, Any, Any]:
    """What makes two ranges equal: length, first item, step between items."""
    size = range_length(numbers)
    if size == 0:
        return (0, None, None)
    return (size, numbers.start, numbers.step if size > 1 else None)


def range_length(numbers: range) -> int:
    """len() without the host's limit."""
    if numbers.step > 0:
        return max(0, (numbers.stop - numbers.start + numbers.step - 1) // numbers.step)
    return max(0, (numbers.start - numbers.stop - numbers.step - 1) // -numbers.step)


def _token_by_class(m: Machine, key: HeapObject) -> Any:
    """Instances and the rare kinds: by identity if the class says so, by value if a built-in base says so, else EXOTIC."""
    equality, hashing = m.lookup(key.type, "__eq__"), m.lookup(key.type, "__hash__")
    root = m.types["object"]
    native = [one is None or (one.__class__ is Builtin and one.owner) for one in (equality, hashing)]
    if all(owner is True or owner is root for owner in native):
        return key
    if not all(native):
        return EXOTIC
    if isinstance(key, Str):
        return key.value
    if isinstance(key, Int):
        return key.value if -BIG < key.value < BIG else ("i", hex(key.value))
    if isinstance(key, Float):
        return _number_token(key.value, key)
    if isinstance(key, (Dict, Set, Tuple, ByteArray, Record, Bytes, WeakReference)):
        return EXOTIC
    return key if isinstance(key, Type) else EXOTIC


# --- hashes -----------------------------------------------------------------------------------------------------------


def signed(word: int) -> int:
    """A machine word as Py_hash_t; -1 means an error in C and is never a hash."""
    word &= WORD
    if word >> 63:
        word -= 1 << 64
    return -2 if word == -1 else word


def int_hash(value: int) -> int:
    found = value % MODULUS if value >= 0 else -(-value % MODULUS)
    return -2 if found == -1 else found


def float_hash(value: float, key: HeapObject) -> int:
    if math.isinf(value):
        return 314159 if value > 0 else -314159
    if math.isnan(value):
        return pointer_hash(key)
    numerator, denominator = value.as_integer_ratio()
    power = (61 - (denominator.bit_length() - 1) % 61) % 61  # 2**61 is 1 here, so 1/2**n is 2**(61 - n)
    found = abs(numerator) * (1 << power) % MODULUS
    found = found if numerator >= 0 else -found
    return -2 if found == -1 else found


def str_hash(text: str) -> int:
    if not text:
        return 0
    return signed(int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"))


def bytes_hash(data: bytes) -> int:
    return signed(int.from_bytes(blake2b(data, digest_size=8).digest(), "little")) if data else 0


def pointer_hash(key: HeapObject) -> int:
    address = key.identity
    return signed((address >> 4) | (address << 60))


def sequence_hash(lanes: list[int], final: bool = True) -> int:
    """xxHash over item hashes (Objects/tupleobject.c tuplehash); slices leave the last step out."""
    total = XX_5
    for lane in lanes:
        total = (total + (lane & WORD) * XX_2) & WORD
        total = ((total << 31) | (total >> 33)) & WORD
        total = total * XX_1 & WORD
    if final:
        total = (total + (len(lanes) ^ (XX_5 ^ 3527539))) & WORD
    return 1546275796 if total == WORD else signed(total)


def frozen_hash(lanes: list[int]) -> int:
    """Objects/setobject.c frozenset_hash: independent of order."""
    total = 0
    for lane in lanes:
        total ^= ((((lane & WORD) ^ 89869747) ^ ((lane << 16) & WORD)) * 3644798167) & WORD
    total ^= (len(lanes) + 1) * 1927868237 & WORD
    total ^= (total >> 11) ^ (total >> 25)
    total = (total * 69069 + 907133923) & WORD
    return 590923713 if total == WORD else signed(total)


def plain_hash(m: Machine, key: HeapObject) -> int:
    """The hash of a key that has a token."""
    host = key.__class__
    if host is Int:
        return int_hash(key.value)  # type: ignore[attr-defined]
    if host is Str:
        text = key.value  # type: ignore[attr-defined]
        if len(text) > 1000:
            m.charge(len(text) >> 9)
        return str_hash(text)
    if host is Tuple:
        return sequence_hash([plain_hash(m, item) for item in key.items])  # type: ignore[attr-defined]
    if host is Float:
        return float_hash(key.value, key)  # type: ignore[attr-defined]
    if host is Instance or host is Function:
        return pointer_hash(key)
    return _other_hash(m, key)


def _other_hash(m: Machine, key: Any) -> int:
    host = key.__class__
    if host is Singleton:
        return NONE_HASH if key is m.none_object and m.profile.version != "3.11" else pointer_hash(key)
    if host is Set:
        if key.hash_value is None:
            key.hash_value = frozen_hash([entry.hash_value for entry in key.entries()])
        return int(key.hash_value)
    if host is Complex:
        return signed(float_hash(key.value.real, key) + 1000003 * float_hash(key.value.imag, key))
    if host is Bytes:
        m.charge(len(key.value) >> 9)
        return bytes_hash(key.value)
    if host is Range:
        none = plain_hash(m, m.none_object)
        return sequence_hash([none if part is None else int_hash(part) for part in _range_key(key.value)])
    if host is Method:
        return signed(pointer_hash(key.receiver) ^ pointer_hash(key.function))
    if host is Builtin:
        return signed(pointer_hash(key.receiver if key.receiver is not None else key) ^ str_hash(key.spec.name))
    if isinstance(key, Str):
        return str_hash(key.value)
    if isinstance(key, Int):
        return int_hash(key.value)
    return float_hash(key.value, key) if isinstance(key, Float) else pointer_hash(key)


# --- equality without the guest ---------------------------------------------------------------------------------------

_VALUES = frozenset((Int, Float, Str, Bytes, Complex))


def plain_equal(left: Any, right: Any) -> bool | None:
    """Equality of two objects where no guest code and no look inside is needed, else None. Identity counts as equality."""
    if left is right:
        return True
    left_host, right_host = left.__class__, right.__class__
    if left_host in _VALUES:
        if right_host in _VALUES:
            return bool(left.value == right.value)
        return False if right_host is Singleton else None
    if left_host is Singleton and (right_host is Singleton or right_host in _VALUES):
        return False
    return None


_ORDERED: tuple[frozenset[type[HeapObject]], ...] = (frozenset((Int,)), frozenset((Str,)), frozenset((Float,)), frozenset((Int, Float)))


def plain_order(objects: list[Any]) -> bool:
    """Whether `<` among these is the host's: all text, or all numbers and none of them nan."""
    hosts = frozenset(one.__class__ for one in objects)
    if hosts not in _ORDERED:
        return False
    return Float not in hosts or not any(one.__class__ is Float and one.value != one.value for one in objects)
