"""What a picture of the heap shows at one moment: plain data, made by walking, the same for the picture and for the text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slot:
    """One row of a box: a label, and either a value written in place or the number of the box it refers to.

    state: of the value: "immortal" or nothing. weak: the reference does not count.
    """

    label: str
    value: str = ""
    target: int | None = None
    state: str = ""
    weak: bool = False


@dataclass(frozen=True)
class FrameBox:
    """The variables of a call that runs, or of the module. temporary: rows for what expressions in progress hold."""

    name: str
    line: int
    slots: tuple[Slot, ...]
    temporaries: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Box:
    """An object. number: its own for the whole run. left_out: rows of a long container that are not shown, before row `gap`.

    states: of "untracked", "immortal", "unreachable", "dead", "resurrected"; none of them for an ordinary live object.
    holders: what holds it, in words; verdict: for the dead, how they died.
    """

    number: int
    kind: str
    name: str
    count: int | None
    slots: tuple[Slot, ...]
    gap: int = 0
    left_out: int = 0
    states: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    verdict: str = ""
    address: int = 0
    block: int = 0
    depth: int = 1  # arrows from a frame to here, at least 1

    @property
    def title(self) -> str:
        """What stands on top: for what no variable leads to any more, with the name it had."""
        gone = self.name and not {"dead", "unreachable"}.isdisjoint(self.states)
        return f"{self.kind} {self.name}" if gone else self.kind


@dataclass(frozen=True)
class Scene:
    """One moment: when execution left `line` for the visit-th time."""

    python: str
    line: int
    visit: int
    code: str
    frames: tuple[FrameBox, ...]
    boxes: tuple[Box, ...]
    omitted: int = 0  # objects beyond the budget of a picture
    collector: str = ""
    belief: str = ""
    notes: tuple[str, ...] = field(default=())

    def box(self, number: int) -> Box | None:
        return next((box for box in self.boxes if box.number == number), None)
