"""operator, string, types."""
import operator
import string
import types
from operator import itemgetter, attrgetter, methodcaller, add, mul
from types import SimpleNamespace, MappingProxyType, FunctionType, MethodType, GeneratorType, ModuleType

rows = [("b", 2), ("a", 2), ("c", 1)]
print(sorted(rows, key=itemgetter(1)), sorted(rows, key=itemgetter(1, 0)), list(map(itemgetter(0), rows)))


class P:
    def __init__(self, name, age):
        self.name, self.age = name, age
        self.inner = SimpleNamespace(v=age * 2)

    def greet(self, word="hi"):
        return f"{word} {self.name}"


ps = [P("Z", 3), P("A", 9)]
print([p.name for p in sorted(ps, key=attrgetter("name"))], attrgetter("inner.v", "age")(ps[0]), methodcaller("greet", "yo")(ps[1]))
print(add(1, 2), mul("a", 3), operator.sub(5, 3), operator.truediv(1, 4), operator.neg(3), operator.not_([]), operator.contains([1], 1))
print(operator.lt(1, 2), operator.eq("a", "a"), operator.getitem({"k": 1}, "k"), operator.concat([1], [2]), operator.index(7), operator.xor(5, 1), operator.mod(7, 4))
print(operator.is_(None, None), operator.truth("x"), operator.floordiv(7, 2), operator.pow(2, 5), operator.countOf([1, 1, 2], 1), operator.indexOf("abc", "c"))
x = [1]
operator.iadd(x, [2])
operator.setitem(x, 0, 9)
operator.delitem(x, 1)
print(x)
ops = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
stack = []
for token in "3 4 + 2 * 7 /".split():
    if token in ops:
        b, a = stack.pop(), stack.pop()
        stack.append(ops[token](a, b))
    else:
        stack.append(int(token))
print(stack)
try:
    itemgetter(5)([1])
except IndexError as e:
    print(e)
print(string.ascii_lowercase, string.digits, string.ascii_letters[-3:], string.punctuation, repr(string.whitespace), string.hexdigits, string.capwords("hello big world"))
ns = SimpleNamespace(a=1, b="two")
ns.c = [3]
print(ns, ns.a, ns == SimpleNamespace(a=1, b="two", c=[3]), vars(ns))
view = MappingProxyType({"k": 1})
print(view["k"], view, len(view), list(view), "k" in view)
try:
    view["z"] = 2
except TypeError as e:
    print(e)


def f(): yield


print(isinstance(f, FunctionType), isinstance(ps[0].greet, MethodType), isinstance(f(), GeneratorType), isinstance(types, ModuleType), isinstance(len, types.BuiltinFunctionType))
bound = MethodType(lambda self, v: (self, v), 5)
print(bound(6))
m = ModuleType("made")
m.value = 3
print(m.__name__, m.value, m)
print(types.NoneType is type(None), types.FunctionType.__name__, types.MethodType, types.GeneratorType, types.SimpleNamespace)
K = types.new_class("K", (P,), {}, lambda ns: ns.update(extra=1))
print(K("q", 1).greet(), K.extra, K.__name__)
print(types.CodeType is type(f.__code__), types.ModuleType, types.CellType, types.TracebackType, types.MappingProxyType)
