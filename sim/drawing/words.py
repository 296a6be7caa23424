"""A Scene as text: what the picture shows, for a screen reader, a terminal, or a test."""

from __future__ import annotations

from sim.drawing.scene import Box, FrameBox, Scene, Slot

STATES = {
    "untracked": "not tracked by the collector", "immortal": "immortal", "unreachable": "unreachable, not yet freed", "dead": "dead",
    "resurrected": "saved by its finalizer",
}  # fmt: skip


def scene_words(scene: Scene) -> str:
    """The whole scene, a line for each frame, variable and object."""
    visit = f", visit {scene.visit}" if scene.visit > 1 else ""
    belief = f" under the belief {scene.belief}" if scene.belief else ""
    lines = [f"CPython {scene.python}{belief}, when line {scene.line} is left{visit}: {scene.code}", ""]
    names = {box.number: called(box) for box in scene.boxes}
    for frame in scene.frames:
        lines += frame_lines(frame, names)
    lines.append("")
    alive = [box for box in scene.boxes if "dead" not in box.states]
    lines.append(f"{len(alive)} object{'s' if len(alive) != 1 else ''}:" if alive else "No objects.")
    for box in alive:
        lines += box_lines(box, names)
    dead = [box for box in scene.boxes if "dead" in box.states]
    if dead:
        lines += ["", "Dead:", *(f"  {called(box)} {box.verdict}" for box in dead)]
    if scene.omitted:
        lines += ["", f"{scene.omitted} more objects are not shown."]
    if scene.collector:
        lines += ["", scene.collector[:1].upper() + scene.collector[1:]]
    return "\n".join(lines)


def called(box: Box) -> str:
    return f"#{box.number} {box.kind}" + (f" {box.name}" if box.name and box.name not in box.kind.split() else "")


def frame_lines(frame: FrameBox, names: dict[int, str]) -> list[str]:
    if not frame.slots and not frame.temporaries:
        return [f"{frame.name}: no names"]
    rows = [f"  {slot_words(slot, names)}" for slot in frame.slots]
    rows += [f"  in use ({slot.label}): {names.get(slot.target or 0, slot.value)}" for slot in frame.temporaries]
    return [f"{frame.name}:", *rows]


def slot_words(slot: Slot, names: dict[int, str]) -> str:
    verb = "weakly refers to" if slot.weak else "refers to"
    label = slot.label or "an element"
    if slot.target is not None:
        return f"{label} {verb} {names.get(slot.target, f'object {slot.target}')}"
    return f"{label} = {slot.value}" + (" (immortal)" if slot.state else "")


def box_lines(box: Box, names: dict[int, str]) -> list[str]:
    count = "immortal" if box.count is None else f"count {box.count}"
    states = [STATES[state] for state in box.states if state != "immortal"]
    lines = [f"  {called(box)}: {', '.join([count, *states])}"]
    if box.holders:
        lines.append(f"    held by {'; '.join(box.holders)}")
    for index, slot in enumerate(box.slots):
        if box.left_out and index == box.gap:
            lines.append(f"    … {box.left_out} more")
        lines.append(f"    {slot_words(slot, names)}" if slot.label or slot.target is not None else f"    value {slot.value}")
    return lines


def box_words(box: Box) -> str:
    """What a box says when it is pointed at."""
    if box.verdict:
        return f"{called(box)} {box.verdict}"
    count = "immortal" if box.count is None else f"count {box.count}"
    held = f"; held by {'; '.join(box.holders)}" if box.holders else ""
    states = "".join(f"; {STATES[state]}" for state in box.states if state != "immortal")
    block = f"; id 0x{box.address:x}, a block of {box.block} bytes" if box.block else ""
    return f"{called(box)}: {count}{held}{states}{block}"
