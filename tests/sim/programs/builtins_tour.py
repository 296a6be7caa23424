"""Built-in functions and methods with their corner cases."""
print(abs(-5), abs(3 + 4j), all([]), any([]), bin(-5), bool("False"), chr(97), ord("a"), divmod(-7, 2), divmod(7.5, 2))
print(enumerate(["a"]).__next__(), list(enumerate("ab", 5)), list(filter(lambda x: x % 2, range(6))), float("  1.5 "), float("nan") != float("nan"))
print(format(1234.5, ",.2f"), hex(-255), int("  42 "), int(-3.7), int("z", 36), isinstance(1, (str, int)), len({1: 2}), list("abc"), list(map(str, [1, 2])))
print(max(3, 1), max([1, 5], key=lambda v: -v), max("abc", default="z"), min({}, default=0), oct(64), pow(2, 10), pow(2, -1), pow(3, 4, 5), round(1.5), round(0.5), round(-1.567, 1))
print(list(range(5, 0, -2)), range(10)[2:5], range(3) == range(0, 3, 1), 3 in range(5), len(range(0, 10, 3)), list(reversed([1, 2, 3])), sorted("bca"), sorted([3, 1], reverse=True))
print(str(1.0), str(None), str([None, True]), sum([1, 2], 10), sum([0.1] * 3), tuple("ab"), type(1).__name__, list(zip([1, 2], "ab", (True, False))))
print(repr("a'b"), repr(1e100), repr(0.1), ascii("é"), callable(len), complex("1+2j"), frozenset([1, 2]) == {1, 2}, hash(0.5) == hash(0.5), id(None) == id(None))
print(slice(1, 2, 3), slice(5).stop, [1, 2, 3, 4][slice(None, None, 2)], slice(1, 10, 2).indices(5), bytes(3), bytes("é", "utf-8"), bytearray(b"ab"))
print("abc".join(["1", "2"]), "a,b".split(",", 1), "Hello World".split("o"), "x".center(5, "-"), "%5.2f|%-5s|%05d" % (3.14159, "ab", 42))
print("hello"[1:3], "hello"[::-1], "hello"[-3:], "hello".find("l"), "hello".rfind("l"), "hello".index("e"), "hello".count("l"), "hello".replace("l", "L", 1))
print("Hello".upper(), "Hello".lower(), "Hello".isupper(), "hello world".capitalize(), "a b c".title(), "abc".isalpha(), "123".isnumeric(), "1.5".isdecimal(), "".isalpha())
print([1, 2] + [3], [0] * 3, [1, 2, 3].index(2), [3, 1, 2].copy(), [1, [2]].count([2]), [1, 2, 3] > [1, 2], [] == (), [1] == [1.0], (1,) + (2,))
lst = [5, 3, 8]
lst.append(1); lst.insert(0, 9); lst.insert(-1, 7); lst.insert(100, 2); lst.remove(3); lst.sort(); lst.reverse(); lst.extend("ab"); lst += [0]
print(lst, lst.pop(), lst.pop(0), lst, lst.clear(), lst)
d = dict(a=1, b=2)
print(d.get("z"), d.get("z", 0), d.setdefault("c", 3), d.pop("a"), d.pop("q", None), d.items(), d.keys(), d.values(), list(d.items())[0], d.copy() is d, d | {"b": 9}, {**d})
print({1, 2} | {3}, {1, 2} - {2}, {1, 2} & {2, 3}, {1, 2} ^ {2, 3}, {1} <= {1, 2}, {1, 2} > {1}, set("hello") == set("ehlo"), {1, 2}.union([5], [6]), {1}.issubset([1, 2]))
print((1, 2, 3).count(1), (1, 2, 3).index(3), tuple([1]) is tuple([1]), (1, 2)[-1], (1, 2) == (1, 2), () is ())
print(5 // 2, -5 // 2, 5 % -3, 5.0 // 2, 2 ** 3 ** 2, -2 ** 2, 7 & 3 | 8, 1 << 3, ~0, not True, 1 if [] else 2, 0.1 + 0.2 == 0.3, 1 / 3, 10 / 5, 1e-7, 123456789012345678)
print(1 < 2 < 3, 1 == 1.0, "a" < "b", "Z" < "a", [1, 2] < [2], (1, "a") < (1, "b"), None is None, True + True, True == 1, "1" == 1, 3 != 3.0)
print((5).bit_length(), (255).to_bytes(2, "little"), int.from_bytes(b"\x01\x02", "big"), (3.7).is_integer(), (2.5).as_integer_ratio(), 1.5.hex(), (10).__add__(5), (-7).__abs__(), (6).conjugate(), 3 .real)
print("é".encode("utf-8"), b"\xc3\xa9".decode(), "abc".encode() + b"d", b"abc"[0], b"abc"[:2], b"a" in b"abc", bytes([1, 2, 255]), b"x".join([b"a", b"b"]), bytes.fromhex("0aff"))
print(*map(lambda f: f([3, 1, 2]), (min, max, sum, len, sorted, list, tuple, set)))
it = iter([1, 2])
print(next(it), next(it), next(it, "done"), list(iter(lambda c=[0]: c.__setitem__(0, c[0] + 1) or c[0], 4)))
print([*zip(*[(1, "a"), (2, "b")])], dict(zip("ab", [1, 2])), list(zip("abc", [1, 2], strict=False)))
for bad in (lambda: list(zip("abc", [1], strict=True)), lambda: int("4.5"), lambda: chr(1114112), lambda: ord("ab"), lambda: [1, 2][5], lambda: (1,)[2], lambda: "ab"[9], lambda: {}[0], lambda: "a".index("b"),
            lambda: [].pop(), lambda: [1].remove(2), lambda: {1: 2}.popitem() and {}.popitem(), lambda: int([]), lambda: float("x"), lambda: "x" + 1, lambda: 1 + "x", lambda: [1] + (2,), lambda: "a" * "b",
            lambda: 1 // 0, lambda: 1.0 / 0, lambda: 5 % 0, lambda: 2.0 ** 10000, lambda: 0 ** -1, lambda: round("x"), lambda: sum("ab"), lambda: max(1), lambda: max([]), lambda: sorted([1, "a"]),
            lambda: len(5), lambda: range(1.5), lambda: range(0, 1, 0), lambda: "abc".join([1]), lambda: "%d" % "a", lambda: "%s %s" % ("a",), lambda: "{1}".format(0), lambda: "{a}".format(b=1),
            lambda: format(1, "zz"), lambda: format("a", "d"), lambda: set([[]]), lambda: {{}: 1}, lambda: next(iter([])), lambda: list(5), lambda: dict([(1,)]), lambda: dict(5), lambda: bytes([256]), lambda: "é".encode("ascii"),
            lambda: b"\xff".decode(), lambda: print(1, end=5), lambda: isinstance(1), lambda: hash([]), lambda: divmod(1, 0), lambda: pow(2, -1, 4), lambda: complex("x"), lambda: [1, 2].sort(key=1), lambda: [3, "a"].sort(),
            lambda: int("1" * 5000), lambda: "a".center(), lambda: "abc".split(""), lambda: slice(), lambda: abs("x"), lambda: tuple(1), lambda: [].insert(1), lambda: {}.update(5), lambda: {1}.add()):
    try:
        print(str(bad())[:60])
    except Exception as e:
        print(f"{type(e).__name__}: {e}")
