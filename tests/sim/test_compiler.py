"""What the compiler writes is what CPython's compiler writes: facts recorded from real interpreters."""

from collections.abc import Iterator

import pytest

from sim.compiler import Code, Constant, Unit, compile_program, listing
from sim.limits import Limits
from sim.profiles import PROFILES
from sim.source import parse


def compiled(text: str, python: str = "3.13") -> Unit:
    return compile_program(parse(text, Limits(), PROFILES[python]), filename="alice.py", profile=PROFILES[python])


def codes(code: Code) -> Iterator[Code]:
    yield code
    for constant in code.constants:
        if isinstance(constant, Code):
            yield from codes(constant)


def named(unit: Unit, name: str) -> Code:
    return next(code for code in codes(unit.code) if code.name == name)


def ops(code: Code) -> list[str]:
    return [op for op, _ in code.instructions]


def loads(code: Code) -> list[str]:
    """The instructions that read or write locals, with the names they touch."""
    found = []
    for op, arg in code.instructions:
        if "_FAST" in op:
            slots = arg if isinstance(arg, tuple) else (arg,)
            found.append(op + " " + " ".join(code.slots[slot] for slot in slots))
    return found


def value(pool: list[Constant], index: int) -> object:
    constant = pool[index]
    if isinstance(constant.value, tuple):
        items = (value(pool, item) for item in constant.value)
        return frozenset(items) if constant.kind == "frozenset" else tuple(items)
    return constant.value


def constants(unit: Unit, code: Code) -> list[object]:
    return [item.name if isinstance(item, Code) else value(unit.pool, item) for item in code.constants]


# --- loads that lend (3.14), as `dis` of 3.14.10 shows them ---

LENT = [
    ("a call lends its argument", "def f(x):\n  g(x)", ["LOAD_FAST_BORROW x"]),
    ("what is stored in a local counts", "def f(x):\n  y = x\n  return y", ["LOAD_FAST x", "STORE_FAST y", "LOAD_FAST_BORROW y"]),
    ("store and load of one line are one counted load", "def f():\n  x = g(); x.m()", ["STORE_FAST_LOAD_FAST x x"]),
    ("on two lines they stay apart", "def f():\n  x = g()\n  x.m()", ["STORE_FAST x", "LOAD_FAST_BORROW x"]),
    ("two loads of one line fuse and lend", "def f(a, b):\n  return a + b", ["LOAD_FAST_BORROW_LOAD_FAST_BORROW a b"]),
    (
        "an operand that waits for a branch counts, and so does its fused neighbour",
        "def f(x, c):\n  g(x, 1 if c else 2)",
        ["LOAD_FAST_LOAD_FAST x c"],
    ),
    ("rebinding before the use counts", "def f(x):\n  g(x, (x := 1))", ["LOAD_FAST x", "STORE_FAST x"]),
    ("deleting before the use counts", "def f(x):\n  for y in x:\n    del y", ["LOAD_FAST_BORROW x", "STORE_FAST y", "DELETE_FAST y"]),
    (
        "a handler's loads count",
        "def f(x):\n  try:\n    g(x)\n  except A:\n    h(x)",
        ["LOAD_FAST_BORROW x", "LOAD_FAST x"],
    ),
    (
        "what stands behind a loop that only breaks counts, in 3.14",
        "def f(x):\n  while True:\n    g(x)\n    break\n  h(x)",
        ["LOAD_FAST_BORROW x", "LOAD_FAST x"],
    ),
    ("yield from counts what it iterates over", "def f(x):\n  yield from x", ["LOAD_FAST x"]),
    (
        "a comprehension's variable is a fast local",
        "def f(x):\n  return [y.a for y in x]",
        ["LOAD_FAST_BORROW x", "LOAD_FAST_AND_CLEAR y", "STORE_FAST_LOAD_FAST y y", "STORE_FAST y", "STORE_FAST y"],
    ),
    (
        "an import spoils the load its block begins with, in 3.14",
        "def f(x, c):\n  if c:\n    x.a()\n    from m import q",
        ["LOAD_FAST_BORROW c", "LOAD_FAST x", "STORE_FAST q"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [(text, expected) for _, text, expected in LENT], ids=[name for name, _, _ in LENT])
def test_python_314_lends_exactly_these_loads(text: str, expected: list[str]) -> None:
    assert loads(named(compiled(text, "3.14"), "f")) == expected


def test_python_315_has_mended_the_two_faults_of_314() -> None:
    loop = "def f(x):\n  while True:\n    g(x)\n    break\n  h(x)"
    importing = "def f(x, c):\n  if c:\n    x.a()\n    from m import q"

    assert loads(named(compiled(loop, "3.15"), "f")) == ["LOAD_FAST_BORROW x", "LOAD_FAST_BORROW x"]
    assert loads(named(compiled(importing, "3.15"), "f")) == ["LOAD_FAST_BORROW c", "LOAD_FAST_BORROW x", "STORE_FAST q"]


def test_before_314_nothing_is_lent_and_nothing_fused() -> None:
    for python in ("3.11", "3.12", "3.13"):
        assert loads(named(compiled("def f(a, b):\n  return a + b", python), "f")) == ["LOAD_FAST a", "LOAD_FAST b"]


def test_a_load_that_may_find_nothing_is_checked() -> None:
    found = loads(named(compiled("def f(c):\n  if c:\n    x = 1\n  return x"), "f"))

    assert found == ["LOAD_FAST c", "STORE_FAST x", "LOAD_FAST_CHECK x"]


# --- constants ---

FOLDED = "x = 'abc'[1]\ny = -1000 + 3 * 7\nz = (1, (2, 3.5))\nfor i in [1, 2]: pass\nw = i in {4, 5}\nv = 2 ** 200"


def test_constants_fold_in_every_version() -> None:
    for python in PROFILES:
        unit = compiled(FOLDED, python)
        found = constants(unit, unit.code)
        for expected in ("b", -979, (1, (2, 3.5)), (1, 2), frozenset({4, 5}), 2, 200):
            assert expected in found


def test_the_parser_holds_what_it_made_and_from_314_on_not_what_the_flow_folded() -> None:
    # Dave compares reference counts of constants between versions: this flag is where they differ.
    text = "a = 123456\nb = (11, 22)\nc = -5000"
    for python, tuple_held in (("3.13", True), ("3.14", False)):
        held = {value(unit.pool, index): constant.arena for unit in [compiled(text, python)] for index, constant in enumerate(unit.pool)}
        assert held[123456] is True
        assert held[(11, 22)] is tuple_held
        assert held[-5000] is tuple_held


def test_equal_constants_of_one_file_are_one_object_and_types_and_signs_tell_them_apart() -> None:
    unit = compiled("def f(): return 1.5, 'a b'\ndef g(): return 1.5, 'a b'\nx = (0.0, -0.0, 0, False, 1, True, 1.0)")

    assert sum(constant.kind == "float" and constant.value == 1.5 for constant in unit.pool) == 1
    assert named(unit, "f").constants[1] == named(unit, "g").constants[1]
    numbers = [(constant.kind, repr(constant.value)) for constant in unit.pool if constant.kind in ("int", "float", "bool")]
    assert len(numbers) == len(set(numbers)) == 8


def test_identifier_like_strings_are_interned() -> None:
    unit = compiled("x = 'ident_1', 'not an ident', '', 'é'")

    interned = {str(constant.value): constant.interned for constant in unit.pool if constant.kind == "str"}
    assert interned == {"ident_1": True, "not an ident": False, "": True, "é": False}


def test_docstrings_come_first_and_313_takes_their_indentation_out() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n'

    for python, expected in (("3.12", "One.\n\n    Two.\n    "), ("3.13", "One.\n\nTwo.\n")):
        unit = compiled(text, python)
        code = named(unit, "f")
        assert code.docstring_index == 0
        assert constants(unit, code)[0] == expected


def test_dead_branches_leave_neither_code_nor_constants() -> None:
    unit = compiled("if 0:\n  x = 'gone'\nwhile 1:\n  break\nif __debug__:\n  y = 'kept'")

    assert "gone" not in constants(unit, unit.code)
    assert not any(op.startswith("POP_JUMP") for op in ops(unit.code))


# --- names and scopes ---


def test_slots_stand_in_cpythons_order() -> None:
    text = "def f(a, /, b, *args, c=1, **kw):\n  z = 1\n  y = z\n  def g(): return y, b, k\n  return g\n"
    code = named(compiled(text), "f")

    assert code.slots == ("a", "b", "c", "args", "kw", "z", "g", "y")
    assert (code.arg_count, code.posonly_count, code.kwonly_count, code.arg_slots) == (2, 1, 1, 5)
    assert {code.slots[slot] for slot in code.cell_slots} == {"b", "y"}
    assert named(compiled(text), "g").slots == ("b", "y")


def test_comprehensions_are_functions_up_to_311_and_part_of_their_owner_afterwards() -> None:
    text = "x = [y for y in z]"

    assert [code.name for code in codes(compiled(text, "3.11").code)] == ["<module>", "<listcomp>"]
    inlined = compiled(text, "3.12").code
    assert [code.name for code in codes(inlined)] == ["<module>"]
    assert {inlined.slots[slot] for slot in inlined.hidden_slots} == {"y"}


def test_an_inlined_comprehension_gives_back_the_variable_it_borrowed_even_when_it_fails() -> None:
    code = named(compiled("def f(y, z):\n  w = [y for y in z]\n  return y"), "f")
    first = ops(code).index("BUILD_LIST")
    handler = code.handlers[first]

    assert handler is not None
    assert ops(code)[handler[0] : handler[0] + 5] == ["SWAP", "POP_TOP", "SWAP", "STORE_FAST", "RERAISE"]


def test_super_takes_its_class_from_a_cell() -> None:
    unit = compiled("class C(B):\n  def m(self): return super().m()")
    method = named(unit, "m")

    assert method.slots == ("self", "__class__")
    assert ("LOAD_SUPER_ATTR", ("m", True, False)) in method.instructions
    assert named(unit, "C").slots == ("__class__",)
    assert "LOAD_SUPER_ATTR" not in ops(named(compiled("class C(B):\n  def m(self): return super().m()", "3.11"), "m"))


def test_private_names_are_mangled_with_their_class() -> None:
    code = named(compiled("class Ham:\n  def f(self): return self.__a, __b, __c__"), "f")

    assert [arg for op, arg in code.instructions if op in ("LOAD_ATTR", "LOAD_GLOBAL")] == ["_Ham__a", "_Ham__b", "__c__"]


def test_annotations_wait_in_a_function_of_their_own_from_314_on() -> None:
    text = "x: int = 1\nclass C:\n  y: str\n  def f(self, z: int): pass\n"

    assert "__annotate__" not in [code.name for code in codes(compiled(text, "3.13").code)]
    lazy = [code.qualname for code in codes(compiled(text, "3.14").code) if code.name == "__annotate__"]
    assert lazy == ["C.__annotate__", "C.__annotate__", "__annotate__"]


# --- control flow ---


def test_with_takes_bound_methods_up_to_313_and_special_methods_after() -> None:
    text = "with a as b: pass"

    assert "BEFORE_WITH" in ops(compiled(text, "3.13").code)
    newer = ops(compiled(text, "3.14").code)
    assert newer[2:8] == ["COPY", "LOAD_SPECIAL", "SWAP", "SWAP", "LOAD_SPECIAL", "CALL"]


def test_a_finally_block_stands_twice_and_a_return_runs_it_on_the_way_out() -> None:
    code = named(compiled("def f(x):\n  try:\n    return g(x)\n  finally:\n    h()"), "f")
    names = [arg for op, arg in code.instructions if op == "LOAD_GLOBAL"]

    assert names == ["g", "h", "h"]
    assert ops(code).count("RETURN_VALUE") == 1


def test_lines_follow_the_source_over_several_lines_of_one_call() -> None:
    unit = compiled("f(\n  a,\n  b,\n)\n")

    assert unit.code.lines == [0, 1, 1, 2, 3, 1, 1, 1, 1]


def test_jumps_back_are_the_collectors_check_points() -> None:
    for text in ("while x: f()", "for x in y: f()", "for x in y:\n  if x: continue\n  f()"):
        assert "JUMP_BACKWARD" in ops(compiled(text, "3.14").code)


def test_every_jump_and_handler_points_at_an_instruction_and_every_depth_is_possible() -> None:
    text = (
        "def f(a):\n  for x in a:\n    try:\n      with x as y:\n        if y: continue\n        yield y\n"
        "    except A as e:\n      return e\n    except B: break\n    finally:\n      g()\n  else:\n    h()\n"
        "  match a:\n    case [1, *r] | {'k': r}: return r\n    case C(x=1) as q if q: return q\n    case _: pass\n"
    )
    for python in PROFILES:
        for code in codes(compiled(text, python).code):
            count = len(code.instructions)
            assert len(code.lines) == len(code.handlers) == count
            for at, (op, arg) in enumerate(code.instructions):
                handler = code.handlers[at]
                assert handler is None or (0 <= handler[0] < count and handler[1] >= 0)
                if "JUMP" in op or op in ("FOR_ITER", "SEND"):
                    assert isinstance(arg, int)
                    assert 0 <= arg < count


def test_the_listing_reads_like_dis() -> None:
    unit = compiled("def f(x):\n  return x + 1\n", "3.14")

    assert listing(named(unit, "f"), unit.pool).splitlines() == [
        "f (function) slots=('x',)",
        "    1    0 RESUME                       0",
        "    2    1 LOAD_FAST_BORROW             0 (x)",
        "         2 LOAD_CONST                   0 (1)",
        "         3 BINARY_OP                    +",
        "         4 RETURN_VALUE",
    ]
