"""A Scene as SVG. What a state is can be seen by shape and word, not by colour alone; every box says more in its <title>."""

from __future__ import annotations

from dataclasses import dataclass

from sim.drawing.arrows import Rect, path, route
from sim.drawing.markup import FONTS, SANS, cut, document, element, escape, line, paragraph, rect, text
from sim.drawing.places import (
    BETWEEN,
    CHAR,
    FOOT,
    HEAD,
    LEFT,
    PAD,
    ROW,
    TAG,
    TOP,
    Places,
    box_height,
    frame_height,
    tags_of,
)
from sim.drawing.scene import Box, FrameBox, Scene, Slot
from sim.drawing.words import box_words, scene_words
from sim.why import ordinal

STYLE = f"""
text {{ font: 13px {FONTS}; fill: #0f172a; }}
.heading {{ font: 600 16px {SANS}; }}
.small {{ font: 12px {SANS}; fill: #334155; }}
.tag {{ font: 600 11px {SANS}; fill: #334155; }}
.kind {{ font-weight: 600; }}
.label {{ fill: #334155; }}
.count {{ fill: #fff; stroke: #334155; }}
.box {{ fill: #fff; stroke: #334155; stroke-width: 1.5; }}
.head {{ fill: #e2e8f0; }}
.frame .box {{ stroke: #1d4ed8; }}
.frame .head {{ fill: #dbeafe; }}
.untracked .head {{ fill: #fef3c7; }}
.immortal .head {{ fill: #ede9fe; }}
.immortal .box, .outer {{ stroke: #6d28d9; fill: none; }}
.immortal .box {{ fill: #fff; }}
.unreachable .box {{ stroke: #c2410c; stroke-width: 2.5; stroke-dasharray: 7 4; }}
.unreachable .head {{ fill: url(#hatch); }}
.unreachable .tag {{ fill: #9a3412; }}
.dead .box {{ stroke: #64748b; stroke-dasharray: 2 3; fill: #f8fafc; }}
.dead .head {{ fill: #f1f5f9; }}
.dead text {{ fill: #64748b; }}
.dead .count {{ stroke: #94a3b8; }}
.cross {{ stroke: #94a3b8; stroke-width: 1.2; }}
.chip {{ fill: #f1f5f9; stroke: #cbd5e1; }}
.chip.forever {{ fill: #ede9fe; stroke: #6d28d9; }}
.rule {{ stroke: #e2e8f0; }}
.dot {{ fill: #1e293b; }}
.reference {{ fill: none; stroke: #1e293b; stroke-width: 1.5; marker-end: url(#tip); }}
.lost {{ stroke: #c2410c; marker-end: url(#lost-tip); }}
.weak {{ stroke: #7e22ce; stroke-dasharray: 5 4; marker-end: url(#weak-tip); }}
.weakdot {{ fill: #fff; stroke: #7e22ce; stroke-width: 1.5; }}
"""


def arrow_tip(name: str, shape: str) -> str:
    return element("marker", shape, id=name, viewBox="0 0 9 9", refX=8.5, refY=4.5, markerWidth=6, markerHeight=6, orient="auto")


DEFINITIONS = "".join(
    [
        arrow_tip("tip", '<path d="M0,0 L9,4.5 L0,9 z" fill="#1e293b"/>'),
        arrow_tip("lost-tip", '<path d="M0,0 L9,4.5 L0,9 z" fill="#c2410c"/>'),
        arrow_tip("weak-tip", '<path d="M1,1 L8,4.5 L1,8" fill="none" stroke="#7e22ce" stroke-width="1.6"/>'),
        element(
            "pattern", '<rect width="8" height="8" fill="#ffedd5"/><path d="M0,8 L8,0" stroke="#fdba74" stroke-width="1.5"/>', id="hatch",
            width=8, height=8, patternUnits="userSpaceOnUse",
        ),
    ]
)  # fmt: skip
SMALL = 6.6  # width of a small character, roughly
NARROWEST_PICTURE = 380.0


@dataclass
class Row:
    """A row that an arrow starts from."""

    owner: Rect
    y: float
    slot: Slot
    source: str
    lost: bool


def picture(scene: Scene, places: Places) -> str:
    """The whole drawing."""
    places.settle()
    return Canvas(scene, places).draw()


class Canvas:
    def __init__(self, scene: Scene, places: Places) -> None:
        self.scene = scene
        self.places = places
        self.rects: dict[int, Rect] = {}
        self.rows: list[Row] = []
        self.parts: list[str] = []
        self.width = max(NARROWEST_PICTURE, places.right_edge() + LEFT)

    def draw(self) -> str:
        scene = self.scene
        for box in scene.boxes:
            stay = self.places.stays[box.number]
            height = box_height(len(box.slots), bool(box.left_out), len(box.states))
            column = self.places.column(stay)
            self.rects[box.number] = Rect(self.places.column_x(column), stay.y, stay.width, height, column)
        y = TOP
        for frame in scene.frames:
            self.parts.append(self.frame(frame, y))
            y += frame_height(frame) + BETWEEN
        self.parts.extend(self.box(box) for box in scene.boxes)
        self.parts.extend(self.arrows())
        bottom = max([y, *(one.bottom + BETWEEN for one in self.rects.values())])
        foot, bottom = self.foot(bottom + 6)
        visit = f" for the {ordinal(scene.visit)} time" if scene.visit > 1 else ""
        belief = f", belief {scene.belief}" if scene.belief else ""
        title = f"The heap when line {scene.line} is left{visit}"
        heading = [
            text(LEFT, 24.0, f"After line {scene.line}{visit} · CPython {scene.python}{belief}", class_="heading"),
            text(LEFT, 45.0, cut(scene.code, self.width - 2 * LEFT, CHAR), class_="label"),
        ]
        return document(self.width, bottom, title, scene_words(scene), STYLE, DEFINITIONS, [*heading, *self.parts, *foot])

    # --- frames and objects ----------------------------------------------------------------------------------------------------------

    def frame(self, frame: FrameBox, y: float) -> str:
        width, height = self.places.frame_width, frame_height(frame)
        where = Rect(LEFT, y, width, height, -1)
        parts = [
            element("title", escape(f"{frame.name}: {len(frame.slots)} variables")),
            rect(LEFT, y, width, height, rx=3, class_="box"),
            rect(LEFT + 1, y + 1, width - 2, HEAD - 2, rx=2, class_="head"),
            text(LEFT + PAD, y + 17.5, cut(frame.name, width - 2 * PAD, CHAR), class_="kind"),
        ]
        if not frame.slots and not frame.temporaries:
            parts.append(text(LEFT + PAD, y + HEAD + 15, "(no names yet)", class_="small"))
        for index, slot in enumerate((*frame.slots, *frame.temporaries)):
            small = index >= len(frame.slots)
            parts.append(self.row(slot, where, y + HEAD + index * ROW, frame.name, small=small))
        return element("g", parts, class_="frame", data_frame=frame.name)

    def box(self, box: Box) -> str:
        where = self.rects[box.number]
        x, y = where.x, where.y
        lost = "unreachable" in box.states
        round_ = 0 if "untracked" in box.states else 9
        parts = [element("title", escape(box_words(box)))]
        if "immortal" in box.states:
            parts.append(rect(x - 4, y - 4, where.width + 8, where.height + 8, rx=round_ and 12, class_="outer"))
        parts += [
            rect(x, y, where.width, where.height, rx=round_, class_="box"),
            element("path", d=head_shape(where, round_), class_="head"),
        ]
        if "dead" in box.states:
            parts += cross(where)
        parts += [text(x + PAD, y + 17.5, cut(box.title, where.width - PAD - 34, CHAR * 1.02), class_="kind"), self.count(box, where)]
        row_y = y + HEAD
        for index, slot in enumerate(box.slots):
            if box.left_out and index == box.gap:
                parts.append(text(x + PAD, row_y + 15, f"… {box.left_out} more", class_="small"))
                row_y += ROW
            parts.append(self.row(slot, where, row_y, str(box.number), lost=lost))
            row_y += ROW
        for tag in tags_of(box):
            parts.append(text(x + PAD, row_y + 12.5, tag, class_="tag"))
            row_y += TAG
        return element("g", parts, class_=" ".join(("object", *box.states)), id=f"object-{box.number}", data_number=box.number)

    def count(self, box: Box, where: Rect) -> str:
        shown = "∞" if box.count is None else str(box.count)
        width = max(22.0, 12.0 + CHAR * len(shown))
        x = where.right - width - 6
        return rect(x, where.y + 4.5, width, 17.0, rx=8.5, class_="count") + text(
            x + width / 2, where.y + 17.5, shown, text_anchor="middle", class_="kind"
        )

    def row(self, slot: Slot, where: Rect, y: float, source: str, lost: bool = False, small: bool = False) -> str:
        """A label, and a value in place or the dot that an arrow starts from."""
        parts = [line(where.x + 1, y, where.right - 1, y, class_="rule")]
        room = where.width - 2 * PAD
        value_room = CHAR * len(slot.value) + 12 if slot.value else 14.0
        if slot.label:
            label = cut(slot.label, room - min(value_room, room * 0.6), CHAR * (0.92 if small else 1.0))
            parts.append(text(where.x + PAD, y + 15.5, label, class_="small" if small else "label"))
        if slot.target is not None:
            target = self.rects.get(slot.target)
            leftwards = target is not None and target.column < where.column
            dot = where.x if leftwards else where.right - 9
            parts.append(element("circle", cx=dot, cy=y + ROW / 2, r=3.2, class_="weakdot" if slot.weak else "dot"))
            start = Rect(where.x, where.y, where.width - (0 if leftwards else 9), where.height, where.column)
            self.rows.append(Row(start, y + ROW / 2, slot, source, lost))
        elif slot.value:
            forever = slot.state == "immortal"
            mark = f"{slot.value} ∞" if forever else slot.value
            shown = cut(mark, room - (CHAR * len(slot.label) + 8 if slot.label else 0), CHAR)
            width = CHAR * len(shown) + 10
            x = where.right - width - 6 if slot.label else where.x + (where.width - width) / 2
            hint = element("title", "immortal: never counted, never freed") if forever else ""
            chip = rect(x, y + 3, width, ROW - 6, rx=8 if forever else 3, class_="chip forever" if forever else "chip")
            parts.append(element("g", [hint, chip, text(x + 5, y + 15.5, shown)], class_="value"))
        return "".join(parts)

    # --- arrows ----------------------------------------------------------------------------------------------------------------------

    def arrows(self) -> list[str]:
        obstacles = list(self.rects.values())
        lanes: dict[int, int] = {}
        entries: dict[int, int] = {}
        drawn = []
        for row in self.rows:
            target = self.rects.get(row.slot.target or 0)
            if target is None:
                continue
            lane = lanes[row.owner.column] = lanes.get(row.owner.column, -1) + 1
            entry = entries[row.slot.target or 0] = entries.get(row.slot.target or 0, -1) + 1
            entry_y = target.y + 7 + 5.0 * (entry % 4)
            points = route(row.owner, row.y, target, entry_y, obstacles, lane)
            style = "weak" if row.slot.weak else "lost" if row.lost else ""
            shape = path(points, target.column == row.owner.column)
            drawn.append(element("path", d=shape, class_=f"reference {style}".strip(), data_from=row.source, data_to=row.slot.target))
        return drawn

    # --- below the picture -----------------------------------------------------------------------------------------------------------

    def foot(self, y: float) -> tuple[list[str], float]:
        """How the dead died, the collector, and the legend of what occurs."""
        parts: list[str] = []
        room = self.width - 2 * LEFT
        notes = [f"† {box.kind} {box.name}".rstrip() + f" {box.verdict}." for box in self.scene.boxes if box.verdict]
        if self.scene.omitted:
            notes.append(f"{self.scene.omitted} more objects are not shown.")
        for note in (*notes, self.scene.collector):
            lines, y = paragraph(LEFT, y + 10, note, room, SMALL, 16.0, class_="small")
            parts += lines
            y -= 6
        legend, y = self.legend(y + 14)
        return [*parts, legend], y + 8

    def legend(self, y: float) -> tuple[str, float]:
        states = {state for box in self.scene.boxes for state in box.states}
        plain = any(not box.states for box in self.scene.boxes)
        items = [("object" if plain else "", "object, count on the right")]
        items += [(state, LEGEND[state]) for state in LEGEND if state in states]
        x, parts = LEFT, []
        if any(row.slot.target is not None and not row.slot.weak for row in self.rows):
            items.append(("reference", "reference: counts"))
        if any(row.slot.weak for row in self.rows):
            items.append(("weak", "weak reference: does not count"))
        slots = [slot for frame in self.scene.frames for slot in frame.slots] + [slot for box in self.scene.boxes for slot in box.slots]
        if any(slot.state == "immortal" for slot in slots):
            items.append(("forever", "immortal value"))
        for kind, words in items:
            if not kind:
                continue
            width = 40 + SMALL * len(words) + 16
            if x + width > self.width - LEFT and x > LEFT:
                x, y = LEFT, y + 22
            words_beside = text(x + 36, y + 12, words, class_="small")
            parts.append(element("g", [sample(kind, x, y), words_beside], class_=kind if kind in LEGEND else None))
            x += width
        return element("g", parts, aria_hidden="true"), y + 22


LEGEND = {
    "untracked": "not tracked by the collector", "immortal": "immortal: never freed", "unreachable": "unreachable, not yet freed",
    "dead": "dead", "resurrected": "saved by its finalizer",
}  # fmt: skip


def sample(kind: str, x: float, y: float) -> str:
    """A small picture of a state or an arrow."""
    if kind in ("reference", "weak"):
        return line(x, y + 8, x + 28, y + 8, class_="reference weak" if kind == "weak" else "reference")
    if kind == "forever":
        return rect(x + 2, y + 1, 26.0, 14.0, rx=7, class_="chip forever")
    round_ = 0 if kind == "untracked" else 5
    where = Rect(x + 2, y, 26.0, 16.0, 0)
    parts = [rect(where.x, where.y, where.width, where.height, rx=round_, class_="box")]
    parts.append(rect(where.x + 1.5, where.y + 1.5, where.width - 3, 6.0, class_="head"))
    if kind == "immortal":
        parts.append(rect(where.x - 3, where.y - 3, where.width + 6, where.height + 6, rx=8, class_="outer"))
    if kind == "dead":
        parts += cross(where)
    if kind == "resurrected":
        parts.append(text(where.x + 8, where.y + 16, "↺", class_="tag"))
    return "".join(parts)


def cross(where: Rect) -> list[str]:
    return [
        line(where.x, where.y, where.right, where.bottom, class_="cross"),
        line(where.x, where.bottom, where.right, where.y, class_="cross"),
    ]


def head_shape(where: Rect, round_: int) -> str:
    """The title bar: rounded above, square below."""
    x, y, right, bottom = where.x + 1.2, where.y + 1.2, where.right - 1.2, where.y + min(HEAD, where.height) - 1.0
    r = max(0, round_ - 1)
    if where.height <= HEAD + FOOT:
        return f"M{x + r:.1f},{y:.1f} H{right - r:.1f} Q{right:.1f},{y:.1f} {right:.1f},{y + r:.1f} V{where.bottom - 1.2 - r:.1f} " + (
            f"Q{right:.1f},{where.bottom - 1.2:.1f} {right - r:.1f},{where.bottom - 1.2:.1f} H{x + r:.1f} "
            f"Q{x:.1f},{where.bottom - 1.2:.1f} {x:.1f},{where.bottom - 1.2 - r:.1f} V{y + r:.1f} Q{x:.1f},{y:.1f} {x + r:.1f},{y:.1f} Z"
        )
    return (
        f"M{x:.1f},{bottom:.1f} V{y + r:.1f} Q{x:.1f},{y:.1f} {x + r:.1f},{y:.1f} H{right - r:.1f} "
        f"Q{right:.1f},{y:.1f} {right:.1f},{y + r:.1f} V{bottom:.1f} Z"
    )
