"""A descriptor is held while its own method runs."""
from sys import getrefcount as g
class Descriptor:
    def __get__(self, obj, owner):
        print("get", g(self), obj and g(obj))
    def __set__(self, obj, v):
        print("set", g(self), g(obj))
    def __delete__(self, obj):
        print("del", g(self), g(obj))
class N2:
    def __get__(self, obj, owner):
        print("get", g(self), obj and g(obj))
class A:
    __slots__ = ()
    p = Descriptor()
    q = N2()
class B:
    p = Descriptor()
    q = N2()
for c in A, B, A, B:
    x = c()
    for _ in range(4):
        x.p
        x.q
        x.p = 1
        del x.p
        c.p
        c.q
