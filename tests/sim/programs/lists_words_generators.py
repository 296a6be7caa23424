import sys, gc
# linked list with cycle detection
class Node:
    __slots__ = ("val", "next", "__weakref__")
    def __init__(self, val, next=None): self.val, self.next = val, next
def build(n):
    head = None
    for i in range(n, 0, -1): head = Node(i, head)
    return head
def has_cycle(h):
    slow = fast = h
    while fast and fast.next:
        slow, fast = slow.next, fast.next.next
        if slow is fast: return True
    return False
h = build(5)
print(has_cycle(h), sys.getrefcount(h), sys.getrefcount(h.next))
n = h
while n.next: n = n.next
n.next = h
print(has_cycle(h), sys.getrefcount(h))
gc.collect()
del h, n
print(gc.collect())
def reverse(h):
    prev = None
    while h:
        h.next, prev, h = prev, h, h.next
    return prev
r = reverse(build(4)); out = []
while r: out.append(r.val); r = r.next
print(out)
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(r) for r in zip(*matrix)], sum(map(sum, matrix)), max(matrix, key=sum), [c for r in matrix for c in r if c % 2])
m2 = [[0] * 3] * 2
m2[0][0] = 9; print(m2, sys.getrefcount(m2[0]), m2[0] is m2[1])
words = "the quick brown fox jumps over the lazy dog the end".split()
freq = {}
for w in words: freq[w] = freq.get(w, 0) + 1
print(sorted(freq.items(), key=lambda kv: (-kv[1], kv[0]))[:3], {len(w) for w in words} == {3, 4, 5}, " ".join(w.title() for w in words[:3]))
print("%-10s|%5.2f|%03d|%x|%r|%s%%" % ("left", 3.14159, 7, 255, "q", 50), f"{'mid':^9}|{1234567:,}|{0.5:%}|{42:#b}|{'x':>{5}}|{3.0!r}|{[1]!s:>6}")
print("a,b,,c".split(","), "  x ".strip(), "abc"[::-1], "Hello".swapcase(), "x=1;y=2".partition(";"), "aXbX".rsplit("X", 1), "tEST".capitalize(), "a-b".replace("-", "+"), "abc".find("z"), "z" in "abc", "ab" * 3, "ß".upper(), "1".zfill(3), "é".encode(), b"\xc3\xa9".decode(), ord("a"), chr(97), ascii("é"))
def gen():
    try:
        x = yield 1
        print("got", x)
        yield 2
    except GeneratorExit:
        print("closing"); raise
    finally:
        print("fin")
g = gen(); print(next(g), g.send("hi")); g.close()
try: next(g)
except StopIteration as s: print("stop", s.value)
def accumulate():
    tot = 0
    while True:
        v = yield tot
        if v is None: return tot
        tot += v
acc = accumulate(); next(acc); acc.send(3); acc.send(4)
try: acc.send(None)
except StopIteration as s: print(s.value)
def deleg():
    r = yield from accumulate()
    print("r", r); yield "end"
z = deleg(); next(z); z.send(10); print(z.send(None))
match {"op": "add", "args": [1, 2]}:
    case {"op": "sub"}: print("no")
    case {"op": str(o), "args": [int(a), *rest]} if a < 5: print(o, a, rest)
match (1, Node(5)):
    case (1, Node(val=v)): print("node", v)
