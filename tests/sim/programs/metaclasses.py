"""Metaclasses, descriptors, __set_name__, __init_subclass__, __class_getitem__, attribute hooks."""


class Typed:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default

    def __set_name__(self, owner, name):
        self.name = "_" + name
        print("naming", owner.__name__, name)

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return getattr(obj, self.name, self.default)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}, not {type(value).__name__}")
        setattr(obj, self.name, value)

    def __delete__(self, obj):
        delattr(obj, self.name)


class Person:
    name = Typed(str)
    age = Typed(int, 0)

    def __init__(self, name, age):
        self.name = name
        self.age = age


p = Person("Ann", 3)
print(p.name, p.age, vars(p), type(Person.age).__name__)
try:
    p.age = "old"
except TypeError as e:
    print(e)
del p.age
print(p.age)


class Registry(type):
    classes = {}

    def __new__(mcls, name, bases, namespace, **kw):
        namespace["tag"] = kw.get("tag", name.lower())
        cls = super().__new__(mcls, name, bases, namespace)
        mcls.classes[name] = cls
        return cls

    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace)
        cls.initialised = True

    def __len__(cls):
        return len(cls.classes)

    def __iter__(cls):
        return iter(sorted(cls.classes))

    def __contains__(cls, name):
        return name in cls.classes

    def __getattr__(cls, name):
        return f"no {name} in {cls.__name__}"

    def __repr__(cls):
        return f"<class {cls.__name__}!>"

    @property
    def upper(cls):
        return cls.__name__.upper()


class First(metaclass=Registry):
    pass


class Second(First, tag="two"):
    pass


print(First.tag, Second.tag, len(First), list(Second), "First" in First, First.missing, Second, Second.upper, Second.initialised)
print(type(Second), type(First()), isinstance(First, Registry))
try:
    First().upper
except AttributeError as e:
    print(e)


class Plugin:
    plugins = {}

    def __init_subclass__(cls, /, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.plugins[key or cls.__name__] = cls


class Csv(Plugin, key="csv"): pass
class Xml(Plugin): pass


print(sorted(Plugin.plugins), Plugin.plugins["csv"].__name__)


class Box:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{getattr(item, '__name__', item)}]"


print(Box[int], Box["x"])


class Ordered(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        print("prepare", name)
        return {"injected": 1}


class Uses(metaclass=Ordered):
    value = injected + 1


print(Uses.value, Uses.injected)
Dynamic = type("Dynamic", (Person,), {"greet": lambda self: "hi " + self.name})
print(Dynamic("Bob", 1).greet(), Dynamic.__name__, Dynamic.__bases__)


class Lazy:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        print("computing", name)
        value = len(name)
        self.__dict__[name] = value
        return value


z = Lazy()
print(z.abc, z.abc, hasattr(z, "_x"))


class Guard:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __setattr__(self, name, value):
        self.log.append(name)
        super().__setattr__(name, value)

    def __getattribute__(self, name):
        if name == "secret":
            return "hidden"
        return super().__getattribute__(name)

    def __delattr__(self, name):
        self.log.append("del " + name)
        object.__delattr__(self, name)


g = Guard()
g.a = 1
g.a = 2
del g.a
print(g.log, g.secret)


class Cached:
    def __init__(self, f):
        self.f = f
        self.__doc__ = f.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner):
        if obj is None:
            return self
        value = obj.__dict__[self.name] = self.f(obj)
        return value


class Data:
    @Cached
    def total(self):
        print("once")
        return 42


d = Data()
print(d.total, d.total, vars(d))


class Temperature:
    def __init__(self, c): self.celsius = c
    @property
    def fahrenheit(self): return self.celsius * 9 / 5 + 32
    @fahrenheit.setter
    def fahrenheit(self, f): self.celsius = (f - 32) * 5 / 9
    @fahrenheit.deleter
    def fahrenheit(self): print("deleted")


t = Temperature(100)
print(t.fahrenheit)
t.fahrenheit = 32
print(t.celsius)
del t.fahrenheit
try:
    class Conflict(First, metaclass=Ordered): pass
except TypeError as e:
    print(e)
print(callable(Person), callable(p), Person.__dict__["age"].kind, "name" in dir(p))
print([c.__name__ for c in First.__subclasses__()])
