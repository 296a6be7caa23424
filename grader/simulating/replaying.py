"""A run as a row of steps, each with the picture of the heap at the moment when execution left its line: plain data, for a page to draw.

    {"version": 1, "python": "3.13", "belief": "cpython", "ending": "finished", "error": null, "reason": null, "output_left_out": 0,
     "boxes": [BOX, ...], "steps": [{"line": 7, "visit": 1, "printed": "", "frames": [...], "boxes": [0, 3]}, ...], "steps_left_out": 0}

A box is an object as it looked at some moment; the steps say which of them they show, so that what does not change is there once.
Fields that say nothing (no name, no slots, no states) are left out of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sim

VERSION = 1
MOST_STEPS = 150
MOST_PRINTED = 2_000  # characters of one step
Moment = tuple[int, int]  # line, visit


def replayed(source: str, python: str, belief: str, most_bytes: int) -> dict[str, Any]:
    """As many steps as fit, from the first on; how many were left out is said."""
    lines = range(1, source.count("\n") + 2)
    outcome = sim.run(source, python=python, belief=sim.BELIEFS[belief], probes=tuple(sim.Probe("mark", line) for line in lines))
    left = sorted(outcome.observations, key=lambda seen: seen.at)
    moments: list[Moment] = [(lines[seen.probe], seen.visit) for seen in left]
    printed = printed_by(source, python, belief)
    shown = moments[:MOST_STEPS]
    drawings = sim.draw_all(source, shown, python=python, belief=belief) if shown else []
    while True:
        answer = {
            "version": VERSION,
            "python": python,
            "belief": belief,
            "ending": outcome.ending,
            "error": outcome.error,
            "reason": outcome.reason,
            **scenes(shown, drawings, printed),
            "steps_left_out": len(moments) - len(shown),
        }
        if len(json.dumps(answer)) <= most_bytes or not shown:
            return answer
        shown = shown[: len(shown) // 2]
        drawings = drawings[: len(shown)]


def printed_by(source: str, python: str, belief: str) -> dict[Moment, str]:
    texts: dict[Moment, str] = {}
    visits: dict[int, int] = {}

    def sink(event: dict[str, Any]) -> None:
        if event["event"] == "line":
            visits[event["line"]] = event["visit"]
        elif event["event"] == "printed":
            moment = (event["line"], visits.get(event["line"], 1))
            texts[moment] = texts.get(moment, "") + event["text"]

    sim.trace(source, sink, python=python, belief=belief, counts="none")
    return texts


def scenes(moments: list[Moment], drawings: list[sim.Drawing], printed: dict[Moment, str]) -> dict[str, Any]:
    known: dict[str, int] = {}
    boxes: list[dict[str, Any]] = []
    steps = []
    left_out = 0
    for moment, drawing in zip(moments, drawings, strict=True):
        places = []
        for box in drawing.scene.boxes:
            plain = said(asdict(box))
            key = json.dumps(plain, sort_keys=True)
            if key not in known:
                known[key] = len(boxes)
                boxes.append(plain)
            places.append(known[key])
        text = printed.get(moment, "")
        left_out += max(0, len(text) - MOST_PRINTED)
        step = {"line": moment[0], "visit": moment[1], "printed": text[:MOST_PRINTED], "boxes": places}
        steps.append({**step, "frames": [said(asdict(frame)) for frame in drawing.scene.frames], "omitted": drawing.scene.omitted})
    return {"boxes": boxes, "steps": steps, "output_left_out": left_out}


def said(value: Any) -> Any:
    """Without what says nothing."""
    if isinstance(value, dict):
        return {name: said(one) for name, one in value.items() if one is not None and one is not False and one not in ("", (), [])}
    if isinstance(value, list | tuple):
        return [said(one) for one in value]
    return value
