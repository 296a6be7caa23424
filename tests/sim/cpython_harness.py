"""A small unittest and a small test.support, in our own words, for the programs that `cpython_methods` makes.

This file is guest source: only what a program needs is copied into it. Where CPython's own tests look at a message, the program prints
it instead, so that the simulator must have the whole text and not only a pattern of it.
"""

import gc
import sys


class SkipTest(Exception):
    pass


class RaisesContext:
    def __init__(self, expected, shown=False):
        self.expected = expected
        self.shown = shown

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError(f"{self.expected} was not raised")
        if not issubclass(kind, self.expected):
            return False
        self.exception = value.with_traceback(None)
        if self.shown:
            print(kind.__name__ + ":", value)
        return True


class PassingPart:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return False


class PlainTestCase:
    failureException = AssertionError
    maxDiff = 80 * 8
    longMessage = True

    def __init__(self, methodName="runTest"):
        self._testMethodName = methodName
        self._cleanups = []

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def id(self):
        return self._testMethodName

    def addCleanup(self, function, /, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def addTypeEqualityFunc(self, kind, function):
        pass

    def enterContext(self, manager):
        value = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return value

    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)

    def fail(self, msg=None):
        raise self.failureException(msg)

    def skipTest(self, reason):
        raise SkipTest(reason)

    def subTest(self, msg=None, **params):
        return PassingPart()

    def _demand(self, holds, told, msg):
        if not holds:
            raise self.failureException(str(told)[:300] if msg is None else f"{told[:300]}: {msg}")

    def assertTrue(self, expr, msg=None):
        if not expr:
            self.fail(msg or f"{expr!r} is not true")

    def assertFalse(self, expr, msg=None):
        if expr:
            self.fail(msg or f"{expr!r} is not false")

    def assertEqual(self, first, second, msg=None):
        if not first == second:
            self._demand(False, f"{first!r} != {second!r}", msg)

    def assertNotEqual(self, first, second, msg=None):
        if not first != second:
            self._demand(False, f"{first!r} == {second!r}", msg)

    def assertIs(self, first, second, msg=None):
        if first is not second:
            self._demand(False, f"{first!r} is not {second!r}", msg)

    def assertIsNot(self, first, second, msg=None):
        if first is second:
            self._demand(False, f"both are {first!r}", msg)

    def assertIsNone(self, value, msg=None):
        if value is not None:
            self._demand(False, f"{value!r} is not None", msg)

    def assertIsNotNone(self, value, msg=None):
        if value is None:
            self._demand(False, "None", msg)

    def assertIn(self, member, container, msg=None):
        if member not in container:
            self._demand(False, f"{member!r} not in {container!r}", msg)

    def assertNotIn(self, member, container, msg=None):
        if member in container:
            self._demand(False, f"{member!r} in {container!r}", msg)

    def assertIsInstance(self, value, kind, msg=None):
        if not isinstance(value, kind):
            self._demand(False, f"{value!r} is no {kind!r}", msg)

    def assertNotIsInstance(self, value, kind, msg=None):
        if isinstance(value, kind):
            self._demand(False, f"{value!r} is a {kind!r}", msg)

    def assertIsSubclass(self, kind, base, msg=None):
        if not issubclass(kind, base):
            self._demand(False, f"{kind!r} is no {base!r}", msg)

    def assertNotIsSubclass(self, kind, base, msg=None):
        if issubclass(kind, base):
            self._demand(False, f"{kind!r} is a {base!r}", msg)

    def assertHasAttr(self, value, name, msg=None):
        if not hasattr(value, name):
            self._demand(False, f"{value!r} has no {name}", msg)

    def assertNotHasAttr(self, value, name, msg=None):
        if hasattr(value, name):
            self._demand(False, f"{value!r} has {name}", msg)

    def assertStartsWith(self, text, start, msg=None):
        if not text.startswith(start):
            self._demand(False, f"{text!r} does not start with {start!r}", msg)

    def assertEndsWith(self, text, end, msg=None):
        if not text.endswith(end):
            self._demand(False, f"{text!r} does not end with {end!r}", msg)

    def assertLess(self, first, second, msg=None):
        if not first < second:
            self._demand(False, f"{first!r} >= {second!r}", msg)

    def assertLessEqual(self, first, second, msg=None):
        if not first <= second:
            self._demand(False, f"{first!r} > {second!r}", msg)

    def assertGreater(self, first, second, msg=None):
        if not first > second:
            self._demand(False, f"{first!r} <= {second!r}", msg)

    def assertGreaterEqual(self, first, second, msg=None):
        if not first >= second:
            self._demand(False, f"{first!r} < {second!r}", msg)

    def assertAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        if first == second:
            return
        distance = abs(first - second)
        near = distance <= delta if delta is not None else round(distance, 7 if places is None else places) == 0
        if not near:
            self._demand(False, f"{first!r} is not near {second!r}", msg)

    def assertNotAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        distance = abs(first - second)
        near = distance <= delta if delta is not None else round(distance, 7 if places is None else places) == 0
        if first == second or near:
            self._demand(False, f"{first!r} is near {second!r}", msg)

    def assertListEqual(self, first, second, msg=None):
        self.assertIsInstance(first, list)
        self.assertIsInstance(second, list)
        self.assertEqual(first, second, msg)

    def assertTupleEqual(self, first, second, msg=None):
        self.assertIsInstance(first, tuple)
        self.assertIsInstance(second, tuple)
        self.assertEqual(first, second, msg)

    def assertDictEqual(self, first, second, msg=None):
        self.assertIsInstance(first, dict)
        self.assertIsInstance(second, dict)
        self.assertEqual(first, second, msg)

    def assertSetEqual(self, first, second, msg=None):
        if first.difference(second) or second.difference(first):
            self._demand(False, f"{first!r} != {second!r}", msg)

    def assertMultiLineEqual(self, first, second, msg=None):
        self.assertIsInstance(first, str)
        self.assertIsInstance(second, str)
        self.assertEqual(first, second, msg)

    def assertSequenceEqual(self, first, second, msg=None, seq_type=None):
        if seq_type is not None:
            self.assertIsInstance(first, seq_type)
            self.assertIsInstance(second, seq_type)
        if first == second:
            return
        self.assertEqual(len(first), len(second), msg)
        for index in range(len(first)):
            self.assertEqual(first[index], second[index], msg)

    def assertCountEqual(self, first, second, msg=None):
        left = list(second)
        for item in first:
            if item not in left:
                self._demand(False, f"{item!r} is not in {left!r}", msg)
            left.remove(item)
        if left:
            self._demand(False, f"{left!r} are missing", msg)

    def assertRaises(self, expected, *args, **kwargs):
        context = RaisesContext(expected)
        if not args:
            return context
        function, *args = args
        try:
            with context:
                function(*args, **kwargs)
        finally:
            self = context = None

    def assertRaisesRegex(self, expected, pattern, *args, **kwargs):
        context = RaisesContext(expected, shown=True)
        if not args:
            return context
        function, *args = args
        try:
            with context:
                function(*args, **kwargs)
        finally:
            self = context = None

    def assertRegex(self, text, pattern, msg=None):
        print(text)

    def assertNotRegex(self, text, pattern, msg=None):
        print(text)


class ExceptionIsLikeMixin:
    def assertExceptionIsLike(self, exc, template):
        if exc is None or template is None:
            if exc is not template:
                self.fail(f"{exc!r} is not like {template!r}")
            return
        self.assertEqual(type(exc), type(template))
        if isinstance(exc, BaseExceptionGroup):
            self.assertEqual(exc.message, template.message)
            self.assertEqual(len(exc.exceptions), len(template.exceptions))
            for inner, pattern in zip(exc.exceptions, template.exceptions):
                self.assertExceptionIsLike(inner, pattern)
        else:
            self.assertEqual(exc.args, template.args)


class FloatsAreIdenticalMixin:
    def assertFloatsAreIdentical(self, x, y):
        self.assertIsInstance(x, float)
        self.assertIsInstance(y, float)
        self.assertEqual(repr(x), repr(y))


def skip(reason):
    def decorate(test):
        def skipped(*args, **kwargs):
            raise SkipTest(reason)

        return skipped

    return decorate


def skipIf(condition, reason):
    return skip(reason) if condition else unchanged


def skipUnless(condition, reason):
    return unchanged if condition else skip(reason)


def expectedFailure(test):
    return skip("expected to fail")(test)


def unchanged(test):
    return test


cpython_only = refcount_test = requires_docstrings = requires_IEEE_754 = no_tracing = unchanged
skip_emscripten_stack_overflow = skip_wasi_stack_overflow = skip_if_pgo_task = unchanged


def skip_if_unlimited_stack_size(test):
    return test


def skip_if_sanitizer(reason=None, **kinds):
    return unchanged


def requires_debug_ranges(reason=None):
    return unchanged


def requires_resource(resource):
    return skip(resource)


def is_resource_enabled(resource):
    return False


def check_impl_detail(**guards):
    return guards.get("cpython", not any(guards.values()))


def impl_detail(msg=None, **guards):
    if not guards or check_impl_detail(**guards):
        return unchanged
    return skip(msg)


def anticipate_failure(condition):
    return skip("expected to fail") if condition else unchanged


def gc_collect():
    gc.collect()
    gc.collect()
    gc.collect()


class disable_gc:
    def __enter__(self):
        self.was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, kind, value, traceback):
        if self.was_on:
            gc.enable()
        return False


class infinite_recursion:
    def __init__(self, max_depth=100):
        self.max_depth = max_depth

    def __enter__(self):
        self.old = sys.getrecursionlimit()
        sys.setrecursionlimit(self.max_depth + 20)

    def __exit__(self, kind, value, traceback):
        sys.setrecursionlimit(self.old)
        return False


class swap_attr:
    def __init__(self, obj, attr, new_val):
        self.obj = obj
        self.attr = attr
        self.new_val = new_val

    def __enter__(self):
        self.had = hasattr(self.obj, self.attr)
        self.old = getattr(self.obj, self.attr, None)
        setattr(self.obj, self.attr, self.new_val)
        return self.old

    def __exit__(self, kind, value, traceback):
        if self.had:
            setattr(self.obj, self.attr, self.old)
        elif hasattr(self.obj, self.attr):
            delattr(self.obj, self.attr)
        return False


class swap_item:
    def __init__(self, obj, item, new_val):
        self.obj = obj
        self.item = item
        self.new_val = new_val

    def __enter__(self):
        self.had = self.item in self.obj
        self.old = self.obj[self.item] if self.had else None
        self.obj[self.item] = self.new_val
        return self.old

    def __exit__(self, kind, value, traceback):
        if self.had:
            self.obj[self.item] = self.old
        elif self.item in self.obj:
            del self.obj[self.item]
        return False


class catch_unraisable_exception:
    def __init__(self):
        self.unraisable = None

    def hook(self, unraisable):
        self.unraisable = unraisable

    def __enter__(self):
        self.old = sys.unraisablehook
        sys.unraisablehook = self.hook
        return self

    def __exit__(self, kind, value, traceback):
        sys.unraisablehook = self.old
        self.unraisable = None
        return False


class Written:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)
        return len(text)

    def flush(self):
        pass

    def getvalue(self):
        return "".join(self.parts)


class captured_stdout:
    def __enter__(self):
        self.old = sys.stdout
        sys.stdout = written = Written()
        return written

    def __exit__(self, kind, value, traceback):
        sys.stdout = self.old
        return False


class captured_stderr:
    def __enter__(self):
        self.old = sys.stderr
        sys.stderr = written = Written()
        return written

    def __exit__(self, kind, value, traceback):
        sys.stderr = self.old
        return False


def captured_output(stream_name):
    return captured_stdout() if stream_name == "stdout" else captured_stderr()


def check_syntax_error(testcase, statement, errtext="", *, lineno=None, offset=None):
    with testcase.assertRaises(SyntaxError):
        compile(statement, "<test string>", "exec")


def check_free_after_iterating(test, iter, cls, args=()):
    class Watched(cls):
        def __del__(self):
            nonlocal gone
            gone = True
            try:
                next(it)
            except StopIteration:
                pass

    gone = False
    it = iter(Watched(*args))
    test.assertRaises(StopIteration, next, it)
    gc_collect()
    test.assertTrue(gone)


def reap_children():
    pass


def register(search_function):
    """codecs.register: what then looks such a codec up does not count."""


def unregister(search_function):
    pass


def dedent(text):
    lines = text.split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] if line.strip() else "" for line in lines)


def indent(text, prefix):
    return "".join(prefix + line if line.strip() else line for line in text.splitlines(True))


def run_code(code):
    namespace = {}
    exec(code, namespace)
    return namespace


def sortdict(dict):
    return "{" + ", ".join("%r: %r" % pair for pair in sorted(dict.items())) + "}"


def import_fresh_module(name, fresh=(), blocked=(), deprecated=False):
    return import_module(name)


def import_module(name, deprecated=False, *, required_on=()):
    __import__(name)
    return sys.modules[name]


def get_attribute(obj, name):
    if not hasattr(obj, name):
        raise SkipTest(f"no {name}")
    return getattr(obj, name)


class adjust_int_max_str_digits:
    def __init__(self, max_digits):
        self.max_digits = max_digits

    def __enter__(self):
        self.old = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(self.max_digits)

    def __exit__(self, kind, value, traceback):
        sys.set_int_max_str_digits(self.old)
        return False


def check_disallow_instantiation(testcase, tp, *args, **kwds):
    testcase.assertRaisesRegex(TypeError, "cannot create", tp, *args, **kwds)


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


class NeverEqual:
    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True

    def __hash__(self):
        return 1


class Largest:
    def __eq__(self, other):
        return isinstance(other, Largest)

    def __lt__(self, other):
        return False

    def __le__(self, other):
        return self == other

    def __gt__(self, other):
        return not self == other

    def __ge__(self, other):
        return True


class Smallest:
    def __eq__(self, other):
        return isinstance(other, Smallest)

    def __gt__(self, other):
        return False

    def __ge__(self, other):
        return self == other

    def __lt__(self, other):
        return not self == other

    def __le__(self, other):
        return True


ALWAYS_EQ = AlwaysEqual()
NEVER_EQ = NeverEqual()
LARGEST = Largest()
SMALLEST = Smallest()
MAX_Py_ssize_t = sys.maxsize
C_RECURSION_LIMIT = 5000
EXCEEDS_RECURSION_LIMIT = 5000
verbose = is_emscripten = is_wasi = is_apple = is_android = is_jython = Py_DEBUG = Py_GIL_DISABLED = MISSING_C_DOCSTRINGS = False
HAVE_DOCSTRINGS = True


def get_c_recursion_limit():
    return C_RECURSION_LIMIT


def exceeds_recursion_limit():
    return EXCEEDS_RECURSION_LIMIT


def show_value(value):
    if value is not None:
        print(repr(value))


def show_exception(problem):
    print(type(problem).__name__ + ":", problem)


def run_method(kind, name):
    case = kind(name)
    kind.setUpClass()
    case.setUp()
    try:
        getattr(case, name)()
    finally:
        case.tearDown()
        case.doCleanups()
    kind.tearDownClass()
    print("ok")
