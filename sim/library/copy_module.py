"""The module copy as guest source."""

from __future__ import annotations

SOURCES: dict[str, str] = {
    "copy": '''
class Error(Exception):
    pass


error = Error

_ATOMS = frozenset([type(None), int, float, bool, complex, str, bytes, type, range, type(...), type(NotImplemented), type(len),
type(lambda: 0), property])


def copy(x):
    cls = type(x)
    if cls in _ATOMS or cls is tuple or cls is frozenset or cls is slice or isinstance(x, type):
        return x
    if cls is list or cls is dict or cls is set or cls is bytearray:
        return x.copy()
    own = getattr(cls, "__copy__", None)
    if own is not None:
        return own(x)
    return _rebuilt(x, cls, None)


def deepcopy(x, memo=None, _nil=[]):
    cls = type(x)
    if cls in _ATOMS or isinstance(x, type):
        return x
    d = id(x)
    if memo is None:
        memo = {}
    else:
        y = memo.get(d, _nil)
        if y is not _nil:
            return y
    if cls is list:
        y = []
        memo[d] = y
        for item in x:
            y.append(deepcopy(item, memo))
    elif cls is dict:
        y = {}
        memo[d] = y
        for key, value in x.items():
            y[deepcopy(key, memo)] = deepcopy(value, memo)
    elif cls is tuple:
        y = _deep_tuple(x, memo)
    else:
        own = getattr(cls, "__deepcopy__", None)
        if own is not None:
            y = own(x, memo)
        else:
            y = _rebuilt(x, cls, memo)
    if y is not x:
        memo[d] = y
        try:
            memo[id(memo)].append(x)
        except KeyError:
            memo[id(memo)] = [x]
    return y


def _deep_tuple(x, memo):
    items = [deepcopy(item, memo) for item in x]
    try:
        return memo[id(x)]
    except KeyError:
        pass
    for old, new in zip(x, items):
        if old is not new:
            return tuple(items)
    return x


def _part(value, memo):
    return value if memo is None else deepcopy(value, memo)


def _rebuilt(x, cls, memo):
    if isinstance(x, (frozenset, set, tuple)):
        y = cls([_part(item, memo) for item in x])
    elif isinstance(x, BaseException):
        y = cls(*[_part(item, memo) for item in x.args])
    else:
        y = cls.__new__(cls)
    if memo is not None:
        memo[id(x)] = y
    if isinstance(x, list):
        for item in x:
            y.append(_part(item, memo))
    elif isinstance(x, dict):
        for key, value in x.items():
            y[_part(key, memo)] = _part(value, memo)
    for name, value in getattr(x, "__dict__", {}).items():
        y.__dict__[name] = _part(value, memo)
    for kind in cls.__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(x, name):
                setattr(y, name, _part(getattr(x, name), memo))
    return y
'''
}
