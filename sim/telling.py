"""Events in words, a line each: what `trace --text` prints."""

from __future__ import annotations

from collections.abc import Callable

from sim.events import Event

REASONS = {"asked": "asked for", "threshold": "the number of births passed the threshold", "exit": "the program has ended"}


class Teller:
    """Turns the events of one run into sentences. Objects are called by kind, number and, once they have one, name."""

    def __init__(self) -> None:
        self.labels: dict[int, str] = {}

    def tell(self, event: Event) -> list[str]:
        """The lines for one event."""
        self.take_in(event)
        words = WORDS[event["event"]](self, event)
        lines = [words] if isinstance(words, str) else words
        if event["event"] in ("line", "dropped"):
            return lines
        return [f"    {line}" for line in lines]

    def take_in(self, event: Event) -> None:
        number = event.get("object")
        if number is None:
            return
        if event["event"] in ("born", "found"):
            self.labels[number] = f"{event['kind']} #{number}"
        elif event["event"] == "bound" and self.labels.get(number, "").endswith(f"#{number}"):
            self.labels[number] += f" {event['name']}"

    def who(self, event: Event) -> str:
        if "object" not in event:
            return str(event.get("value", "an object"))
        return f"the {self.labels.get(event['object'], 'object #' + str(event['object']))}"

    def all_of(self, rows: list[Event]) -> str:
        return ", ".join(self.who(row) for row in rows)

    # --- one method for each kind of event -----------------------------------------------------------------------------------------

    def line(self, event: Event) -> str:
        where = "" if event["function"] == "<module>" else f" in {event['function']}()"
        return f"line {event['line']}{where}" + (f", visit {event['visit']}" if event["visit"] > 1 else "")

    def born(self, event: Event) -> str:
        block = f"a block of {event['block']} bytes" if event["block"] else "no block of the heap"
        reused = f", before that of #{event['reuses']}" if "reuses" in event else ""
        verb = "is born" if event["event"] == "born" else "is seen for the first time"
        return f"a {self.who(event)[4:]} {verb}: {block}{reused}, id {event['address']}"

    def count(self, event: Event) -> str:
        return f"{self.who(event)} has count {event['count']}"

    def counted(self, event: Event) -> str:
        return f"getrefcount counts {event['count']} for {self.who(event)}: {'; '.join(event['holders'])}"

    def died(self, event: Event) -> str:
        return f"{self.who(event)} dies: {event['how']}"

    def freed(self, event: Event) -> str:
        where = "to its pool" if event["to"] == "pool" else f"to the {event['to']}"
        return f"the block of {self.who(event)} ({event['block']} bytes) goes {where}"

    def cleared(self, event: Event) -> str:
        return "a weak reference" + (f" to {self.who(event)}" if "object" in event else "") + " is cleared"

    def collection(self, event: Event) -> str:
        return f"the collector starts on generation {event['generation']} ({REASONS[event['reason']]})"

    def compared(self, event: Event) -> list[str]:
        rows = [f"  {self.who(row)}: {row['count']} - {row['inner']} from inside = {row['outer']}" for row in event["objects"]]
        return [f"it copies the counts of {event['candidates']} objects and subtracts the references among them", *rows]

    def unreachable(self, event: Event) -> str:
        if not event["count"]:
            return "all of them are reached from outside"
        others = event["count"] - len(event["objects"])
        more = f", and {others} more" if others else ""
        return f"no reference from outside leads to {event['count']} of them: {self.all_of(event['objects'])}{more}"

    def saved(self, event: Event) -> str:
        return f"after the finalizers these are reachable again: {self.all_of(event['objects'])}"

    def clearing(self, event: Event) -> list[str]:
        return [f"{event['count']} objects let go of what they hold, one after the other"] if event["count"] else []

    def dropped(self, event: Event) -> list[str]:
        rows = [f"    {kind}: {row['count']}, first on line {row['first line']}" for kind, row in event["dropped"].items()]
        return [f"not told, since the budget of {event['budget']} events was used up:", *rows]


WORDS: dict[str, Callable[[Teller, Event], str | list[str]]] = {
    "line": Teller.line,
    "call": lambda teller, event: f"{event['function']}() is called",
    "return": lambda teller, event: f"{event['function']}() ends",
    "born": Teller.born,
    "found": Teller.born,
    "bound": lambda teller, event: f"{event['name']} is bound to {teller.who(event)}",
    "unbound": lambda teller, event: f"{event['name']} is unbound",
    "count": Teller.count,
    "getrefcount": Teller.counted,
    "died": Teller.died,
    "freed": Teller.freed,
    "resurrected": lambda teller, event: f"{teller.who(event)} is resurrected: something refers to it again",
    "finalizer": lambda teller, event: f"__del__ of {teller.who(event)} runs",
    "weak reference cleared": Teller.cleared,
    "callback": lambda teller, event: f"the callback of {teller.who(event)} runs",
    "collection": Teller.collection,
    "counts compared": Teller.compared,
    "unreachable": Teller.unreachable,
    "saved": Teller.saved,
    "clearing": Teller.clearing,
    "collection ended": lambda teller, event: f"the collector is done: {event['found']} found",
    "printed": lambda teller, event: f"prints {event['text']!r}",
    "dropped": Teller.dropped,
}
