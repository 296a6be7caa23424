"""What exceptions carry besides their text."""


def show(make):
    try:
        make()
    except BaseException as e:
        names = ("msg", "filename", "lineno", "errno", "strerror", "name", "value", "code")
        found = {n: getattr(e, n) for n in names if hasattr(e, n)}
        print(type(e).__name__, "|", e, "|", e.args, "|", found)


def throw(e):
    raise e


show(lambda: throw(OSError(2, "No such file", "x.txt")))
show(lambda: throw(OSError(13, "denied")))
show(lambda: throw(OSError("text")))
show(lambda: throw(OSError(99999, "odd")))
show(lambda: throw(FileNotFoundError(2, "gone")))
show(lambda: throw(SyntaxError("bad", ("f.py", 3, 1, "x"))))
show(lambda: throw(SyntaxError("plain")))
show(lambda: throw(ImportError("no module", name="m")))
show(lambda: throw(StopIteration(5)))
show(lambda: throw(SystemExit("bye")))
show(lambda: throw(SystemExit))
show(lambda: throw(KeyError("k", 1)))
show(lambda: throw(KeyError()))
show(lambda: throw(KeyError(("t",))))
show(lambda: throw(AttributeError("a", name="n", obj=3)))
show(lambda: eval("undefined_name"))
show(lambda: throw(Exception()))
show(lambda: throw(Exception("a", 2)))
show(lambda: throw(ValueError(None)))
show(lambda: throw(ConnectionResetError("r")))
print(issubclass(BrokenPipeError, ConnectionError), issubclass(IsADirectoryError, OSError), IOError is OSError, issubclass(UnicodeDecodeError, ValueError))


class Coded(Exception):
    def __init__(self, code, **details):
        super().__init__(code)
        self.code, self.details = code, details

    def __str__(self): return f"E{self.code} {self.details}"


show(lambda: throw(Coded(7, why="x")))
print(repr(Coded(1)), Coded(2).args)


class Two(ValueError, KeyError):
    pass


try:
    raise Two("both")
except KeyError as e:
    print(type(e).__name__, e, isinstance(e, ValueError), Two.__mro__[1:3])


def chain():
    try:
        try:
            raise ValueError("first")
        except ValueError as e:
            raise KeyError("second") from e
    except KeyError as e:
        raise RuntimeError("third") from None


try:
    chain()
except RuntimeError as e:
    print(repr(e), repr(e.__cause__), repr(e.__context__), repr(e.__context__.__cause__), e.__suppress_context__)
e1, e2 = ValueError(1), ValueError(1)
print(e1 == e2, e1 == e1, {e1: 1}[e1], e1.__traceback__)
try:
    raise e1
except ValueError as caught:
    print(caught is e1, caught.__traceback__ is not None, caught.__traceback__.tb_lineno > 60)
print(e1.with_traceback(None) is e1, e1.__traceback__)
e1.extra = "attribute"
e1.args = (9, 8)
print(e1.extra, e1, vars(e1))


def cleanup():
    order = []
    try:
        try:
            order.append("body")
            raise ValueError
        except TypeError:
            order.append("wrong")
        else:
            order.append("else")
        finally:
            order.append("finally")
    except ValueError:
        order.append("outer")
    return order


print(cleanup())


def override():
    try:
        raise ValueError
    finally:
        return_value = "reached"
        print(return_value)


try:
    override()
except ValueError as e:
    print("still", repr(e))
