import collections.abc
print(collections.abc.Mapping, collections.deque)
from collections.abc import Sequence, Callable
print(isinstance([], Sequence), isinstance({}, collections.abc.Mapping), isinstance(len, Callable))
import sys, types
m = types.ModuleType("mine"); m.x = 5
sys.modules["mine"] = m
import mine
from mine import x
print(mine is m, x, "gc" in sys.modules)
import gc
print("gc" in sys.modules, sys.modules["gc"] is gc, gc.__name__, sys.modules["__main__"].__name__)
sys.modules["blocked"] = None
try: import blocked
except ImportError as e: print(type(e).__name__, e)
try: import nothere
except ImportError as e: print(type(e).__name__, e, e.name)
try: from math import nope
except ImportError as e: print(str(e).split("(")[0], e.name)
import math as mm
print(__import__("math") is mm, mm.__name__, mm.pi)
del sys.modules["math"]
from string import *
print(ascii_lowercase[:3], __name__, __builtins__.__name__)
import importlib
print(importlib.import_module("math").e)
