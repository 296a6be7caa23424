# ruff: noqa: E501
"""Programs that mean harm, each with the ending it must have: `limit`, `exception` (the guest's own) or `finished`, never a fault of ours.

Text, not files: some are too long to keep, so a few are made by multiplication.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.limits import Limits
from tests.sim.hostile_costs import COSTS
from tests.sim.hostile_texts import ODD

LIMIT = "limit"
GUEST = "exception"
FINE = "finished"
REFUSED = "refused"

# Values that would be large: refused before they are made.
LARGE = {
    "a_long_string": "'a' * 10**12",
    "a_long_list": "[0] * 10**12",
    "a_long_tuple": "(0,) * 10**12",
    "long_bytes": "bytes(10**12)",
    "a_long_bytearray": "bytearray(10**12)",
    "a_tower_of_powers": "10**10**10",
    "a_large_power": "(9**999999) % 7",
    "a_large_shift": "1 << 10**12",
    "a_large_product": "x = 3\nfor i in range(64): x = x * x",
    "a_list_of_a_range": "list(range(10**9))",
    "a_tuple_of_a_range": "tuple(range(10**9))",
    "a_set_of_a_range": "set(range(10**9))",
    "a_sorted_range": "sorted(range(10**9))",
    "a_dict_of_a_range": "dict.fromkeys(range(10**9))",
    "a_sum_of_a_range": "sum(range(10**9))",
    "a_maximum_of_a_range": "max(range(10**9))",
    "an_unpacked_range": "[*range(10**9)]",
    "arguments_from_a_range": "print(*range(10**9))",
    "names_from_a_range": "first, *rest = range(10**9)",
    "percent_width": "'%1000000000d' % 1",
    "percent_width_by_argument": "'%*d' % (10**9, 1)",
    "percent_precision": "'%.1000000000f' % 1.0",
    "format_width": "f'{1:1000000000}'",
    "format_width_by_argument": "'{:{w}}'.format(1, w=10**9)",
    "format_function": "format(1, '0999999999d')",
    "format_precision": "f'{1.0:.999999999f}'",
    "zero_filled": "'a'.zfill(2 * 10**9)",
    "centred": "'a'.center(2 * 10**9)",
    "justified": "'a'.ljust(2 * 10**9)",
    "expanded_tabs": "'\\t\\t'.expandtabs(10**9)",
    "replaced_by_long_text": "('a' * 10**5).replace('a', 'b' * 10**5)",
    "joined_long_texts": "('b' * 10**5).join(['a'] * 10**5)",
    "translated_to_long_text": "('a' * 10**5).translate({97: 'b' * 10**5})",
    "a_string_doubled_for_ever": "s = 'ab'\nwhile True: s += s",
    "a_list_doubled_for_ever": "s = [1, 2]\nwhile True: s += s",
    "a_list_extended_by_itself": "s = [1, 2]\nwhile True: s.extend(s)",
    "a_slice_assigned_to_itself": "s = [1, 2]\nwhile True: s[0:0] = s",
    "a_nested_repetition": "s = []\nfor i in range(100): s = [s] * 100000",
    "integer_to_long_bytes": "(1).to_bytes(10**12, 'big')",
    "an_integer_as_binary_text": "x = 1 << 60000\nfor i in range(10**5): s = bin(x)",
    "a_factorial": "import math\nmath.factorial(10**7)",
    "combinations_counted": "import math\nmath.comb(10**7, 10**6)",
    "products_of_iterables": "import itertools\nlist(itertools.product(range(1000), repeat=5))",
    "permutations": "import itertools\nlist(itertools.permutations(range(12)))",
    "repeated_for_ever": "import itertools\nlist(itertools.repeat(1))",
    "counted_for_ever": "import itertools\nsum(itertools.count())",
    "cycled_for_ever": "import itertools\nfor x in itertools.cycle([1]): pass",
    "a_deque_of_a_range": "import collections\ncollections.deque(range(10**9))",
    "a_short_deque_of_a_range": "import collections\ncollections.deque(range(10**9), 1)",
    "a_counter_of_a_range": "import collections\ncollections.Counter(range(10**9))",
    "reduced_range": "import functools\nfunctools.reduce(lambda a, b: b, range(10**9))",
    "a_long_output": "while True: print('x' * 1000)",
    "one_long_line_of_output": "for i in range(1000): print('x' * 1000000, end='')",
    "a_round_to_many_digits": "round(10**4000, -10**9); round(3, -10**12); 10**100000",
    "large_hints": "class A:\n    def __iter__(self): return iter([])\n    def __length_hint__(self): return 10**18\nprint(list(A()))",
    "a_power_with_modulus": "for i in range(10**9): pow(3, 1 << 60000, (1 << 60000) - 1)",
}

# Loops without end, some in places where a step may be forgotten.
ENDLESS = {
    "a_loop": "while True: pass",
    "a_generator": "def g():\n    while True: yield 1\nfor x in g(): pass",
    "a_generator_summed": "def g():\n    while True: yield 1\nsum(g())",
    "a_generator_listed": "def g():\n    while True: yield 1\nlist(g())",
    "a_generator_expression": "any(x for x in iter(int, 1))",
    "an_iterator_with_a_sentinel": "list(iter(int, 1))",
    "a_map": "list(map(lambda x: x, iter(int, 1)))",
    "a_filter": "next(filter(None, iter(int, 1)))",
    "a_zip": "for x in zip(iter(int, 1), iter(int, 1)): pass",
    "a_list_that_grows_while_iterated": "a = [1]\nfor x in a: a.append(x)",
    "a_finalizer_that_loops": "class A:\n    def __del__(self):\n        while True: pass\nA()",
    "a_finalizer_that_loops_at_exit": "class A:\n    def __del__(self):\n        while True: pass\na = A()",
    "a_callback_that_loops": "import weakref\nclass A: pass\na = A()\ndef f(r):\n    while True: pass\nr = weakref.ref(a, f)\ndel a",
    "a_gc_callback_that_loops": "import gc\ndef f(*x):\n    while True: pass\ngc.callbacks.append(f)\ngc.collect()",
    "a_finally_that_loops": "try:\n    while True: pass\nfinally:\n    while True: pass",
    "all_exceptions_caught": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "an_exit_that_catches": "class C:\n    def __enter__(self): pass\n    def __exit__(self, *x): return True\nwhile True:\n    with C():\n        while True: pass",
    "an_exit_function_that_loops": "import atexit\n@atexit.register\ndef f():\n    while True: pass",
    "a_key_function": "sorted(range(1000), key=lambda x: [0 for i in iter(int, 1)])",
    "a_comparison": "class A:\n    def __lt__(self, o):\n        while True: pass\nsorted([A(), A()])",
    "a_hash": "class A:\n    def __hash__(self):\n        while True: pass\n{A()}",
    "a_length": "class A:\n    def __len__(self):\n        while True: pass\nif A(): pass",
    "collections_by_the_thousand": "import gc\na = [[] for i in range(50000)]\nwhile True: gc.collect()",
    "objects_listed_by_the_thousand": "import gc\na = [[] for i in range(50000)]\nwhile True: gc.get_objects()",
    "referrers_by_the_thousand": "import gc\na = [[] for i in range(50000)]\nwhile True: gc.get_referrers(a)",
    "a_quadratic_join": "s = ''\nfor i in range(10**6): s = s + 'x' + s[:0]",
    "a_quadratic_search": "s = 'a' * 500000 + 'b'\nwhile True: s.find('a' * 250000 + 'c')",
    "a_quadratic_count": "s = 'a' * 1000000\nwhile True: s.count('ab')",
    "long_strings_compared": "s = 'a' * 1000000; t = 'a' * 999999 + 'b'\nwhile True: s == t",
    "long_lists_compared": "s = [0] * 100000; t = [0] * 100000\nwhile True: s == t",
    "a_long_list_searched": "s = [0] * 100000\nwhile True: 1 in s",
    "a_long_list_shifted": "s = [0] * 100000\nwhile True: s.insert(0, s.pop())",
    "a_long_list_reversed": "s = [0] * 100000\nwhile True: s.reverse()",
    "a_long_list_copied": "s = [0] * 100000\nwhile True: s[:]",
    "a_long_list_sorted": "s = list(range(100000))\nwhile True: s.sort()",
    "a_long_list_shown": "s = [0] * 100000\nwhile True: repr(s)",
    "a_long_text_split": "s = 'a ' * 100000\nwhile True: s.split()",
    "a_long_text_upper": "s = 'a' * 1000000\nwhile True: s.upper()",
    "a_long_text_stripped": "s = ' ' * 1000000\nwhile True: s.strip()",
    "a_long_text_encoded": "s = 'a' * 1000000\nwhile True: s.encode()",
    "a_long_text_hashed": "s = 'a' * 500000\nwhile True: {s + 'b'}",
    "a_long_text_sliced": "s = 'a' * 1000000\nwhile True: s[1:]",
    "a_long_text_tested": "s = 'a' * 1000000\nwhile True: s.isalpha()",
    "a_long_number_shown": "x = 10**4000\nwhile True: str(x)",
    "a_long_number_read": "x = '1' * 4000\nwhile True: int(x)",
    "long_numbers_multiplied": "x = 1 << 32000; y = x - 1\nwhile True: y * y",
    "long_numbers_divided": "x = (1 << 60000) - 1; y = (1 << 30000) - 1\nwhile True: x // y",
    "a_long_range_reversed": "for x in reversed(range(10**9)): pass",
    "set_items_that_collide": "{i * (2**61 - 1) for i in range(30000)}",
    "copies_of_a_large_dict": "d = dict.fromkeys(range(50000))\nwhile True: d.copy()",
    "copies_of_a_large_set": "d = set(range(50000))\nwhile True: d | d",
}

# Depth: in the program text, in data, in calls.
DEEP = {
    "parentheses": ("(" * 1000 + ")" * 1000, LIMIT),
    "lists": ("[" * 100000, LIMIT),
    "dicts": ("{1:" * 50 + "1" + "}" * 50, LIMIT),
    "calls": ("f(" * 90 + ")" * 90, LIMIT),
    "indexes": ("a" + "[a" * 100 + "]" * 100, LIMIT),
    "attributes": ("a" + ".b" * 400, LIMIT),
    "sums": ("1" + "+1" * 450, LIMIT),
    "signs": ("-" * 900 + "1", LIMIT),
    "negations": ("not " * 200 + "1", LIMIT),
    "lambdas": ("lambda: " * 110 + "1", LIMIT),
    "powers": ("2" + "**2" * 300, LIMIT),
    "ternaries": ("1 if 1 else " * 80 + "1", None),
    "else_ifs": ("if 1: pass\n" + "elif 1: pass\n" * 2000, LIMIT),
    "blocks": ("".join(" " * depth + "if 1:\n" for depth in range(200)) + " " * 200 + "pass", LIMIT),
    "texts_in_texts": ("f'{" * 90 + "1" + "}'" * 90, None),
    "decorators": ("@f\n" * 2990 + "def f(): pass", None),
    "comprehensions": ("[" * 39 + "0" + " for x in y]" * 39, None),
    "recursion": ("def f(): f()\nf()", GUEST),
    "recursion_through_a_lambda": ("f = lambda: f()\nf()", GUEST),
    "recursion_through_repr": ("class A:\n    def __repr__(self): return repr(self)\nrepr(A())", GUEST),
    "recursion_through_repr_of_a_list": ("class A:\n    def __repr__(self): return repr([self])\nrepr(A())", GUEST),
    "recursion_through_str": ("class A:\n    def __str__(self): return f'{self}'\nstr(A())", GUEST),
    "recursion_through_eq": ("class A:\n    def __eq__(self, o): return self == o\nA() == 1", GUEST),
    "recursion_through_hash": ("class A:\n    def __hash__(self): return hash(self)\nhash(A())", GUEST),
    "recursion_through_getattr": ("class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x", GUEST),
    "recursion_through_getattribute": ("class A:\n    def __getattribute__(self, n): return self.x\nA().x", GUEST),
    "recursion_through_setattr": ("class A:\n    def __setattr__(self, n, v): self.x = v\nA().x = 1", GUEST),
    "recursion_through_getitem": ("class A:\n    def __getitem__(self, n): return self[n]\nA()[1]", GUEST),
    "recursion_through_call": ("class A:\n    def __call__(self): return self()\nA()()", GUEST),
    "recursion_through_init": ("class A:\n    def __init__(self): A()\nA()", GUEST),
    "recursion_through_bool": ("class A:\n    def __bool__(self): return bool(self)\nnot A()", GUEST),
    "recursion_through_add": ("class A:\n    def __add__(self, o): return self + o\nA() + 1", GUEST),
    "recursion_through_iter": ("class A:\n    def __iter__(self): return iter(self)\nlist(A())", GUEST),
    "recursion_through_next": ("class A:\n    def __next__(self): return next(self)\nnext(A())", GUEST),
    "recursion_through_a_property": ("class A:\n    @property\n    def x(self): return self.x\nA().x", GUEST),
    "recursion_through_new": ("class A:\n    def __new__(cls): return cls()\nA()", GUEST),
    "recursion_through_del": ("class A:\n    def __del__(self): self.__del__()\nA()", FINE),
    "recursion_through_generators": ("def g(n): yield from g(n + 1)\nlist(g(0))", GUEST),
    "recursion_through_contains": ("class A:\n    def __contains__(self, x): return x in self\n1 in A()", GUEST),
    "recursion_through_a_metaclass": ("class M(type):\n    def __call__(cls): return cls()\nclass A(metaclass=M): pass\nA()", GUEST),
    "recursion_through_exec": ("s = 'exec(s)'\nexec(s)", GUEST),
    "recursion_through_map": ("def f(x): return list(map(f, [x]))\nf(1)", GUEST),
    "recursion_through_sorted": ("def f(x): return sorted([x], key=f)\nf(1)", GUEST),
    "a_raised_recursion_limit": ("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", None),
    "a_deep_list_shown": ("a = []\nfor i in range(100000): a = [a]\nrepr(a)", GUEST),
    "a_deep_list_compared": ("a = []\nb = []\nfor i in range(50000): a = [a]; b = [b]\na == b", GUEST),
    "a_deep_tuple_hashed": ("a = ()\nfor i in range(100000): a = (a,)\nhash(a)", None),
    "a_deep_list_dropped": ("a = []\nfor i in range(100000): a = [a]\na = None\nprint('gone')", FINE),
    "a_deep_list_copied": ("import copy\na = []\nfor i in range(5000): a = [a]\ncopy.deepcopy(a)", GUEST),
    "a_deep_chain_of_objects": ("class A: pass\nx = None\nfor i in range(30000):\n    y = A(); y.next = x; x = y\nx = y = None\nprint('gone')", FINE),
    "deep_exceptions": ("e = None\nfor i in range(20000):\n    try:\n        raise ValueError from e\n    except ValueError as x: e = x", FINE),
    "a_list_in_itself_shown": ("a = []\na.append(a)\nprint(a)", FINE),
    "a_list_in_itself_compared": ("a = []\na.append(a)\nb = [a]\nb[0] = b\na == b", GUEST),
    "a_finalizer_that_makes_another": ("class A:\n    def __del__(self): A()\nA()", FINE),
    "a_finalizer_that_resurrects": ("class A:\n    def __del__(self):\n        global a\n        a = A()\na = A()\na = None", FINE),
    "keys_that_collide": ("{i * (2**61 - 1): 0 for i in range(30000)}", FINE),
    "a_float_looked_for_in_a_range": ("0.5 in range(10**9)", None),
    "a_float_counted_in_a_range": ("range(10**9).count(0.5)", None),
    "many_classes": ("A = object\nfor i in range(3000): A = type('A', (A,), {})", None),
}

# Ways that led out of other interpreters. All end as an exception of the guest, a refusal, or harmlessly.
ESCAPES = {
    "subclasses_of_object": "print([c for c in object.__subclasses__() if c.__name__ in ('Popen', '_wrap_close', 'catch_warnings', 'FileLoader')])",
    "globals_of_a_builtin": "print(print.__globals__)",
    "self_of_a_builtin": "print(print.__self__.open)",
    "builtins_by_name": "print(__builtins__.eval.__self__.__dict__['open'])",
    "import_os": "import os",
    "import_by_function": "__import__('os').system('true')",
    "import_of_the_simulator": "import sim",
    "import_by_importlib": "import importlib",
    "open_a_file": "open('/etc/passwd').read()",
    "eval_of_text": "eval('__import__(\"os\")')",
    "exec_of_text": "exec('import os')",
    "compile_of_text": "exec(compile('import subprocess', 'x', 'exec'))",
    "input_of_text": "input()",
    "a_breakpoint": "breakpoint()",
    "format_fields": "print('{0.__class__.__init__.__globals__}'.format(1))",
    "format_fields_of_a_function": "def f(): pass\nprint('{0.__globals__[__builtins__]}'.format(f))",
    "format_map": "print('{a.__class__.__mro__}'.format_map({'a': 1}))",
    "frames_of_exceptions": "try:\n    1 / 0\nexcept Exception as e:\n    f = e.__traceback__.tb_frame\n    while f: print(f.f_code.co_filename, sorted(f.f_globals)[:3]); f = f.f_back",
    "frames_of_a_generator": "def g(): yield\nx = g()\nprint(x.gi_frame.f_back, x.gi_code.co_filename)",
    "the_frame_of_the_program": "import sys\nf = sys._getframe()\nprint(f.f_back, f.f_globals is globals(), f.f_builtins.get('open'))",
    "modules_in_sys": "import sys\nprint(sorted(sys.modules))",
    "paths_in_sys": "import sys\nprint(getattr(sys, 'path', None), getattr(sys, 'executable', None), getattr(sys, 'argv', None))",
    "the_environment": "import sys\nprint(getattr(sys, 'orig_argv', None), getattr(sys, 'prefix', None), getattr(sys, 'environ', None))",
    "a_traceback_text": "import traceback\ntraceback.print_stack()",
    "the_reduce_method": "print(object().__reduce_ex__(2)[0].__globals__)",
    "a_code_object": "def f(): pass\nf.__code__ = f.__code__.replace(co_code=b'\\x00' * 100)\nf()",
    "a_code_object_made": "def f(): pass\ntype(f.__code__)(0, 0, 0, 0, 0, 0, b'', (), (), (), '', '', '', 0, b'', b'', (), ())",
    "a_function_made": "def f(): pass\ntype(f)(f.__code__, {'__builtins__': {}})",
    "a_class_changed": "class A: pass\nint.__add__ = lambda a, b: 3",
    "the_class_of_none_changed": "None.__class__ = int",
    "a_base_class_changed": "class A: pass\nclass B(A): pass\nA.__bases__ = (B,)",
    "attributes_with_odd_names": "class A: pass\na = A()\nfor n in ('refs', 'type', 'address', 'value', 'home', 'leaf', 'static', 'natives', 'references'):\n    print(n, hasattr(a, n), hasattr(1, n), hasattr(A, n))",
    "slots_with_odd_names": "class A:\n    __slots__ = ('refs', 'type', 'value')\na = A()\na.refs = 1; a.type = 2; a.value = 3\nprint(a.refs, a.type, a.value)",
    "a_dict_with_odd_keys": "class A: pass\na = A()\na.__dict__[1] = 2\na.__dict__[(1, [])[0:1]] = 3\nprint(a.__dict__)",
    "lone_surrogates": "print('\\ud800')",
    "names_in_other_scripts": "\ufb01 = 1\nprint(fi, globals().keys() - {1})",
    "an_exception_without_text": "class E(BaseException):\n    def __str__(self): raise E\nraise E",
    "an_exception_with_wrong_text": "class E(Exception):\n    def __str__(self): return 3\nraise E",
    "an_exception_named_oddly": "E = type('\\n/usr/lib\\n', (Exception,), {})\nraise E('x')",
    "a_system_exit_with_an_object": "class A:\n    def __str__(self): 1 / 0\nraise SystemExit(A())",
    "a_sort_that_changes_its_list": "a = [3, 2, 1]\na.sort(key=lambda x: a.clear() or x)",
    "a_dict_changed_while_compared": "class K:\n    def __hash__(self): return 1\n    def __eq__(self, o):\n        d.clear(); return False\nd = {}\nd[K()] = 1\nd[K()] = 2\nd[K()] = 3\nprint(len(d))",
    "a_list_changed_while_shown": "class A:\n    def __repr__(self): a.clear(); return 'A'\na = []\na.extend([A(), A()])\nprint(a)",
    "a_list_changed_while_compared": "class A:\n    def __eq__(self, o): a.clear(); b.clear(); return True\na = [A(), A()]\nb = [A(), A()]\nprint(a == b)",
    "a_set_changed_while_made": "class A:\n    def __hash__(self): s.clear(); return 1\ns = {1, 2}\ns.update([A(), A()])\nprint(len(s))",
    "a_generator_that_closes_itself": "def g():\n    x.close()\n    yield\nx = g()\nnext(x)",
    "a_generator_thrown_into_itself": "def g():\n    x.throw(ValueError)\n    yield\nx = g()\nnext(x)",
    "a_class_whose_order_lies": "class M(type):\n    def mro(cls): return [1]\nclass A(metaclass=M): pass",
    "a_descriptor_that_removes_itself": "class D:\n    def __get__(self, o, t):\n        if 'x' in A.__dict__: del A.x\n        return 1\nclass A: x = D()\nprint(A().x)",
    "a_name_error_in_the_exit": "import sys\nclass A:\n    def __del__(self): print(undefined)\na = A()",
    "hooks_in_sys": "import sys\nsys.excepthook = lambda *x: print('hook')\nsys.stdout = None\n1 / 0",
    "stdout_replaced": "import sys\nclass W:\n    def write(self, t): raise ValueError\nsys.stdout = W()\nprint('x')",
    "a_print_to_oneself": "class F:\n    def write(self, t): print(t, file=self)\nprint('x', file=F())",
    "builtins_replaced": "import builtins\nbuiltins.print = None\nbuiltins.len = 3\nprint('x')",
    "build_class_replaced": "import builtins\nbuiltins.__build_class__ = 3\nclass A: pass",
    "negative_sizes": "print('a' * -10**30, [0] * -10**30, 'x'.center(-10**30), range(10**30)[10**29])",
    "large_indexes": "a = [1]\nprint(a[10**30:10**31], 'abc'[-10**30:10**30])\na[10**30]",
    "large_lengths": "class A:\n    def __len__(self): return 10**30\nlen(A())",
    "large_hashes": "class A:\n    def __hash__(self): return 10**30\nprint(hash(A()))",
    "nan_keys": "n = float('nan')\nd = {n: 1, float('nan'): 2}\nprint(len(d), n in d, sorted([n, 1.0, n]))",
    "infinity_as_an_integer": "int(float('inf'))",
    "weak_references_at_exit": "import weakref\nclass A: pass\na = A()\na.r = weakref.ref(a, lambda r: print('callback', r()))\nb = weakref.proxy(a)\ndel a\nb.x",
    "names_deleted_in_a_finalizer": "class A:\n    def __del__(self):\n        for n in list(globals()): globals().pop(n, None)\na = A(); b = A()\ndel a",
}  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """A program and the endings it may have."""

    kind: str
    name: str
    source: str | bytes
    endings: tuple[str, ...]


ANY = (LIMIT, GUEST, FINE, REFUSED)


def everything() -> list[Hostile]:
    """All programs, in the order of the table."""
    found = [Hostile("large", name, source, (LIMIT,)) for name, source in LARGE.items()]
    found += [Hostile("endless", name, source, (LIMIT,)) for name, source in ENDLESS.items()]
    found += [Hostile("costs", name, source, (LIMIT, GUEST, FINE)) for name, source in COSTS.items()]
    found += [Hostile("deep", name, source, (LIMIT, ending) if ending else ANY) for name, (source, ending) in DEEP.items()]
    found += [Hostile("escape", name, source, (GUEST, FINE, REFUSED)) for name, source in ESCAPES.items()]
    found += [Hostile("text", name, source, ANY) for name, source in ODD.items()]
    return found


def run_apart(programs: list[Hostile], version: str, steps: int) -> Iterator[dict[str, Any]]:
    """Run each program in a process of its own; one row for each."""
    rows = [[one.name, one.source if isinstance(one.source, str) else "hex:" + one.source.hex()] for one in programs]
    command = [sys.executable, "-m", "tests.sim.judged_apart", version, str(steps)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(rows))
        process.stdin.close()
        for line in process.stdout:
            yield json.loads(line)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sim.hostile", description="How each hostile program ends.")
    parser.add_argument("names", nargs="*", help="only programs whose kind or name contains one of these")
    parser.add_argument("--python", default="3.13")
    parser.add_argument("--steps", type=int, default=Limits().steps)
    options = parser.parse_args()
    chosen = [one for one in everything() if not options.names or any(part in f"{one.kind} {one.name}" for part in options.names)]
    wrong, seconds, memory, endings = 0, 0.0, 0, Counter[str]()
    for one, row in zip(chosen, run_apart(chosen, options.python, options.steps), strict=True):
        ending = row["ending"]
        endings[ending] += 1
        seconds, memory = max(seconds, row["seconds"]), max(memory, row["MiB"])
        mark = " " if ending in one.endings else "!"
        wrong += mark == "!"
        why = row.get("reason") or row.get("error") or ""
        print(f"{mark} {one.kind:8} {one.name:40.40} {ending:10} {row['seconds']:6.2f} s {row['MiB']:5} MiB  {why.strip()[-100:]!r}", flush=True)
    listed = ", ".join(f"{count} {ending}" for ending, count in endings.most_common())
    print(f"{len(chosen)} programs: {listed}; {wrong} wrong; worst {seconds} s, {memory} MiB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
