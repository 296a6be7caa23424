"""Comprehensions, dicts, sets, sorting, slicing."""
words = "the quick brown fox jumps over the lazy dog the end".split()
print({w: len(w) for w in words})
print(sorted({w[0] for w in words}), [w.title() for w in words if len(w) > 4])
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:3])
by_length = {}
for w in words:
    by_length.setdefault(len(w), []).append(w)
print(by_length)
print([(x, y) for x in range(3) for y in "ab" if x != 1])
print([[row[i] for row in [[1, 2], [3, 4], [5, 6]]] for i in range(2)])
matrix = [[0] * 3 for _ in range(2)]
matrix[0][1] = 7
shared = [[0] * 3] * 2
shared[0][1] = 7
print(matrix, shared)
primes = [n for n in range(2, 60) if all(n % p for p in range(2, int(n ** 0.5) + 1))]
print(primes, sum(primes), len(primes))
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a <= b, {3} < b, a.isdisjoint({9}))
s = set()
s.update([1, 2], (3,), {4: 0})
s.discard(9)
s.remove(1)
print(s, frozenset([1]) | {2}, len(s))
d = {"b": 1, "a": 2}
d.update(c=3)
d |= {"d": 4}
print(d, list(d), d.pop("b"), d.popitem(), d, "a" in d, d.keys() & {"a", "z"})
print({**d, "x": 0}, dict(zip("xy", (1, 2))), dict.fromkeys("ab", 0))
inverse = {v: k for k, v in d.items()}
print(inverse, sorted(d.values(), reverse=True), min(d, key=d.get))
lst = list(range(10))
print(lst[::2], lst[::-1], lst[-3:], lst[2:8:3], lst[:-1][0], lst[5:2:-1])
lst[2:5] = ["x"]
lst[::4] = [None] * len(lst[::4])
del lst[-1]
print(lst)
lst = [3, 1, 2]
lst.sort(key=lambda v: -v)
lst.insert(1, 9)
lst.extend([4] * 2)
print(lst, lst.count(4), lst.index(9), lst.pop(0), sorted(lst), lst.reverse(), lst)
people = [("Ann", 30), ("Bob", 25), ("Cid", 30)]
people.sort(key=lambda p: p[1])
print(people, sorted(people, key=lambda p: (-p[1], p[0])))
names, ages = zip(*people)
print(names, ages, any(a > 29 for a in ages), all(ages))
first, (second, *others), last = 1, (2, 3, 4), 5
print(first, second, others, last)
if (n := len(words)) > 5:
    print(f"{n=} {n % 4 = } {words[0]!r:>8}")
print([y := 1, y ** 2], [total := 0] + [total := total + v for v in range(5)])
t = (1, "a", [2])
t[2].append(3)
print(t, t + (4,), t * 2, t.index("a"), (1,) < (1, 0), [1, 2] < [1, 3])
print(list(map(lambda a, b: a * b, [1, 2, 3], [4, 5, 6])), list(filter(None, [0, 1, "", "x"])))
print(list(zip("abc", range(2))), list(reversed("abc")), sum([[1], [2]], []))
print(max("banana", key="banana".count), max([], default="none"), divmod(17, 5), abs(-3), round(2.5), round(3.14159, 2))
x = [1, 2, 3]
y = x
y += [4]
x = x + [5]
print(x, y)
for i, ch in enumerate("xyz"):
    if ch == "y":
        continue
    print(i, ch, end="; ")
else:
    print("done")
for k in range(5):
    if k == 3:
        break
else:
    print("never")
while k:
    k -= 1
else:
    print("while else", k)
nested = {"a": {"b": [1, {"c": 2}]}}
print(nested["a"]["b"][1]["c"], nested)
print([*range(3), *"ab"], {*[1, 2], 3}, [i for i in range(20) if i % 2 if i % 3])
