"""Objects without references: singletons, numbers, text, bytes, ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.objects.classes import Type


class Singleton(HeapObject):
    """None, Ellipsis, NotImplemented, and bare `object()` instances."""

    __slots__ = ("text",)
    leaf = True

    def __init__(self, kind: Type, address: int, text: str) -> None:
        super().__init__(kind, address)
        self.text = text


class Int(HeapObject):
    """int and bool (a bool has the type bool)."""

    __slots__ = ("value",)
    leaf = True

    def __init__(self, kind: Type, address: int, value: int) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.value = value


class Float(HeapObject):
    __slots__ = ("value",)
    leaf = True

    def __init__(self, kind: Type, address: int, value: float) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.value = value


class Complex(HeapObject):
    __slots__ = ("value",)
    leaf = True

    def __init__(self, kind: Type, address: int, value: complex) -> None:
        super().__init__(kind, address)
        self.value = value


class Str(HeapObject):
    """Text. `interned`: it is the one object of its value that look-ups by name share."""

    __slots__ = ("interned", "value")
    leaf = True

    def __init__(self, kind: Type, address: int, value: str) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.value = value
        self.interned = False


class Bytes(HeapObject):
    __slots__ = ("value",)
    leaf = True

    def __init__(self, kind: Type, address: int, value: bytes) -> None:
        super().__init__(kind, address)
        self.value = value


class ByteArray(HeapObject):
    """exports: how many managed buffers look at it; while there are any it keeps its size."""

    __slots__ = ("exports", "value")
    leaf = True

    def __init__(self, kind: Type, address: int, value: bytearray) -> None:
        super().__init__(kind, address)
        self.value = value
        self.exports = 0


class Range(HeapObject):
    """range: the numbers are payload (CPython keeps int objects inside; they can be seen only through .start and friends)."""

    __slots__ = ("value",)
    leaf = True

    def __init__(self, kind: Type, address: int, value: range) -> None:
        super().__init__(kind, address)
        self.value = value


class RangeIterator(HeapObject):
    __slots__ = ("position", "value")
    leaf = True

    def __init__(self, kind: Type, address: int, value: range) -> None:
        super().__init__(kind, address)
        self.value = value
        self.position = 0
