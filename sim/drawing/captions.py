"""What happened between two pictures of a run, in one sentence: the caption of the later one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sim.drawing.scene import Box, Scene, Slot
from sim.explain import enumerated
from sim.telling import REASONS

Event = dict[str, Any]
MOST_NAMED = 6
MOST_CHANGES = 2
FEW = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def label(box: Box) -> str:
    """What a picture and its caption call an object: by a name it has or had, else by its number."""
    if not box.name:
        return box.kind if box.kind.startswith(("function ", "class ")) else f"{box.kind} #{box.number}"
    return box.kind if box.name in box.kind.split() else f"{box.kind} {box.name}"


def some(rows: list[str]) -> str:
    return enumerated(rows if len(rows) <= MOST_NAMED else [*rows[: MOST_NAMED - 1], f"{len(rows) - MOST_NAMED + 1} more"])


def plural(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count != 1 else ''}"


class Captions:
    """Sentences about events. numbers, kinds: of an event's object, its box and its type; before, after: the pictures
    that the event lies between.
    """

    def __init__(self, numbers: dict[int, int], kinds: dict[int, str], before: Scene | None, after: Scene) -> None:
        self.numbers, self.kinds = numbers, kinds
        self.before = {box.number: box for box in before.boxes} if before is not None else {}
        self.after = {box.number: box for box in after.boxes}

    def tell(self, event: Event) -> str:
        teller = WORDS.get(event["event"])
        return teller(self, event) if teller is not None else ""

    def box(self, event: Event) -> Box | None:
        number = self.numbers.get(event.get("object", 0), 0)
        return self.after.get(number) or self.before.get(number)

    def who(self, event: Event) -> str:
        box = self.box(event)
        if box is not None:
            return f"the {label(box)}"
        if "kind" in event:
            return f"the {event['kind']} {event['name']}" if event.get("name") else f"a {event['kind']}"
        if "object" in event:
            kind = self.kinds.get(event["object"], "object").replace("type", "class")
            return f"a{'n' if kind[0] in 'aeiou' else ''} {kind}"
        return str(event.get("value", "something"))

    def all_of(self, rows: list[Event], count: int) -> str:
        named = [self.who(row) for row in rows if self.box(row) is not None]
        if not named:
            return plural(count, "object")
        rest = count - len(named)
        return some(named) if rest <= 0 else f"{some(named)}, and {rest} more"

    # --- one method for each kind of event -----------------------------------------------------------------------------------------

    def born(self, event: Event) -> str:
        block = f" in a block of {event['block']} bytes" if event["block"] else ""
        reused = self.numbers.get(event.get("reuses", 0), 0)
        again = ""
        if "reuses" in event:
            former = self.before.get(reused)
            again = f", where the {label(former)} was" if former is not None else ", where something dead was"
        return f"{self.who(event)} is made{block}{again}."

    def bound(self, event: Event) -> str:
        where = "" if event["scope"] in ("global", "") else f" of {event['scope']}()"
        return f"The name {event['name']}{where} now refers to {self.who(event)}."

    def unbound(self, event: Event) -> str:
        return f"The name {event['name']} is unbound."

    def count(self, event: Event) -> str:
        """By how much, and whose reference it is: the holders before and after differ by it."""
        number = self.numbers.get(event["object"], 0)
        old, new = self.before.get(number), self.after.get(number)
        was, now = old.count if old is not None else None, event["count"]
        change = f"is {now}" if was is None or was == now else f"goes {'up' if now > was else 'down'} from {was} to {now}"
        words = f"The count of {self.who(event)} {change}"
        if old is None or new is None or was is None:
            return f"{words}."
        came = list((Counter(new.holders) - Counter(old.holders)).elements())
        went = list((Counter(old.holders) - Counter(new.holders)).elements())
        if "unreachable" in new.states:  # who holds it from inside is not told; a variable that let go of it was outside
            went = [one for one in went if one.startswith(("the global ", "the local "))]
        if len(came) > max(0, now - was):
            came = []
        if now > was and came:
            return f"{words}: {some(came)} hold{'s' if len(came) == 1 else ''} it now."
        if now < was and went:
            return f"{words}: {some(went)} hold{'s' if len(went) == 1 else ''} it no more."
        return f"{words}."

    def counted(self, event: Event) -> str:
        return f"getrefcount counts {plural(event['count'], 'reference')} to {self.who(event)}: {some(event['holders'])}."

    def died(self, event: Event) -> str:
        return f"{self.who(event)} dies: {event['how']}."

    def collection(self, event: Event) -> str:
        return f"The collector starts on generation {event['generation']}: {REASONS[event['reason']]}."

    def copied(self, event: Event) -> str:
        return f"It copies the count of each of its {plural(event['candidates'], 'candidate')}."

    def subtracted(self, event: Event) -> str:
        rows = [
            f"{self.who(row)} {row['count']} − {row['inner']} = {row['outer']}" for row in event["objects"] if self.box(row) is not None
        ]
        return f"It subtracts the references that come from among them{': ' + some(rows) if rows else ''}."

    def unreachable(self, event: Event) -> str:
        if not event["count"]:
            return "What is above zero, or is reached from there, is reachable: that is all of them."
        stays = "What is above zero stays, with all that is reached from there."
        return f"{stays} No reference from outside leads to {self.all_of(event['objects'], event['count'])}: unreachable."

    def saved(self, event: Event) -> str:
        return f"After the finalizers it looks again: {self.all_of(event['objects'], len(event['objects']))} can be reached, and lives on."

    def clearing(self, event: Event) -> str:
        return f"It makes {self.all_of(event['objects'], event['count'])} let go of what they hold, one after the other."

    def collected(self, event: Event) -> str:
        return f"The collector is done: {plural(event['found'], 'object')} found unreachable."

    def printed(self, event: Event) -> str:
        text = event["text"].rstrip("\n")
        return f"It prints {text if len(text) <= 80 else text[:79] + '…'}." if text else "It prints an empty line."


WORDS: dict[str, Callable[[Captions, Event], str]] = {
    "call": lambda told, event: f"The call of {event['function']} begins.",
    "return": lambda told, event: f"The call of {event['function']} ends.",
    "born": Captions.born,
    "bound": Captions.bound,
    "unbound": Captions.unbound,
    "count": Captions.count,
    "getrefcount": Captions.counted,
    "died": Captions.died,
    "finalizer": lambda told, event: f"The finalizer of {told.who(event)} runs.",
    "resurrected": lambda told, event: f"{told.who(event)} is saved by its finalizer: something refers to it again.",
    "callback": lambda told, event: f"The callback of {told.who(event)} runs.",
    "weak reference cleared": lambda told, event: f"A weak reference to {told.who(event)} is cleared.",
    "collection": Captions.collection,
    "copied": Captions.copied,
    "subtracted": Captions.subtracted,
    "unreachable": Captions.unreachable,
    "saved": Captions.saved,
    "clearing": Captions.clearing,
    "collection ended": Captions.collected,
    "printed": Captions.printed,
}


def changed_slots(before: Scene | None, after: Scene) -> list[str]:
    """What objects hold now that they did not hold before."""
    if before is None:
        return []
    old = {box.number: {slot.label: shown(slot, before) for slot in box.slots} for box in before.boxes}
    names = {box.number: label(box) for box in after.boxes}
    changes = []
    for box in after.boxes:
        if box.number not in old or "dead" in box.states:
            continue
        for slot in box.slots:
            if slot.label and old[box.number].get(slot.label) != shown(slot, after):
                changes.append(f"{whole_name(slot, names[box.number])} now {held(slot, names)}.")
    return changes[:MOST_CHANGES] if len(changes) <= 2 * MOST_CHANGES else []


def shown(slot: Slot, scene: Scene) -> Any:
    """What a row holds: the number of a box, or a value, which is a box of its own while more than one row refers to it."""
    box = scene.box(slot.target) if slot.target is not None else None
    atom = box is not None and len(box.slots) == 1 and not box.slots[0].label and box.slots[0].target is None
    return box.slots[0].value[:16] if box is not None and atom else slot.target if slot.target is not None else slot.value[:16]


def whole_name(slot: Slot, owner: str) -> str:
    if slot.label.startswith("."):
        return f"Attribute {slot.label[1:]} of the {owner}"
    return f"Item {slot.label} of the {owner}" if slot.label.isdigit() else f"“{slot.label}” of the {owner}"


def held(slot: Slot, names: dict[int, str]) -> str:
    verb = "weakly refers to" if slot.weak else "refers to"
    return f"{verb} the {names[slot.target]}" if slot.target in names else f"is {slot.value}"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
