"""Where things stand in a picture: frames on the left, objects in columns to the right of what leads to them.

A place is given for a whole run: what is never in the picture at the same time may share one, and nothing moves between two pictures of
one run. All sizes are in the picture's own units (at its natural width, pixels).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.drawing.scene import Box, FrameBox, Scene

FONT = 13.0
CHAR = 0.602 * FONT  # width of a character of the monospaced font
ROW = 22.0
HEAD = 26.0
TAG = 17.0
FOOT = 4.0
PAD = 10.0
TOP = 62.0  # the heading
LEFT = 14.0
GUTTER = 50.0  # between columns: room for arrows
BETWEEN = 20.0  # between boxes of a column
NARROWEST, WIDEST = 84.0, 184.0
FRAME_NARROWEST = 96.0


def box_height(rows: int, left_out: bool, tags: int) -> float:
    return HEAD + ROW * (rows + left_out) + TAG * tags + (FOOT if rows or tags else 0.0)


def slot_width(label: str, value: str) -> float:
    return CHAR * (len(label) + len(value)) + 2 * PAD + (18.0 if label and value else 14.0) + (10.0 if value else 0.0)


def box_width(box: Box) -> float:
    rows = [slot_width(slot.label, slot.value) for slot in box.slots]
    title = CHAR * len(box.title) * 1.04 + 2 * PAD + 30.0
    tags = [CHAR * 0.85 * len(tag) + 2 * PAD for tag in tags_of(box)]
    return min(WIDEST, max([NARROWEST, title, *rows, *tags]))


TAG_TEXT = {
    "untracked": "untracked by gc", "immortal": "immortal", "unreachable": "unreachable", "dead": "dead", "resurrected": "↺ resurrected",
}  # fmt: skip


def tags_of(box: Box) -> list[str]:
    return [TAG_TEXT[state] for state in box.states]


def frame_height(frame: FrameBox) -> float:
    return HEAD + ROW * max(1, len(frame.slots) + len(frame.temporaries)) + FOOT


def frame_width(frame: FrameBox) -> float:
    rows = [slot_width(slot.label, slot.value) for slot in frame.slots]
    rows += [CHAR * 0.85 * len(slot.label) + 2 * PAD + 18 for slot in frame.temporaries]
    return min(1.2 * WIDEST, max([FRAME_NARROWEST, CHAR * (len(frame.name) + 4) + 2 * PAD, *rows]))


Lead = tuple[int, float]  # the number of a box and the height of a row in it; or 0 and the height of a row of a frame


@dataclass
class Stay:
    """How long an object is in the picture, and how big it gets."""

    first: int
    last: int
    height: float = 0.0
    width: float = 0.0
    leads: dict[int, list[Lead]] = field(default_factory=dict)  # depth -> the rows that led to it
    y: float = -1.0

    @property
    def depth(self) -> int:
        """Where it was most of the time."""
        return max(self.leads, key=lambda depth: (len(self.leads[depth]), depth), default=1)

    @property
    def lead(self) -> Lead:
        """The row that led to it most of the time."""
        leads = self.leads.get(self.depth, [])
        return max(leads, key=lambda lead: (leads.count(lead), lead), default=(0, TOP))


@dataclass
class Places:
    """Columns and heights of all objects of a run, found by showing it every scene in order."""

    columns: int = 3
    stays: dict[int, Stay] = field(default_factory=dict)
    frame_width: float = FRAME_NARROWEST
    step: int = 0
    settled: bool = False
    widths: list[float] = field(default_factory=list)

    def show(self, scene: Scene) -> None:
        """Take in one scene of the run."""
        self.step += 1
        self.settled = False
        self.frame_width = max([self.frame_width, *(frame_width(frame) for frame in scene.frames)])
        leads = leads_of(scene)
        for box in scene.boxes:
            stay = self.stays.get(box.number)
            if stay is None:
                stay = self.stays[box.number] = Stay(self.step, self.step)
            if {"dead", "unreachable"}.isdisjoint(box.states):
                stay.leads.setdefault(box.depth, []).append(leads.get(box.number, (0, TOP)))
            stay.last = self.step
            stay.height = max(stay.height, box_height(len(box.slots), bool(box.left_out), len(box.states)))
            stay.width = max(stay.width, box_width(box))

    def settle(self) -> None:
        """Give every object its height: as near to its wish as what is there at the same time allows."""
        if self.settled:
            return
        self.settled = True
        self.widths = [NARROWEST] * self.columns
        waiting = sorted(self.stays.items())
        for column in range(self.columns):
            placed: list[Stay] = []
            group = [stay for _, stay in waiting if self.column(stay) == column]
            while group:
                ready = [stay for stay in group if self.wish(stay) is not None] or group
                for stay in sorted(ready, key=lambda stay: (self.wish(stay) or TOP, stay.first)):
                    self.widths[column] = max(self.widths[column], stay.width)
                    others = [other for other in placed if other.first <= stay.last and stay.first <= other.last]
                    stay.y = free_height(stay, self.wish(stay) or TOP, others)
                    placed.append(stay)
                group = [stay for stay in group if stay.y < 0]

    def wish(self, stay: Stay) -> float | None:
        """The height an object would like to stand at: that of the row that leads to it. None while that has no place."""
        parent, height = stay.lead
        if not parent:
            return max(TOP, height)
        y = self.stays[parent].y if parent in self.stays else TOP
        return max(TOP, y + height) if y >= 0 else None

    def column(self, stay: Stay) -> int:
        return min(stay.depth, self.columns) - 1

    def column_x(self, column: int) -> float:
        return LEFT + self.frame_width + GUTTER + sum(self.widths[:column]) + GUTTER * column

    def right_edge(self) -> float:
        columns = max((self.column(stay) + 1 for stay in self.stays.values()), default=0)
        return self.column_x(columns - 1) + self.widths[columns - 1] + GUTTER if columns else LEFT + self.frame_width


def leads_of(scene: Scene) -> dict[int, Lead]:
    """For each object the first row that refers to it: a row of a frame, or of an object nearer to the frames."""
    found: dict[int, Lead] = {}
    y = TOP
    for frame in scene.frames:
        for index, slot in enumerate((*frame.slots, *frame.temporaries)):
            if slot.target is not None:
                found.setdefault(slot.target, (0, y + HEAD / 2 + index * ROW))
        y += frame_height(frame) + BETWEEN
    for box in sorted(scene.boxes, key=lambda box: (box.depth, box.number)):
        for index, slot in enumerate(box.slots):
            if slot.target is not None and slot.target != box.number and not slot.weak:
                found.setdefault(slot.target, (box.number, HEAD / 2 + index * ROW))
    return found


def free_height(stay: Stay, wish: float, others: list[Stay]) -> float:
    """The free place nearest to the wish, rather below it than above."""
    candidates = [wish, TOP]
    for other in others:
        candidates += [other.y + other.height + BETWEEN, other.y - stay.height - BETWEEN]
    free = [
        y
        for y in candidates
        if y >= TOP and all(y + stay.height + BETWEEN <= other.y + 0.01 or other.y + other.height + BETWEEN <= y + 0.01 for other in others)
    ]
    return min(free, key=lambda y: (y - wish if y >= wish else 2 * (wish - y), y))
