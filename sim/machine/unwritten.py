"""Text that sys.stdout has taken and not handed on yet: TextIOWrapper's pending_bytes (Modules/_io/textio.c).

Programs are run with their output going to a file or pipe, as every recording was made. There, what is printed waits until 8 KiB are
together, and meanwhile the stream holds the very str objects: after `print(s)` the count of s is one more. The second piece of text makes a
list for them, which takes a block from the list free list. On a terminal each line goes out at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.objects.containers import List
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

CHUNK = 8192  # bytes: TextIOWrapper's chunk size
METHOD = 56  # bytes of the bound `write` that PyFile_WriteObject looks up for each piece


class UnwrittenText:
    """first: the only piece so far; pieces: the list that holds them from the second on; size: bytes."""

    def __init__(self) -> None:
        self.first: HeapObject | None = None
        self.pieces: List | None = None
        self.size = 0

    @property
    def held(self) -> HeapObject | None:
        return self.pieces if self.pieces is not None else self.first

    def take(self, m: Machine, piece: Any) -> None:
        """Keep one more piece (a str, stolen); hand all on once there are enough."""
        heap = m.heap
        if not piece.value and not m.profile.streams_keep_empty_text:
            heap.close(piece)
            return
        if piece.value.isascii():
            length = len(piece.value)
        else:  # held as what it is encoded to
            encoded = heap.bytes(piece.value.encode("utf-8", "backslashreplace"))
            heap.close(piece)
            piece, length = encoded, len(encoded.value)
        if length >= CHUNK and self.size:
            self.hand_on(m)
        if self.pieces is not None:
            self.pieces.items.append(piece)
            heap.list_resized(self.pieces)
        elif self.first is not None:
            self.pieces = heap.list([self.first, piece])
            self.first = None
        else:
            self.first = piece
        self.size += length
        if self.size >= CHUNK:
            self.hand_on(m)

    def hand_on(self, m: Machine) -> None:
        """The pieces are joined to one bytes object, let go, and written."""
        held = self.held
        if held is None:
            return
        joined = m.heap.block(33 + self.size) if isinstance(held, Str | List) else 0
        self.first = self.pieces = None
        self.size = 0
        m.heap.close(held)
        if joined:
            m.heap.allocator.release(joined)


def passing_method(m: Machine) -> int:
    """The block of a bound method that is made for one call."""
    return m.heap.collectable(METHOD, "builtin_method")
