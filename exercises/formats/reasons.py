"""Why an answer is right: what each format's `explain` says after its first sentence.

A reason names a cause: which statement closed or made which reference, who still holds, which collection looked where. All of it was seen
by the simulator in the run that is also the truth (`Outcome.history`, and a look at the moment that the question asks about).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import sim
from exercises.formats.naming import first_deaths, ids_by_serial
from exercises.formats.question import Question

MOST_TOLD = 6  # sentences of one reason
NOTHING_SEEN: dict[str, Any] = {"held": {}, "old": {}, "lost": [], "watching": {}, "uses": [], "names": [], "at": 0}
PART = re.compile(r"\(item (\d+)\)$")


class Reasons:
    """What a run shows about the moment of one question."""

    def __init__(self, question: Question, outcome: sim.Outcome) -> None:
        self.question, self.outcome = question, outcome
        self.ids = ids_by_serial(outcome)
        self.deaths = first_deaths(outcome)

    @cached_property
    def look(self) -> dict[str, Any]:
        """At the last visit of the line: who is held by whom, and what the names on it refer to."""
        seen = [one for one in self.outcome.observations if one.probe == self.question.first_probe - 1 and one.value]
        return NOTHING_SEEN | (dict(seen[-1].value) | {"at": seen[-1].at} if seen else {})

    def rows(self, what: str, serial: int | None = None, line: int | None = None) -> list[dict[str, Any]]:
        return [
            row
            for row in self.outcome.history
            if row["what"] == what and serial in (None, row.get("serial")) and line in (None, row["line"])
        ]

    # --- objects ---------------------------------------------------------------------------------------------------------------------

    def serial(self, option_id: str) -> int | None:
        return next((serial for serial, identity in self.ids.items() if identity == option_id), None)

    def label(self, serial: int) -> str:
        """What a sentence calls an object; nameless ones have numbers below zero."""
        if serial in self.ids:
            return self.ids[serial]
        kind = next((row["kind"] for row in self.outcome.history if row.get("serial") == serial and "kind" in row), "")
        return f"{an(kind)} without a name" if kind else "an object"

    def fate(self, option_id: str) -> str:
        """When and why an object ends, as the end of a sentence."""
        serial = self.serial(option_id)
        if serial is None:
            return "is not made in this run"
        death = self.deaths.get(serial)
        if death is None or death.cause == "exit":
            return "lives until the program ends"
        how = self.how(serial)
        if death.cause == "collector":
            return f"is freed by the cycle collector on line {death.line}" + (f": {how}" if how else "")
        return f"dies on line {death.line}, when its count reaches zero" + (f": {how}" if how else "")

    def how(self, serial: int) -> str:
        """What closed its last reference."""
        return next((row["how"] for row in self.rows("died", serial) if row.get("how")), "")

    def survival(self, option_id: str) -> str:
        """Why an object is alive after the line, as a sentence; "" if nothing is known of it then."""
        serial = self.serial(option_id)
        held = self.look["held"].get(str(serial))
        if serial is None or not held:
            return ""
        taken = self.taken(serial)
        here = f"loses {sim.enumerated(taken)} here, and lives on" if taken else "is alive"
        sentence = f"{self.object_label(option_id, serial)} {here}: {holds(held)} it."
        saved = self.rows("resurrected", serial)
        if saved and saved[-1]["at"] < self.look["at"]:
            sentence += f" Its finaliser ran on line {saved[-1]['line']} and stored it again; a finaliser runs only once."
        if serial in self.look["lost"]:
            sentence += " Nothing outside leads to it any more, which only the cycle collector can find out."
        return sentence

    def object_label(self, option_id: str, serial: int) -> str:
        """As the choices call it, where these are objects and not their finalisers."""
        label = self.question.label(option_id)
        return self.label(serial) if " of the " in label else label

    def taken(self, serial: int) -> list[str]:
        """The names that the line takes from an object."""
        line = self.question.line
        gone = [f"the name {row['name']}" for row in self.rows("unbound", serial, line)]
        for row in self.rows("bound", line=line):
            before = self.binding(row["name"], row["at"])
            if before is not None and before.get("serial") == serial and row.get("serial") != serial:
                gone.append(f"the name {row['name']}")
        return list(dict.fromkeys(gone))

    def is_born(self, option_id: str) -> bool:
        serial = self.serial(option_id)
        return any(known.serial == serial and known.at < self.look["at"] for known in self.outcome.objects)

    def is_dead(self, option_id: str) -> bool:
        death = self.deaths.get(self.serial(option_id) or 0)
        return death is not None and death.at < self.look["at"]

    def is_lost(self, option_id: str) -> bool:
        """Whether nothing outside leads to it, though it lives."""
        return self.serial(option_id) in self.look["lost"]

    def too_old(self, option_id: str) -> str:
        """Why a collection of a young generation leaves an unreachable object alone."""
        generations = [one.generation for one in self.outcome.collections if one.line == self.question.line and one.at < self.look["at"]]
        old = self.look["old"].get(str(self.serial(option_id)), 0)
        if not generations or old <= generations[-1] or not self.is_lost(option_id):
            return ""
        looked = "generation 0" if generations[-1] == 0 else f"generations 0 to {generations[-1]}"
        return (
            f"{self.question.label(option_id)} is too old for this collection: it survived earlier ones and is in generation {old}, and "
            f"line {self.question.line} looks at {looked} only. It {self.fate(option_id)}."
        )

    def survivors(self, option_ids: Iterable[str]) -> list[str]:
        told = [sentence for one in option_ids if (sentence := self.survival(one))]
        return shortened(told)

    # --- names -----------------------------------------------------------------------------------------------------------------------

    def binding(self, name: str, before: int | None = None) -> dict[str, Any] | None:
        """The row that tells when a name was bound last."""
        limit = self.look["at"] if before is None else before
        return next((row for row in reversed(self.rows("bound")) if row["name"] == name and row["at"] < limit), None)

    def made(self, serial: int) -> str:
        born = self.rows("born", serial)
        line = born[0]["line"] if born else next((one.line for one in self.outcome.objects if one.serial == serial), 0)
        return f"made on line {line}" if line else ""

    def name_in_words(self, used: dict[str, Any]) -> str:
        """Where the value of a name comes from, as a sentence."""
        name, row = used["name"], self.binding(used["name"])
        since = f"since line {row['line']}" if row else ""
        if row is not None and row.get("id_of"):
            return f"{name} is the id that {row['id_of']} had on line {row['line']}{self.since_gone(row)}."
        if used["kind"] == "weakref" or "watches" in used:
            return self.reference_in_words(used)
        if "serial" not in used:
            return f"{name} is {used['text']}{', ' + since if since else ''}."
        changes = [one for one in self.rows("changed", used["serial"]) if one["at"] <= self.look["at"]]
        parts = [f"{name} is {self.object_in_words(used)}"]
        if row is not None and self.made(used["serial"]) != f"made on line {row['line']}":
            parts.append(f"to which line {row['line']} bound the name")
        if changes:
            lines = list(dict.fromkeys(one["line"] for one in changes))
            parts.append(f"changed on line{'s' if len(lines) > 1 else ''} {sim.enumerated([str(one) for one in lines[-4:]])}")
        return f"{', '.join(parts)}."

    def since_gone(self, row: dict[str, Any]) -> str:
        """What became of the name whose id was kept."""
        changes = [one for one in self.rows("unbound") + self.rows("bound") if one["name"] == row["id_of"]]
        since = [one for one in changes if row["at"] < one["at"] < self.look["at"]]
        if not since:
            return f", and {row['id_of']} is still there"
        return f"; line {since[0]['line']} {'deleted that name' if since[0]['what'] == 'unbound' else 'bound that name to something else'}"

    def object_in_words(self, used: dict[str, Any]) -> str:
        made = self.made(used["serial"])
        return f"the {used['kind']}{' ' + made if made else ''}"

    def reference_in_words(self, used: dict[str, Any]) -> str:
        name = used["name"]
        if used.get("watches"):
            held = self.look["held"].get(str(used["watches"]), [])
            return f"{name} watches {self.label(used['watches'])}, which is alive: {holds(held)} it."
        cleared = [row for row in self.rows("weak reference cleared") if row["by"] == used.get("serial")]
        if not cleared:
            return f"{name} is a weak reference to something that is dead."
        watched = cleared[-1]["watched"]
        died = f"died on line {cleared[-1]['line']}: {self.how(watched)}"
        return f"{name} is a weak reference, and what it watched, {self.label(watched)}, {died}."

    def one_object(self, names: Sequence[str], rows: Sequence[dict[str, Any] | None]) -> str:
        """Since when several names refer to one object."""
        known = [(name, row) for name, row in zip(names, rows, strict=True) if row is not None]
        return sim.enumerated([f"line {row['line']} bound {name} to it" for name, row in known])

    def sharing(self, group: Sequence[str]) -> str:
        """Why names are one object, as the end of a sentence."""
        rows = [self.binding(name) if name.isidentifier() else None for name in group]
        known = [row for row in rows if row is not None]
        serial = next((row["serial"] for row in known if row.get("serial")), None) or self.at_path(group)
        why = []
        if serial:
            why.append(f"the {self.kind(serial)} {self.made(serial) or self.label(serial)}")
        atoms = [row for row in known if "text" in row]
        if atoms:
            why.append(f"{atoms[0]['text']}{', ' + atoms[0]['shared'] if atoms[0]['shared'] else ''}")
        if len(known) > 1:
            why.append(self.one_object(group, rows))
        elif serial and self.look["held"].get(str(serial)):
            why.append(f"{holds(self.look['held'][str(serial)])} it")
        return f": {'; '.join(why)}" if why else ""

    def at_path(self, group: Sequence[str]) -> int | None:
        """The object that a path such as a[0] leads to, by who holds it."""
        for path in group:
            found = re.fullmatch(r"(\w+)(?:\[(-?\d+)\]|\.(\w+))", path)
            if found is None:
                continue
            part = f"item {found[2]} of the " if found[2] else f"attribute {found[3]} of the "
            for serial, held in self.look["held"].items():
                if any(text.startswith(part) and text.endswith(f" {found[1]}") for text in held):
                    return int(serial)
        return None

    def origin(self, name: str) -> str:
        """Where a name's own object comes from, as the end of a sentence."""
        row = self.binding(name) if name.isidentifier() else None
        if row is None:
            return ""
        if row.get("serial"):
            made = self.made(row["serial"])
            return f": {an(self.kind(row['serial']))}, {made}" if made else ""
        return f": {row['text']}, {row['shared'] or 'made'} on line {row['line']}" if "text" in row else f", bound on line {row['line']}"

    def kind(self, serial: int) -> str:
        return next((one.kind for one in self.outcome.objects if one.serial == serial), "object")

    def holders(self, held: Sequence[str]) -> list[str]:
        """Each holder, and since when a name is one."""
        told = []
        for text in sim.folded(held):
            found = re.match(r"the (?:global|local) (\w+)", text)
            row = self.binding(found[1]) if found else None
            told.append(f"{text} (since line {row['line']})" if row is not None else text)
        sentence = f"{sim.enumerated(told)} {hold(told)} it."
        return [sentence[:1].upper() + sentence[1:]] if told else []

    # --- finalizers ------------------------------------------------------------------------------------------------------------------

    def calls(self, events: Sequence[str], callback: str) -> list[str]:
        """Why each finaliser and callback runs here, and what decides their order."""
        told, items = [], []
        for event in events:
            serial = self.serial(event.removesuffix(callback)) or 0
            if event.endswith(callback):
                cleared = [row for row in self.rows("weak reference cleared") if row["by"] == serial]
                if cleared:
                    watched = cleared[-1]["watched"]
                    told.append(f"{self.label(serial)} watched {self.label(watched)}, which died: {self.how(watched)}.")
                continue
            how = next((row.get("how", "") for row in self.rows("finalizer", serial)), "") or self.how(serial)
            part = PART.search(how)
            items.append(int(part[1]) if part else -1)
            told.append(f"{self.label(serial)}: {how}.")
        if len(items) > 1 and items == sorted(items, reverse=True) and items[-1] >= 0:
            told.append("A list lets go of its items from the back.")
        if len(events) > 1 and any(one.line == self.question.line for one in self.outcome.collections):
            told.append("A collection calls the finalisers of all that it found before it frees any, in the order in which they were made.")
        return shortened(told)

    def silence(self, option_ids: Sequence[str]) -> list[str]:
        """Why none of them runs: who is alive, and whose finaliser has run already."""
        told = []
        for one in dict.fromkeys(option_ids):
            serial = self.serial(one)
            watched = self.ids.get(self.look["watching"].get(str(serial), 0))
            if watched is not None:
                told.append(f"{self.label(serial or 0)} watches {watched}. {self.survival(watched)}".strip())
                continue
            death = self.deaths.get(serial or 0)
            earlier = [row for row in self.rows("finalizer", serial) if row["at"] < self.look["at"]] if serial else []
            if death is not None and death.line == self.question.line and earlier:
                told.append(
                    f"{self.label(serial or 0)} dies here, but its finaliser ran on line {earlier[0]['line']}, and it runs only once."
                )
            elif self.is_born(one) and not self.is_dead(one) and (sentence := self.survival(one)):
                told.append(sentence)
            elif self.is_born(one) and self.is_dead(one) and death is not None:
                told.append(f"{self.label(serial or 0)} {self.fate(one)}.")
        return shortened(told)

    # --- text ------------------------------------------------------------------------------------------------------------------------

    def printed(self) -> list[str]:
        """What the names on a line that prints refer to, what getrefcount counted, and whose memory an object got."""
        told = self.counted()
        used = [one for one in self.look["names"] if not (told and "serial" in one)]
        if "id" in self.look["uses"]:
            kept = [row["id_of"] for one in used if (row := self.binding(one["name"])) is not None and row.get("id_of")]
            other = next((row.get("serial") for name in kept if (row := self.binding(name)) is not None), None)
            places = {one["name"]: self.place_in_words(one["serial"], other) for one in used if "serial" in one}
            told += places.values()
            used = [one for one in used if not places.get(one["name"])]
        told += [self.name_in_words(one) for one in used]
        told += self.shared_objects(used)
        nameless = [row for row in self.rows("born", line=self.question.line) if row.get("serial", 0) < 0 and row.get("other")]
        told += [
            f"{an(row['kind']).capitalize()} without a name, made on this line, gets the place of {row['block']} bytes that the one "
            "before it had just left: nothing held that."
            for row in nameless
        ]
        if not told and "gc" in self.look["uses"]:
            told += [
                f"The collection on line {one.line} found {one.found} and freed {sim.enumerated(one.freed) or 'nothing that has a name'}."
                for one in self.outcome.collections
                if one.at < self.look["at"]
            ][-1:]
        return shortened([one for one in told if one])

    def shared_objects(self, used: Sequence[dict[str, Any]]) -> list[str]:
        """Which of the names on the line are one object, which only look alike, and what their containers share."""
        told = []
        groups: dict[str, list[dict[str, Any]]] = {}
        for one in used:
            groups.setdefault(one["same"], []).append(one)
        for members in groups.values():
            if len(members) > 1:
                why = members[0].get("shared", "")
                told.append(f"{sim.enumerated([one['name'] for one in members])} are one object{': ' + why if why else ''}.")
        alike: dict[tuple[str, str], list[str]] = {}
        for name, (first, *_) in groups.items():
            if "serial" not in first and "id_of" not in (self.binding(name) or {}):
                alike.setdefault((first["kind"], first["text"]), []).append(name)
        told += [f"{sim.enumerated(names)} are {len(names)} objects of the same value." for names in alike.values() if len(names) > 1]
        containers = tuple(f" {one['name']}" for one in used if "serial" in one)
        for serial, held in self.look["held"].items():
            if containers and len({text.split(" of ")[-1] for text in held if text.endswith(containers) and " of " in text}) > 1:
                told.append(f"{self.label(int(serial))} is in both: {holds(held)} it.")
        return told

    def counted(self) -> list[str]:
        told = []
        for row in self.rows("getrefcount", line=self.question.line):
            own = [text for text in row["holders"] if "getrefcount" in text]
            others = [text for text in row["holders"] if text not in own]
            total = f"{row['count'] - len(own)} + {len(own)} = {row['count']}: " if own else f"{row['count']}: "
            also = ", and getrefcount while it runs, as its argument" if own else "; getrefcount only borrows its argument here"
            told.append(f"{total}{sim.enumerated(others) or 'nobody else'} {hold(others)} it{also}.")
        return told

    # --- places ----------------------------------------------------------------------------------------------------------------------

    def place_in_words(self, serial: int, other: int | None) -> str:
        """Whose memory an object got; other: the one whose place is asked about."""
        born = next(iter(self.rows("born", serial)), None)
        if born is None:
            return ""
        label, line = self.label(serial), born["line"]
        before = born.get("other")
        if before is not None and before != serial:
            left = self.deaths.get(before)
            when = f"on line {left.line}" if left is not None and left.line else ""
            when = when or next((f"on line {row['line']}" for row in self.rows("died", before)), "before")
            return f"{label}, made on line {line}, got the place of {born['block']} bytes that {self.label(before)} had left {when}."
        if other is None or other == serial:
            return ""
        first = next(iter(self.rows("born", other)), None)
        gone = self.deaths.get(other)
        if gone is None or gone.at > born["at"]:
            held = next((row for row in self.rows("died", other)), None)
            still = "" if held is None else f" until line {held['line']}" if held["line"] else ""
            return f"{label} was made on line {line}, while {self.label(other)} was still in its place{still}."
        if first is not None and first["block"] != born["block"]:
            return (
                f"{label}, made on line {line}, needs {born['block']} bytes; the place that {self.label(other)} left on line "
                f"{gone.line} has {first['block']}, and belongs to another pool."
            )
        return f"{label}, made on line {line}, got another place of {born['block']} bytes."


def an(kind: str) -> str:
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def holds(held: Sequence[str]) -> str:
    """`the global a holds`, `the global a and item 0 of the list b hold`."""
    return f"{sim.enumerated(held)} {hold(held)}"


def hold(told: Sequence[str]) -> str:
    return "holds" if len(told) == 1 and not told[0].startswith("items ") else "hold"


def shortened(sentences: list[str]) -> list[str]:
    if len(sentences) <= MOST_TOLD:
        return sentences
    return [*sentences[:MOST_TOLD], f"And so on, for {len(sentences) - MOST_TOLD} more."]
