"""Backtracking, memo tables, mutual recursion, parsing, tries, unions, matrices as dicts, bit tricks."""
from functools import lru_cache
import sys


def solve(board):
    for i in range(9):
        for j in range(9):
            if not board[i][j]:
                for v in range(1, 10):
                    if ok(board, i, j, v):
                        board[i][j] = v
                        if solve(board):
                            return True
                        board[i][j] = 0
                return False
    return True


def ok(b, r, c, v):
    return v not in b[r] and all(b[i][c] != v for i in range(9)) and all(
        b[i][j] != v for i in range(r // 3 * 3, r // 3 * 3 + 3) for j in range(c // 3 * 3, c // 3 * 3 + 3))


puzzle = [[int(c) for c in row] for row in (
    "534678912", "672195348", "198342567", "859761423", "426853791", "713924856", "961537284", "287419605", "345286170")]
print(solve(puzzle), puzzle[7], puzzle[8])


class Trie:
    def __init__(self): self.children, self.end = {}, False

    def insert(self, word):
        node = self
        for ch in word:
            node = node.children.setdefault(ch, Trie())
        node.end = True

    def words(self, prefix=""):
        if self.end:
            yield prefix
        for ch in sorted(self.children):
            yield from self.children[ch].words(prefix + ch)

    def starting(self, prefix):
        node = self
        for ch in prefix:
            if ch not in node.children:
                return []
            node = node.children[ch]
        return list(node.words(prefix))


t = Trie()
for w in "tea ten team to in inn".split():
    t.insert(w)
print(t.starting("te"), list(t.words()), t.starting("x"))


class Union:
    def __init__(self): self.parent = {}

    def find(self, x):
        self.parent.setdefault(x, x)
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def join(self, a, b): self.parent[self.find(a)] = self.find(b)


u = Union()
for a, b in ("ab", "cd", "be", "fg"):
    u.join(a, b)
groups = {}
for x in "abcdefg":
    groups.setdefault(u.find(x), []).append(x)
print(sorted(groups.values()))


def is_even(n): return n == 0 or is_odd(n - 1)
def is_odd(n): return n != 0 and is_even(n - 1)


print(is_even(100), is_odd(7))


@lru_cache(None)
def edit(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(edit(a[1:], b) + 1, edit(a, b[1:]) + 1, edit(a[1:], b[1:]) + (a[0] != b[0]))


print(edit("kitten", "sitting"), edit("", "ab"))


def subsets(xs): return [[]] if not xs else [s + e for s in subsets(xs[1:]) for e in ([], [xs[0]])]
def perms(xs): return [[]] if not xs else [[x] + p for i, x in enumerate(xs) for p in perms(xs[:i] + xs[i + 1:])]
def ackermann(m, n): return n + 1 if m == 0 else ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))
def power(b, e): return 1 if e == 0 else power(b * b, e // 2) * (b if e % 2 else 1)
def partitions(n, top=None): return 1 if n == 0 else sum(partitions(n - k, k) for k in range(min(n, top or n), 0, -1))
def flatten(x): return [y for i in x for y in flatten(i)] if isinstance(x, list) else [x]
def depth(x): return 1 + max(map(depth, x), default=0) if isinstance(x, list) else 0
def gray(n): return ["0", "1"] if n == 1 else ["0" + g for g in gray(n - 1)] + ["1" + g for g in reversed(gray(n - 1))]


print(sorted(subsets([1, 2, 3])), len(perms([1, 2, 3, 4])), ackermann(2, 3), power(3, 13), partitions(9))
print(flatten([1, [2, [3]], []]), depth([1, [2, [3]]]), gray(3))


class Json:
    def __init__(self, text): self.text, self.i = text, 0

    def parse(self):
        value = self.value()
        if self.skip() < len(self.text):
            raise ValueError(f"extra data at {self.i}")
        return value

    def skip(self):
        while self.i < len(self.text) and self.text[self.i] in " \n\t":
            self.i += 1
        return self.i

    def expect(self, token):
        if not self.text.startswith(token, self.i):
            raise ValueError(f"expected {token!r} at {self.i}")
        self.i += len(token)

    def value(self):
        self.skip()
        ch = self.text[self.i:self.i + 1]
        if ch == "{":
            return dict(self.items("}", self.pair))
        if ch == "[":
            return list(self.items("]", self.value))
        if ch == '"':
            end = self.text.index('"', self.i + 1)
            found, self.i = self.text[self.i + 1:end], end + 1
            return found
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.i):
                self.i += len(word)
                return value
        start = self.i
        while self.i < len(self.text) and (self.text[self.i].isdigit() or self.text[self.i] in "+-.eE"):
            self.i += 1
        number = self.text[start:self.i]
        return float(number) if "." in number else int(number)

    def items(self, end, item):
        self.i += 1
        if self.text[self.skip()] == end:
            self.i += 1
            return
        while True:
            yield item()
            if self.text[self.skip()] == end:
                self.i += 1
                return
            self.expect(",")

    def pair(self):
        key = self.value()
        self.skip()
        self.expect(":")
        return key, self.value()


print(Json('{"a": [1, 2.5, -3], "b": {"c": null, "d": true}, "e": "text", "f": []}').parse())
for bad in ('[1, 2', '{"a" 1}', '[1] x', 'nope'):
    try:
        print(Json(bad).parse())
    except (ValueError, IndexError) as e:
        print(type(e).__name__, e)
sys.setrecursionlimit(200)
try:
    is_even(10 ** 6)
except RecursionError as e:
    print("RecursionError")
stack, seen, order = ["a"], set(), []
graph = {"a": "bc", "b": "d", "c": "d", "d": "a"}
while stack:
    n = stack.pop()
    if n not in seen:
        seen.add(n)
        order.append(n)
        stack.extend(graph[n])
print(order, [x for x in range(1, 30) if not x & (x - 1)], [bin(x).count("1") for x in range(8)], 6 ^ 3, ~5 & 0xF)
turing, head, state = dict(enumerate("1011")), 0, "right"
rules = {("right", "0"): ("0", 1, "right"), ("right", "1"): ("1", 1, "right"), ("right", " "): (" ", -1, "carry"),
         ("carry", "1"): ("0", -1, "carry"), ("carry", "0"): ("1", 1, "done"), ("carry", " "): ("1", 1, "done")}
while state != "done":
    turing[head], move, state = rules[state, turing.get(head, " ")]
    head += move
print("".join(turing[k] for k in sorted(turing)).strip())
