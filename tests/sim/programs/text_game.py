"""A state machine, an event system, an observer, a tokenizer and a calculator."""


class Event:
    def __init__(self):
        self._handlers = []

    def __iadd__(self, handler):
        self._handlers.append(handler)
        return self

    def __isub__(self, handler):
        self._handlers.remove(handler)
        return self

    def __call__(self, *args):
        return [h(*args) for h in self._handlers]


class Player:
    def __init__(self, name, hp=10):
        self.name, self._hp = name, hp
        self.died = Event()

    @property
    def hp(self):
        return self._hp

    @hp.setter
    def hp(self, value):
        self._hp = max(0, value)
        if not self._hp:
            self.died(self)

    def on_death(self, who):
        print(f"{self.name} sees {who.name} fall")


a, b = Player("Ann"), Player("Bob", 3)
b.died += a.on_death
b.died += lambda p: print(f"({p.name}: {p.hp})")
b.hp -= 2
b.hp -= 5
b.died -= a.on_death
print(b.died(b))


class Machine:
    transitions = {("idle", "start"): "running", ("running", "pause"): "paused", ("paused", "start"): "running", ("running", "stop"): "idle"}

    def __init__(self):
        self.state = "idle"
        self.trail = []

    def fire(self, event):
        try:
            new = self.transitions[self.state, event]
        except KeyError:
            raise ValueError(f"cannot {event} while {self.state}") from None
        self.trail.append(f"{self.state}->{new}")
        getattr(self, f"enter_{new}", lambda: None)()
        self.state = new
        return self

    def enter_paused(self):
        print("zzz")


m = Machine()
m.fire("start").fire("pause").fire("start").fire("stop")
print(m.trail)
try:
    m.fire("pause")
except ValueError as e:
    print(e, e.__cause__, e.__suppress_context__, repr(e.__context__))


def tokens(text):
    i = 0
    while i < len(text):
        ch = text[i]
        if ch.isspace():
            i += 1
        elif ch.isdigit():
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] == "."):
                j += 1
            yield float(text[i:j])
            i = j
        elif ch in "+-*/()":
            yield ch
            i += 1
        else:
            raise SyntaxError(f"unexpected {ch!r} at {i}")
    yield None


class Calculator:
    def __init__(self, text):
        self.source = tokens(text)
        self.current = next(self.source)

    def take(self):
        token, self.current = self.current, next(self.source, None)
        return token

    def expression(self):
        value = self.term()
        while self.current in ("+", "-"):
            op = self.take()
            right = self.term()
            value = value + right if op == "+" else value - right
        return value

    def term(self):
        value = self.factor()
        while self.current in ("*", "/"):
            if self.take() == "*":
                value *= self.factor()
            else:
                value /= self.factor()
        return value

    def factor(self):
        token = self.take()
        if token == "(":
            value = self.expression()
            self.take()
            return value
        if token == "-":
            return -self.factor()
        return token


for text in ("1 + 2 * 3", "(1+2)*3", "-4/(2-4)", "2*(3+(4-1))/3", "1/0", "2 $ 3"):
    try:
        print(text, "=", Calculator(text).expression())
    except (ZeroDivisionError, SyntaxError) as e:
        print(text, "->", type(e).__name__, e)


class History:
    def __init__(self):
        self.done, self.undone = [], []

    def do(self, action, undo):
        action()
        self.done.append((action, undo))
        self.undone.clear()

    def undo(self):
        if self.done:
            step = self.done.pop()
            step[1]()
            self.undone.append(step)

    def redo(self):
        if self.undone:
            step = self.undone.pop()
            step[0]()
            self.done.append(step)


text = []
h = History()
for word in "one two three".split():
    h.do(lambda w=word: text.append(w), text.pop)
h.undo(); h.undo(); h.redo()
print(text, len(h.done), len(h.undone))


class LRU:
    def __init__(self, size):
        self.size, self.data = size, {}

    def get(self, k):
        if k in self.data:
            self.data[k] = self.data.pop(k)
        return self.data.get(k)

    def put(self, k, v):
        self.data.pop(k, None)
        self.data[k] = v
        if len(self.data) > self.size:
            del self.data[next(iter(self.data))]


cache = LRU(2)
cache.put("a", 1); cache.put("b", 2); cache.get("a"); cache.put("c", 3)
print(cache.data)


class Visitor:
    def visit(self, node):
        return getattr(self, "visit_" + type(node).__name__, self.generic)(node)

    def generic(self, node):
        return repr(node)

    def visit_list(self, node):
        return "[" + " ".join(map(self.visit, node)) + "]"

    def visit_dict(self, node):
        return "{" + " ".join(f"{k}:{self.visit(v)}" for k, v in node.items()) + "}"


print(Visitor().visit([1, {"a": [2, "x"]}, (3,)]))
board = [[" "] * 3 for _ in range(3)]
for i, (r, col) in enumerate([(0, 0), (1, 1), (0, 1), (2, 2), (0, 2)]):
    board[r][col] = "XO"[i % 2]
lines = board + [list(c) for c in zip(*board)] + [[board[i][i] for i in range(3)], [board[i][2 - i] for i in range(3)]]
print("\n-+-+-\n".join("|".join(r) for r in board))
print("winner:", next((l[0] for l in lines if len(set(l)) == 1 and l[0] != " "), None))
