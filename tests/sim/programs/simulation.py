"""A shop simulation with a small random generator, a priority queue, vectors and reports."""
from dataclasses import dataclass, field
from enum import Enum, auto
from collections import defaultdict, deque
import math


class Random:
    def __init__(self, seed): self.state = seed

    def next(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return self.state % n

    def choice(self, xs): return xs[self.next(len(xs))]

    def shuffle(self, xs):
        for i in range(len(xs) - 1, 0, -1):
            j = self.next(i + 1)
            xs[i], xs[j] = xs[j], xs[i]


class Heap:
    def __init__(self): self.items = []

    def push(self, item):
        self.items.append(item)
        i = len(self.items) - 1
        while i and self.items[i] < self.items[(i - 1) // 2]:
            p = (i - 1) // 2
            self.items[i], self.items[p] = self.items[p], self.items[i]
            i = p

    def pop(self):
        top = self.items[0]
        last = self.items.pop()
        if self.items:
            self.items[0] = last
            i = 0
            while True:
                kids = [k for k in (2 * i + 1, 2 * i + 2) if k < len(self.items)]
                if not kids:
                    break
                k = min(kids, key=self.items.__getitem__)
                if self.items[i] <= self.items[k]:
                    break
                self.items[i], self.items[k] = self.items[k], self.items[i]
                i = k
        return top

    def __len__(self): return len(self.items)


class State(Enum):
    WAITING = auto()
    SERVED = auto()
    LEFT = auto()


@dataclass
class Customer:
    name: str
    patience: int
    state: State = State.WAITING
    basket: list = field(default_factory=list)

    def __post_init__(self):
        self.total = 0.0


@dataclass(order=True)
class Event:
    time: int
    priority: int
    action: str = field(compare=False)
    who: Customer = field(compare=False, repr=False)


rng = Random(42)
PRICES = {"bread": 2.5, "milk": 1.2, "cheese": 4.75}
events, queue, log = Heap(), deque(), []
for i, name in enumerate(["Ann", "Bob", "Cid", "Dee"]):
    c = Customer(name, 3 + rng.next(5))
    for _ in range(1 + rng.next(3)):
        c.basket.append(rng.choice(sorted(PRICES)))
    events.push(Event(rng.next(6), i, "arrive", c))
busy_until = 0
while events:
    e = events.pop()
    match e:
        case Event(action="arrive", who=who):
            queue.append(who)
            log.append(f"{e.time:>3} {who.name} arrives with {len(who.basket)}")
            start = max(e.time, busy_until)
            if start - e.time > who.patience:
                events.push(Event(e.time + who.patience, 9, "leave", who))
            else:
                busy_until = start + len(who.basket) * 2
                events.push(Event(busy_until, 0, "pay", who))
        case Event(action="pay", who=who):
            queue.remove(who)
            who.total = sum(PRICES[b] for b in who.basket)
            who.state = State.SERVED
            log.append(f"{e.time:>3} {who.name} pays {who.total:.2f}")
        case Event(action="leave"):
            queue.remove(e.who)
            e.who.state = State.LEFT
            log.append(f"{e.time:>3} {e.who.name} leaves")
print(*log, sep="\n")
print(Event(1, 2, "x", None) < Event(1, 3, "a", None), Event(1, 2, "x", None))
counts = defaultdict(int)
for line in log:
    counts[line.split()[2]] += 1
print(dict(counts), len(queue))


@dataclass(frozen=True)
class Vec:
    x: float
    y: float = 0.0

    def __add__(self, o): return Vec(self.x + o.x, self.y + o.y)
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __abs__(self): return math.hypot(self.x, self.y)
    def __iter__(self): yield from (self.x, self.y)


p, v = Vec(0, 10), Vec(1, 0)
for step in range(4):
    v = v + 0.5 * Vec(0, -1)
    p = p + v
print(p, round(abs(p), 4), tuple(p), {Vec(1): "a"}[Vec(1.0)], Vec(1) == Vec(1, 0))
deck = [f"{r}{s}" for s in "SH" for r in "A23"]
rng.shuffle(deck)
print(deck, [rng.next(6) + 1 for _ in range(8)])
grid = [[1 if rng.next(3) == 0 else 0 for _ in range(8)] for _ in range(5)]
for row in grid:
    print("".join(".#"[c] for c in row))


def fill(r, c, seen):
    if not (0 <= r < 5 and 0 <= c < 8) or grid[r][c] or (r, c) in seen:
        return 0
    seen.add((r, c))
    return 1 + sum(fill(r + dr, c + dc, seen) for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)))


seen = set()
print([n for n in (fill(r, c, seen) for r in range(5) for c in range(8)) if n])
distances = {"A": {"B": 7, "C": 3}, "B": {"D": 2}, "C": {"B": 1, "D": 8}, "D": {}}
best, heap = {"A": 0}, Heap()
heap.push((0, "A"))
while heap:
    d, node = heap.pop()
    for n, w in distances[node].items():
        if d + w < best.get(n, math.inf):
            best[n] = d + w
            heap.push((best[n], n))
print(best)
