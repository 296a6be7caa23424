"""The way of each arrow: from the row that refers to the box it refers to, through the gutters between columns and past the boxes between.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """A box as an obstacle. column: -1 for frames."""

    x: float
    y: float
    width: float
    height: float
    column: int

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


CLEARANCE = 7.0
BULGE, LANE = 20.0, 6.0


def route(source: Rect, row_y: float, target: Rect, entry_y: float, obstacles: list[Rect], lane: int) -> list[Point]:
    """Points an arrow goes through; it leaves and enters each of them horizontally. lane: keeps arrows of one gutter apart."""
    if target.column > source.column:
        return forwards(source, row_y, target, entry_y, obstacles)
    if target.column == source.column:
        edge = max(source.right, right_edge(obstacles, source.column, row_y, entry_y))
        out = edge + BULGE + LANE * (lane % 4) + min(14.0, abs(entry_y - row_y) / 16)
        return [(source.right, row_y), (out, (row_y + entry_y) / 2), (target.right, entry_y)]
    points = [(source.x, row_y)]
    for column in range(source.column - 1, target.column, -1):
        boxes = [one for one in obstacles if one.column == column]
        if boxes:
            y = corridor(boxes, points[-1][1], entry_y)
            points += [(max(one.right for one in boxes) + CLEARANCE, y), (min(one.x for one in boxes) - CLEARANCE, y)]
    edge = right_edge(obstacles, target.column, points[-1][1], entry_y)
    if edge > target.right + 1:
        points.append((edge + CLEARANCE, entry_y))
    return [*points, (target.right, entry_y)]


def right_edge(obstacles: list[Rect], column: int, one_y: float, other_y: float) -> float:
    """How far the boxes of a column reach to the right between two heights."""
    upper, lower = min(one_y, other_y), max(one_y, other_y)
    return max((box.right for box in obstacles if box.column == column and box.bottom >= upper and box.y <= lower), default=0.0)


def forwards(source: Rect, row_y: float, target: Rect, entry_y: float, obstacles: list[Rect]) -> list[Point]:
    points = [(source.right, row_y)]
    edge = right_edge(obstacles, source.column, row_y, entry_y)
    if edge > source.right + CLEARANCE:
        points.append((edge, row_y))
    for column in range(source.column + 1, target.column):
        boxes = [one for one in obstacles if one.column == column]
        if boxes:
            y = corridor(boxes, points[-1][1], entry_y)
            points += [(min(one.x for one in boxes) - CLEARANCE, y), (max(one.right for one in boxes) + CLEARANCE, y)]
    return [*points, (target.x, entry_y)]


def corridor(boxes: list[Rect], start_y: float, end_y: float) -> float:
    """A height at which a column can be crossed, as near as possible to the straight way."""
    wish = (start_y + end_y) / 2
    candidates = [wish, start_y, end_y]
    for box in boxes:
        candidates += [box.y - CLEARANCE, box.bottom + CLEARANCE]
    free = [y for y in candidates if all(y <= box.y - CLEARANCE + 0.01 or y >= box.bottom + CLEARANCE - 0.01 for box in boxes)]
    return min(free, key=lambda y: (abs(y - start_y) + abs(y - end_y), y)) if free else wish


def path(points: list[Point], back: bool) -> str:
    """The way as an SVG path: curves that are horizontal at every point. back: out to the right and back to the same column."""
    start_x, start_y = points[0]
    parts = [f"M{start_x:.1f},{start_y:.1f}"]
    if back:
        (_, _), (out, _), (end_x, end_y) = points
        parts.append(f"C{out:.1f},{start_y:.1f} {out:.1f},{end_y:.1f} {end_x:.1f},{end_y:.1f}")
        return " ".join(parts)
    for (from_x, from_y), (to_x, to_y) in pairwise(points):
        if abs(from_y - to_y) < 0.5:
            parts.append(f"L{to_x:.1f},{to_y:.1f}")
        else:
            bend = (to_x - from_x) / 2
            parts.append(f"C{from_x + bend:.1f},{from_y:.1f} {to_x - bend:.1f},{to_y:.1f} {to_x:.1f},{to_y:.1f}")
    return " ".join(parts)
