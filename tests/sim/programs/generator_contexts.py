# What becomes the context of an exception that is thrown into a generator, or raised again elsewhere.
def failing():
    try:
        raise KeyError("inner")
    except KeyError:
        yield


def catching():
    try:
        raise KeyError("inner")
    except KeyError:
        try:
            yield
        except ValueError as problem:
            print(type(problem).__name__, repr(problem.__context__))
            yield "caught"


def plain():
    yield


def delegating():
    try:
        raise KeyError("outer")
    except KeyError:
        yield from plain()


for make in (failing, delegating, plain):
    running = make()
    next(running)
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            running.throw(ValueError("thrown"))
        except ValueError as problem:
            print(make.__name__, repr(problem.__context__))

running = catching()
next(running)
print(running.throw(ValueError))

kept = ValueError("kept")
for cause in (ZeroDivisionError("first"), LookupError("second")):
    try:
        try:
            raise cause
        except Exception:
            raise kept
    except ValueError as problem:
        print(repr(problem.__context__))

asking = lambda: (yield "question")
running = asking()
print(next(running))
try:
    running.send("answer")
except StopIteration as end:
    print(end.value)
running.__name__ = "renamed"
print(running.__name__, running.__qualname__)
