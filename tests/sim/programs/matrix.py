"""A matrix with operators, iteration and slicing."""


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        widths = {len(r) for r in self.rows}
        if len(widths) > 1:
            raise ValueError("ragged rows")
        self.shape = (len(self.rows), widths.pop() if widths else 0)

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    def __add__(self, other):
        if not isinstance(other, Matrix):
            return NotImplemented
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __mul__(self, k):
        return Matrix([[a * k for a in r] for r in self.rows])

    __rmul__ = __mul__

    def __matmul__(self, other):
        return Matrix([[sum(a * b for a, b in zip(row, col)) for col in zip(*other.rows)] for row in self.rows])

    def __neg__(self):
        return self * -1

    def __pow__(self, n):
        result = Matrix.identity(self.shape[0])
        base = self
        while n:
            if n & 1:
                result = result @ base
            base = base @ base
            n >>= 1
        return result

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __hash__(self):
        return hash(tuple(map(tuple, self.rows)))

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            return self.rows[i][j]
        if isinstance(key, slice):
            return Matrix(self.rows[key])
        return self.rows[key]

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __delitem__(self, i):
        del self.rows[i]

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    def __contains__(self, x):
        return any(x in r for r in self.rows)

    def __bool__(self):
        return any(any(r) for r in self.rows)

    def __repr__(self):
        return f"Matrix({self.rows})"

    def __str__(self):
        return "\n".join(" ".join(f"{x:4}" for x in r) for r in self.rows)

    def __format__(self, spec):
        return "; ".join(",".join(format(x, spec) for x in r) for r in self.rows)

    def transpose(self):
        return Matrix(zip(*self.rows))


m = Matrix([[1, 2], [3, 4]])
i = Matrix.identity(2)
print(m)
print(repr(m + i), 3 * m, m @ m == m ** 2, -m)
print(f"{m:.1f}", f"{m!r}")
print(m[0, 1], m[1], m[0:1], 4 in m, 9 in m, len(m), bool(Matrix([[0]])))
m[0, 0] = 10
print([sum(r) for r in m], m.transpose())
print(Matrix([[1, 1], [1, 0]]) ** 30)
print({i: "identity"}[Matrix.identity(2)])
try:
    m + 3
except TypeError as e:
    print("TypeError:", e)
try:
    Matrix([[1], [2, 3]])
except ValueError as e:
    print(e)
try:
    m < i
except TypeError as e:
    print("TypeError:", e)
m += i
print(m)
del m[0]
print(m, m != i, m == 3)
