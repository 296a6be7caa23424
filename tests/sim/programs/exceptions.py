"""Exception flow: chains, finally, else, custom hierarchies, notes, re-raising, cleaning up."""


class AppError(Exception):
    pass


class ConfigError(AppError):
    def __init__(self, key, message="missing"):
        self.key = key
        super().__init__(key, message)

    def __str__(self):
        return f"{self.key}: {self.args[1]}"


def read(config, key):
    try:
        return config[key]
    except KeyError as e:
        raise ConfigError(key) from e


def flow(action):
    steps = []
    try:
        steps.append("try")
        action()
    except (ValueError, TypeError) as e:
        steps.append(type(e).__name__)
    except Exception as e:
        steps.append("other " + str(e))
    else:
        steps.append("else")
    finally:
        steps.append("finally")
    return steps


def early():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return "returned"
            print("body", i)
        finally:
            print("finally", i)


def swallow():
    try:
        raise ValueError("lost")
    finally:
        print("last words")


def nested():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise KeyError("second")
    except KeyError as e:
        return type(e.__context__).__name__, e.__cause__, e.__suppress_context__


print(flow(lambda: None), flow(lambda: int("x")), flow(lambda: {}["k"]), flow(lambda: len(5)))
try:
    read({}, "port")
except AppError as e:
    print(repr(e), "|", e, "|", repr(e.__cause__))
print(early())
try:
    swallow()
except ValueError as e:
    print("caught", e)
print(nested())
for make in (lambda: int("12a"), lambda: [][3], lambda: {}["x"], lambda: None.foo, lambda: "a" + 1, lambda: 1 / 0, lambda: undefined,
             lambda: (1, 2).append(3), lambda: float("abc"), lambda: [1].index(2), lambda: next(iter([])), lambda: {}.pop("q"),
             lambda: "abc".index("z"), lambda: range(1, 2, 0), lambda: chr(-1), lambda: int(None), lambda: sum(["a"]),
             lambda: [1, 2, 3].remove(9), lambda: dict([1]), lambda: "%d" % "x", lambda: "{}".format(), lambda: max([]),
             lambda: {[]: 1}, lambda: "x" * "y", lambda: object() + 1, lambda: (lambda: 0)(1), lambda: set().pop(), lambda: [].pop()):
    try:
        make()
    except Exception as e:
        print(f"{type(e).__name__}: {e}")
try:
    try:
        raise ValueError("again")
    except ValueError as e:
        e.add_note("a note")
        e.add_note("another")
        raise
except ValueError as e:
    print(e.__notes__)
try:
    a, b = [1, 2, 3]
except ValueError as e:
    print(e)
try:
    a, b, *c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 5
except TypeError as e:
    print(e)
try:
    assert 1 > 2, "math works"
except AssertionError as e:
    print("AssertionError:", e)
try:
    assert []
except AssertionError as e:
    print(repr(e))
try:
    raise AppError
except AppError as e:
    print(repr(e), str(e) == "", e.args)
e = "outside"
try:
    raise KeyError("gone")
except KeyError as e:
    pass
try:
    e
except NameError as err:
    print("NameError:", err)
try:
    raise "text"
except TypeError as err:
    print(err)
error = ValueError(1, "two")
print(error, error.args, repr(error), isinstance(error, Exception), ValueError.__mro__[1:])
try:
    raise SystemExit(3)
except SystemExit as err:
    print("exit", err.code)


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as err:
    print("RecursionError", str(err).startswith("maximum recursion depth exceeded"))


class Resource:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self

    def __exit__(self, kind, value, tb):
        print("close", self.name, kind and kind.__name__, value)
        return kind is ValueError


with Resource("a") as a, Resource("b") as b:
    print(a.name + b.name)
    raise ValueError("stopped by b")
print("after")
try:
    with Resource("c"):
        raise KeyError("through")
except KeyError as err:
    print("outside", err)
try:
    with 5:
        pass
except TypeError as err:
    print("TypeError")
