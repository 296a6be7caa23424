# What classmethod and staticmethod objects hold: the function, and a dict with its name, documentation and so on.
import gc
import sys

gc.disable()
gc.collect()


class Plain:
    @staticmethod
    def apart():
        "nothing"

    @classmethod
    def inside(cls):
        "something"


kept = Plain.__dict__["apart"]
print([type(part).__name__ for part in gc.get_referents(kept)])
print(kept.__name__, kept.__qualname__, kept.__doc__, kept.__wrapped__ is Plain.apart, sorted(kept.__dict__))
del kept, Plain
print(gc.collect())


def free(x):
    pass


before = gc.get_count()[0]
made = staticmethod(free)
print(gc.get_count()[0] - before, sys.getrefcount(free), gc.is_tracked(made))


class Made:
    def __new__(cls):
        return super().__new__(cls)


gc.collect()
del Made
print(gc.collect())


class Tagged(classmethod):
    pass


class Uses:
    @Tagged
    def who(cls):
        return cls.__name__


print(Uses.who(), Uses().who(), Uses.__dict__["who"].__name__)
