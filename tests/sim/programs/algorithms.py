"""Sorting, searching, dynamic programming, recursion, sieve, n-queens, permutations."""
from itertools import permutations, combinations, product, accumulate, groupby
import math


def quicksort(xs):
    if len(xs) <= 1:
        return xs
    p, *rest = xs
    return quicksort([x for x in rest if x < p]) + [p] + quicksort([x for x in rest if x >= p])


def merge_sort(xs):
    if len(xs) < 2:
        return xs[:]
    mid = len(xs) // 2
    a, b = merge_sort(xs[:mid]), merge_sort(xs[mid:])
    out = []
    while a and b:
        out.append((a if a[0] <= b[0] else b).pop(0))
    return out + a + b


def bubble(xs):
    xs = xs.copy()
    for i in range(len(xs)):
        for j in range(len(xs) - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs


def binary_search(xs, x):
    lo, hi = 0, len(xs) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if xs[mid] == x:
            return mid
        elif xs[mid] < x:
            lo = mid + 1
        else:
            hi = mid - 1
    return -1


def lcs(a, b):
    table = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + x if x == y else max(table[i + 1][j], table[i][j + 1], key=len)
    return table[-1][-1]


def queens(n, placed=()):
    if len(placed) == n:
        yield placed
        return
    for col in range(n):
        if all(col != c and abs(col - c) != len(placed) - r for r, c in enumerate(placed)):
            yield from queens(n, placed + (col,))


def hanoi(n, a="A", b="B", c="C"):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


data = [5, 3, 9, 1, 5, 7, -2, 0]
print(quicksort(data), merge_sort(data) == sorted(data), bubble(data) == sorted(data), binary_search(sorted(data), 7))
print(lcs("AGGTAB", "GXTXAYB"), len(list(queens(6))), next(queens(8)), hanoi(6), gcd(84, 36), max(range(1, 30), key=collatz))
sieve = [True] * 50
sieve[0:2] = [False, False]
for i in range(2, 8):
    if sieve[i]:
        sieve[i * i :: i] = [False] * len(sieve[i * i :: i])
print([i for i, p in enumerate(sieve) if p])
print(["".join(p) for p in permutations("abc")], list(combinations([1, 2, 3], 2)), list(product("ab", repeat=2))[:3])
print(list(accumulate([1, 2, 3, 4])), [(k, len(list(g))) for k, g in groupby("aaabbc")])
print(math.factorial(10), math.gcd(12, 18), math.sqrt(16), math.floor(-2.5), math.ceil(2.1), round(math.sin(1), 6), math.isclose(0.1 + 0.2, 0.3), math.inf > 1)
coins, amount = [1, 5, 10, 25], 63
best = [0] + [None] * amount
for a in range(1, amount + 1):
    best[a] = min(best[a - c] for c in coins if c <= a) + 1
print(best[amount])


def roman(n):
    out = ""
    for v, s in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while n >= v:
            out, n = out + s, n - v
    return out


print([roman(n) for n in (4, 1994, 2024)])
caesar = lambda s, k: "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else c for c in s)
print(caesar("hello, world", 3), caesar(caesar("abc", 5), -5))
life = {(1, 0), (1, 1), (1, 2)}
for _ in range(2):
    near = {}
    for x, y in life:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    near[x + dx, y + dy] = near.get((x + dx, y + dy), 0) + 1
    life = {c for c, n in near.items() if n == 3 or n == 2 and c in life}
    print(sorted(life))
pascal = [[1]]
for _ in range(5):
    pascal.append([1] + [a + b for a, b in zip(pascal[-1], pascal[-1][1:])] + [1])
for row in pascal:
    print(" ".join(map(str, row)).center(20).rstrip())
