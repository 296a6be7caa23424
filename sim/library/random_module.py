"""random with a seed: the Mersenne Twister MT19937 as _randommodule.c seeds it, and the distributions as guest source. Without a seed the
numbers come from the operating system, which a simulated program has not: refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.objects import new
from sim.machine.natives import native
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

SIZE, MIDDLE, WORD = 624, 397, 0xFFFFFFFF
TYPES: dict[str, type[HeapObject]] = {"_twister": Record}


class Twister:
    """The generator's 624 words (Matsumoto and Nishimura's reference)."""

    def __init__(self, key: list[int]) -> None:
        self.words = [19650218]
        for index in range(1, SIZE):
            before = self.words[-1]
            self.words.append((1812433253 * (before ^ (before >> 30)) + index) & WORD)
        self.mix(key)
        self.place = SIZE

    def mix(self, key: list[int]) -> None:
        """init_by_array."""
        words, index = self.words, 1
        for count in range(max(SIZE, len(key))):
            before = words[index - 1]
            at = count % len(key)
            words[index] = ((words[index] ^ ((before ^ (before >> 30)) * 1664525)) + key[at] + at) & WORD
            index = self.turned(index)
        for _ in range(SIZE - 1):
            before = words[index - 1]
            words[index] = ((words[index] ^ ((before ^ (before >> 30)) * 1566083941)) - index) & WORD
            index = self.turned(index)
        words[0] = 0x80000000

    def turned(self, index: int) -> int:
        if index + 1 < SIZE:
            return index + 1
        self.words[0] = self.words[SIZE - 1]
        return 1

    def next_word(self) -> int:
        if self.place >= SIZE:
            words = self.words
            for index in range(SIZE):
                joined = (words[index] & 0x80000000) | (words[(index + 1) % SIZE] & 0x7FFFFFFF)
                words[index] = words[(index + MIDDLE) % SIZE] ^ (joined >> 1) ^ (0x9908B0DF if joined & 1 else 0)
            self.place = 0
        value = self.words[self.place]
        self.place += 1
        value ^= value >> 11
        value ^= (value << 7) & 0x9D2C5680
        value ^= (value << 15) & 0xEFC60000
        return value ^ (value >> 18)

    def bits(self, count: int) -> int:
        """getrandbits: whole words, lowest first; the last one gives its upper bits."""
        found = shift = 0
        while count > 0:
            found |= (self.next_word() >> max(0, 32 - count)) << shift
            shift += 32
            count -= 32
        return found


@native("module:random", "_refuse", 1, kind="function")
def refuse(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported(args[0].value)


@native("module:random", "_twister", 1, kind="function")
def make_twister(m: Machine, args: list[Any]) -> HeapObject:
    """A generator seeded with an integer."""
    if not isinstance(args[0], Int):
        raise m.error("TypeError", "The only supported seed types are:\nNone, int, float, str, bytes, and bytearray.")
    key: list[int] = []
    number = abs(args[0].value)
    while number or not key:
        key.append(number & WORD)
        number >>= 32
    m.charge(2000)
    return m.heap.record("_twister", [], 2500, Twister(key))


@native("_twister", "random")
def twister_random(m: Machine, args: list[Any]) -> HeapObject:
    twister = args[0].state
    high, low = twister.next_word() >> 5, twister.next_word() >> 6
    m.charge(4)
    return m.heap.float((high * 67108864.0 + low) * (1.0 / 9007199254740992.0))


@native("_twister", "getrandbits", 1)
def twister_bits(m: Machine, args: list[Any]) -> HeapObject:
    count = args[1]
    if not isinstance(count, Int):
        raise m.error("TypeError", f"'{count.type.name}' object cannot be interpreted as an integer")
    if count.value < 0:
        raise m.error("ValueError", "number of bits must be non-negative")
    if count.value > m.limits.int_bits:
        raise m.error("MemoryError")
    m.charge(4 + (count.value >> 3))
    return m.heap.int(args[0].state.bits(count.value))


@native("_twister", "copy")
def twister_copy(m: Machine, args: list[Any]) -> HeapObject:
    """The same state again, for getstate and setstate."""
    made = Twister([0])
    made.words, made.place = list(args[0].state.words), args[0].state.place
    m.charge(2000)
    return m.heap.record("_twister", [], 2500, made)


@native("_twister", "__copy__")
def twister_itself(m: Machine, args: list[Any]) -> HeapObject:
    return new(args[0])  # type: ignore[no-any-return]


SOURCE = '''
from bisect import bisect as _bisect
from itertools import accumulate as _accumulate
from math import ceil as _ceil, cos as _cos, exp as _exp, floor as _floor, log as _log, pi as _pi, sin as _sin, sqrt as _sqrt
from operator import index as _index

_REFUSED = "random numbers without a seed (call random.seed(number) first)"


class _Unseeded:
    def random(self):
        _refuse(_REFUSED)

    def getrandbits(self, k):
        _refuse(_REFUSED)

    def copy(self):
        _refuse(_REFUSED)


class Random:
    VERSION = 3

    def __init__(self, x=None):
        self._core = _Unseeded()
        self.gauss_next = None
        if x is not None:
            self.seed(x)

    def seed(self, a=None, version=2):
        if a is None:
            _refuse("random.seed() without a number")
        if isinstance(a, (str, bytes, bytearray)):
            _refuse("random.seed() with text or bytes")
        if isinstance(a, float):
            a = hash(a)
        self._core = _twister(a)
        self.gauss_next = None

    def getstate(self):
        return self.VERSION, self._core.copy(), self.gauss_next

    def setstate(self, state):
        version, core, self.gauss_next = state
        self._core = core.copy()

    def random(self):
        return self._core.random()

    def getrandbits(self, k):
        return self._core.getrandbits(k)

    def randbytes(self, n):
        return self.getrandbits(n * 8).to_bytes(n, "little")

    def _below(self, n):
        k = n.bit_length()
        r = self._core.getrandbits(k)
        while r >= n:
            r = self._core.getrandbits(k)
        return r

    def randrange(self, start, stop=None, step=1):
        first = _index(start)
        if stop is None:
            if first > 0:
                return self._below(first)
            raise ValueError("empty range for randrange()")
        last, step = _index(stop), _index(step)
        width = last - first
        if step == 1:
            if width > 0:
                return first + self._below(width)
            raise ValueError(_EMPTY % (start, stop, width) if _old else f"empty range in randrange({start}, {stop})")
        if step > 0:
            n = (width + step - 1) // step
        elif step < 0:
            n = (width + step + 1) // step
        else:
            raise ValueError("zero step for randrange()")
        if n <= 0:
            raise ValueError("empty range for randrange()" if _old else f"empty range in randrange({start}, {stop}, {step})")
        return first + step * self._below(n)

    def randint(self, a, b):
        if _names_randint and _index(b) < _index(a):
            raise ValueError(f"empty range in randint({a}, {b})")
        return self.randrange(a, b + 1)

    def choice(self, seq):
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self._below(len(seq))]

    def shuffle(self, x):
        for i in reversed(range(1, len(x))):
            j = self._below(i + 1)
            x[i], x[j] = x[j], x[i]

    def sample(self, population, k, *, counts=None):
        if isinstance(population, (set, frozenset, dict)) or not hasattr(population, "__getitem__"):
            raise TypeError("Population must be a sequence.  For dicts or sets, use sorted(d).")
        n = len(population)
        if counts is not None:
            sums = list(_accumulate(counts))
            if len(sums) != n:
                raise ValueError("The number of counts does not match the population")
            chosen = self.sample(range(sums.pop()), k=k)
            return [population[_bisect(sums, s)] for s in chosen]
        if not 0 <= k <= n:
            raise ValueError("Sample larger than population or is negative")
        result = [None] * k
        size = 21
        if k > 5:
            size += 4 ** _ceil(_log(k * 3, 4))
        if n <= size:
            pool = list(population)
            for i in range(k):
                j = self._below(n - i)
                result[i] = pool[j]
                pool[j] = pool[n - i - 1]
        else:
            selected = set()
            for i in range(k):
                j = self._below(n)
                while j in selected:
                    j = self._below(n)
                selected.add(j)
                result[i] = population[j]
        return result

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        n = len(population)
        if cum_weights is None:
            if weights is None:
                return [population[_floor(self.random() * (n + 0.0))] for _ in range(k)]
            cum_weights = list(_accumulate(weights))
        elif weights is not None:
            raise TypeError("Cannot specify both weights and cumulative weights")
        if len(cum_weights) != n:
            raise ValueError("The number of weights does not match the population")
        total = cum_weights[-1] + 0.0
        if total <= 0.0:
            raise ValueError("Total of weights must be greater than zero")
        return [population[_bisect(cum_weights, self.random() * total, 0, n - 1)] for _ in range(k)]

    def uniform(self, a, b):
        return a + (b - a) * self.random()

    def triangular(self, low=0.0, high=1.0, mode=None):
        u = self.random()
        try:
            c = 0.5 if mode is None else (mode - low) / (high - low)
        except ZeroDivisionError:
            return low
        if u > c:
            u, c = 1.0 - u, 1.0 - c
            low, high = high, low
        return low + (high - low) * _sqrt(u * c)

    def normalvariate(self, mu=0.0, sigma=1.0):
        while True:
            u1 = self.random()
            u2 = 1.0 - self.random()
            z = _NORMAL * (u1 - 0.5) / u2
            if z * z / 4.0 <= -_log(u2):
                return mu + z * sigma

    def gauss(self, mu=0.0, sigma=1.0):
        z, self.gauss_next = self.gauss_next, None
        if z is None:
            angle = self.random() * (2.0 * _pi)
            radius = _sqrt(-2.0 * _log(1.0 - self.random()))
            z = _cos(angle) * radius
            self.gauss_next = _sin(angle) * radius
        return mu + z * sigma

    def lognormvariate(self, mu=0.0, sigma=1.0):
        return _exp(self.normalvariate(mu, sigma))

    def expovariate(self, lambd=1.0):
        return -_log(1.0 - self.random()) / lambd


class SystemRandom(Random):
    def __init__(self, x=None):
        _refuse("SystemRandom (a simulated program has no operating system)")


import sys as _sys
_old, _names_randint = _sys.version_info < (3, 12), _sys.version_info >= (3, 14)
_EMPTY = "empty range for randrange() (%d, %d, %d)"
_NORMAL = 4 * _exp(-0.5) / _sqrt(2.0)
_inst = Random()
seed, random, uniform, triangular, randint = _inst.seed, _inst.random, _inst.uniform, _inst.triangular, _inst.randint
choice, randrange, sample, shuffle, choices = _inst.choice, _inst.randrange, _inst.sample, _inst.shuffle, _inst.choices
normalvariate, lognormvariate, expovariate, gauss = _inst.normalvariate, _inst.lognormvariate, _inst.expovariate, _inst.gauss
getstate, setstate, getrandbits, randbytes = _inst.getstate, _inst.setstate, _inst.getrandbits, _inst.randbytes
'''
SOURCES = {"random": SOURCE}
