"""ExceptionGroup, except*, split and subgroup."""


def show(e, depth=0):
    print("  " * depth + f"{type(e).__name__}: {e}")
    if isinstance(e, BaseExceptionGroup):
        for x in e.exceptions:
            show(x, depth + 1)


g = ExceptionGroup("many", [ValueError("v1"), TypeError("t"), ExceptionGroup("inner", [ValueError("v2"), KeyError("k")])])
show(g)
print(g.message, len(g.exceptions), repr(g))
match_, rest = g.split(ValueError)
show(match_)
show(rest)
print(g.subgroup(OSError), g.subgroup(lambda e: isinstance(e, KeyError)).exceptions)
show(g.subgroup((KeyError, TypeError)))
print(g.split(ExceptionGroup)[1], g.split(ExceptionGroup)[0] is g)


def run(error):
    try:
        try:
            raise error
        except* ValueError as eg:
            print("values", [str(e) for e in eg.exceptions])
        except* (TypeError, KeyError) as eg:
            print("types", type(eg).__name__, len(eg.exceptions))
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as left:
        show(left)


run(g)
run(ValueError("alone"))
run(ExceptionGroup("left over", [OSError("o"), ValueError("v")]))
run(OSError("naked"))


def raising():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")


try:
    raising()
except ExceptionGroup as e:
    show(e)


def reraise():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise
    except* TypeError:
        pass


try:
    reraise()
except ExceptionGroup as e:
    show(e)
try:
    try:
        pass
    except* ValueError:
        print("no")
    else:
        print("else runs")
finally:
    print("end")
for bad in (lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [1]), lambda: ExceptionGroup("m", [KeyboardInterrupt()]), lambda: ExceptionGroup(1, [ValueError()])):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup(self.message, excs)


a, b = MyGroup("mine", [ValueError(1), TypeError(2)]).split(TypeError)
print(type(a).__name__, type(b).__name__, a.exceptions, b.exceptions)
print(isinstance(g, Exception), ExceptionGroup.__mro__)
