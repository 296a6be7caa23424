"""The wrong models of memory that are known, in words for people. Each is a belief that the simulator can run.

A student whose answer a model explains is shown `belief` (what they may have been thinking) and `refutation` (what CPython does instead).
`rule`, the simulator's own, says what differs in the machine. `source` says where the model was met; "guess" marks those still to be met in
a class.
"""

from __future__ import annotations

from dataclasses import dataclass

import sim


@dataclass(frozen=True)
class Misconception:
    id: str
    belief_id: str  # in sim.BELIEFS
    belief: str
    refutation: str
    source: str

    @property
    def rule(self) -> str:
        return sim.BELIEFS[self.belief_id].rule


def _entry(identity: str, belief: str, refutation: str, source: str) -> Misconception:
    return Misconception(id=identity, belief_id=identity, belief=belief, refutation=refutation, source=source)


# When objects die
_DEATH = [
    _entry(
        "zero-waits",
        "When nothing refers to an object any more, it waits until the garbage collector comes round.",
        "It does not wait. The step that takes the last reference away frees the object, before the next statement begins.",
        "articles on Python's memory",
    ),
    _entry(
        "none-frees",
        "Setting a variable to None throws the object away.",
        "The name lets go of the object, and that is all; any other value would do that too. What somebody else holds lives on.",
        "articles on Python's memory",
    ),
    _entry(
        "collector-does-it",
        "The garbage collector frees objects whose count is zero, so with the collector off nothing is freed.",
        "The counting frees them by itself, collector on or off. The collector is only there for groups of objects that hold one another.",
        "articles on Python's memory; the reverse stands in CPython's own notes on its collector",
    ),
    _entry(
        "embedded",
        "Small objects are stored inside the list or object that contains them, so they go when it goes.",
        "A container stores references. An item that something else refers to stays where it is when the container dies.",
        "articles on Python's memory; Progmiscon, VariablesHoldObjects",
    ),
    _entry(
        "scope-frees",
        "What a function made is gone when the function ends.",
        "The function's names end, not the objects. What was returned, or stored somewhere outside, lives on.",
        "articles on Python's memory",
    ),
    _entry(
        "del-destroys",
        "`del` deletes the object.",
        "`del` removes a name. The object dies only if that name held the last reference to it.",
        "tutorials on the web, where it is often called a myth",
    ),
    _entry(
        "rebind-keeps",
        "The old object stays in memory until I delete it.",
        "Binding a name to something else takes a reference from the old object, as `del` does. If it was the last, it dies.",
        "the converse of “del destroys”",
    ),
    _entry(
        "old-first",
        "`a = N()` first empties a, then makes the new object.",
        "The right side comes first: the new object exists, then the name moves to it, and only then does the old one die.",
        "guess: the order of evaluation",
    ),
    _entry(
        "scope-reverse",
        "Locals are taken down in reverse, last made first, as in C++.",
        "They go in the order of their places in the function: first to last up to Python 3.13, last to first from 3.14 on.",
        "guess: carried over from C++",
    ),
    _entry(
        "items-in-order",
        "A dying list lets go of its items from the front.",
        "It lets go of them from the back: the last item goes first.",
        "a natural expectation",
    ),
    _entry(
        "last-use",
        "Python sees that I never use it again, so it is freed there.",
        "Python does not look ahead. As long as a name refers to the object, it lives.",
        "guess: carried over from languages with ownership",
    ),
    _entry(
        "block-scope",
        "The loop variable is gone after the loop, and its object with it.",
        "Loops, `if`, `with` and `try` end nothing. After a loop its variable still refers to the last object.",
        "Progmiscon, LoopBodyScopeImpliesLoopLifetime (converse)",
    ),
    _entry(
        "del-is-final",
        "Once `__del__` has run, the object does not exist any more.",
        "`__del__` may store the object somewhere. Then it lives on, and its `__del__` will not run a second time.",
        "PEP 442 on resurrection",
    ),
    _entry(
        "disable-stops-counting",
        "After `gc.disable()` nothing is freed any more.",
        "It switches the search for cycles off, and nothing else. Objects whose last reference goes still die at once.",
        "a variant of “the collector frees at zero”",
    ),
]

# What counts as a reference
_COUNTS = [
    _entry(
        "count-exact",
        "`sys.getrefcount(a)` prints how many names a has.",
        "While it runs, its own argument is a reference too, so it usually prints one more than you would count.",
        "a course page: “most engineers expect 1, 2, 1”",
    ),
    _entry(
        "count-names",
        "Only names count; being in a list does not.",
        "Every slot of a container and every attribute counts just as a name does.",
        "exercises on the web",
    ),
    _entry(
        "count-holders",
        "A list counts once, even when the object is in it twice.",
        "Each slot counts for itself: two slots of one list are two references.",
        "exercises on the web",
    ),
    _entry(
        "weakref-owns",
        "A weak reference is a reference, so it keeps the object alive.",
        "A weak reference is made to watch without holding. It adds nothing to the count, and gives None once the object is dead.",
        "tools that draw weak references as ordinary ones",
    ),
]

# Cycles and the collector
_CYCLES = [
    _entry(
        "cycle-at-once",
        "When the last name of a cycle goes, the cycle is freed.",
        "The objects of a cycle keep each other's counts above zero. Nobody notices until the collector looks for them.",
        "CPython's own notes on its collector",
    ),
    _entry(
        "cycle-never",
        "A cycle is a leak: its memory is lost for ever.",
        "Finding such groups is what the cycle collector is for. `gc.collect()` frees them, and so does a collection of its own accord.",
        "true of another Python in 2022 (RustPython issue 4181)",
    ),
    _entry(
        "cycle-del-stuck",
        "Objects in a cycle that have a `__del__` can never be freed.",
        "That was so before Python 3.4. Since then the finalisers run and the cycle is freed.",
        "PEP 442; questions from the days of Python 2",
    ),
    _entry(
        "collect-counts-all",
        "`gc.collect()` tells how many objects have been freed.",
        "It tells how many unreachable objects the collector itself found. What died by its count is not in that number.",
        "guess: tutorials on the web",
    ),
    _entry(
        "collect-unused",
        "`gc.collect()` clears out everything I do not need any more.",
        "It cannot know what you need. Whatever can still be reached from a name stays.",
        "guess: reachability taken for usefulness",
    ),
]

# Names, copies and sharing
_NAMES = [
    _entry(
        "assign-copies",
        "`b = a` makes b a copy of a.",
        "No copy is made: a and b are two names of one object, and a change through one shows through the other.",
        "Progmiscon, AssignmentCopiesObject",
    ),
    _entry(
        "store-copies-in",
        "`box = [a]` puts a copy of a into the list.",
        "The list gets a reference to the very object that a names.",
        "Progmiscon, VariablesHoldObjects; the SMoL Tutor",
    ),
    _entry(
        "call-copies",
        "A function works on its own copy of what I give it.",
        "The parameter is one more name of the same object. What the function changes in it stays changed.",
        "Progmiscon, ObjectAsParameterIsCopied; Tunnell Wilson and others 2017",
    ),
    _entry(
        "call-by-name",
        "When the function assigns to its parameter, my variable changes.",
        "The parameter is a name of its own. Binding it to something else leaves your name where it was.",
        "Progmiscon, SelfAssignable and ReferenceToVariable",
    ),
    _entry(
        "names-linked",
        "After `b = a`, b follows a wherever a goes.",
        "b gets the object that a names at that moment. Binding a to something else later does not move b.",
        "Progmiscon, ReferenceToVariable and VariablesHoldExpressions",
    ),
    _entry(
        "equal-is-same",
        "Two lists with the same contents are the same list.",
        "`==` compares contents, `is` asks whether it is one object. Two equal lists are two objects.",
        "Progmiscon, EqualityOperatorComparesObjectsValues",
    ),
    _entry(
        "shallow-is-deep",
        "`a[:]` copies the inner lists as well.",
        "A copy of a list is a new list with the same items in it: the inner lists are shared.",
        "memory_graph's manual; the SMoL Tutor",
    ),
    _entry(
        "slice-is-view",
        "`a[:]` is another view of the same list.",
        "A slice of a list is a new list. Adding to it leaves the old one as it was.",
        "guess: carried over from NumPy and Go",
    ),
    _entry(
        "repeat-copies",
        "`[[0]] * 3` makes three lists.",
        "It makes one row with the same object in it three times.",
        "a frequent question; Thonny issue 634",
    ),
    _entry(
        "default-fresh",
        "A default list is new every time the function is called.",
        "It is made once, when `def` runs, and kept by the function. All calls share it.",
        "a frequent question",
    ),
    _entry(
        "augment-rebinds",
        "`b += [2]` is the same as `b = b + [2]`.",
        "A list is changed in place by `+=`, so its other names see the change too.",
        "memory_graph's manual",
    ),
    _entry(
        "augment-mutates",
        '`t += "b"` adds to the string, and whoever shares it sees that.',
        "Strings and tuples cannot change: `+=` makes a new one and binds the name to it. Other names keep the old.",
        "memory_graph's manual",
    ),
    _entry(
        "tuple-deep-frozen",
        "A list in a tuple cannot be changed.",
        "The tuple will always hold that same list, but the list itself may change.",
        "Progmiscon, FinalReferenceImpliesImmutability",
    ),
    _entry(
        "closure-snapshot",
        "The inner function remembers the value from when it was defined.",
        "It remembers the variable. When the variable is bound to something else, the inner function sees that.",
        "the SMoL Tutor",
    ),
]

# Which objects exist at all
_SHARING = [
    _entry(
        "all-ints-shared",
        "Python keeps every number only once.",
        "Only small whole numbers are kept ready (to 256, from 3.15 on to 1024). Bigger ones that are computed are objects of their own.",
        "Python Tutor issues 255 and 275",
    ),
    _entry(
        "no-ints-shared",
        "Each time a value is written or computed, that makes a new object.",
        "Small whole numbers exist once, wherever they come from, and equal constants of one file are one object: everybody shares them.",
        "a collection of notes on CPython",
    ),
    _entry(
        "id-for-ever",
        "Two objects never have the same id.",
        "Not at the same time. As soon as one is dead, the next may get its place in memory, and so its id.",
        "learners' surprise about id()",
    ),
]

# Whole models: what the article that Heaplab grew from says, put together; and what is true of other Pythons.
_ARTICLE = Misconception(
    id="article",
    belief_id="article",
    belief="From time to time a sweep marks what nobody refers to and gives its memory back; small objects live inside larger ones.",
    refutation="No sweep looks for zero counts: counting frees an object at once. And a container holds references, not the objects.",
    source="the article on Python's memory that Heaplab grew from",
)

_TRACING = _entry(
    "tracing",
    "Nothing is counted. From time to time a collector looks for what can still be reached, and frees the rest.",
    "So it is in PyPy and in Java. CPython counts references and frees an object at once; its collector only looks for cycles.",
    "true of PyPy and of most languages with a collector",
)

MISCONCEPTIONS: dict[str, Misconception] = {one.id: one for one in [*_DEATH, *_COUNTS, *_CYCLES, *_NAMES, *_SHARING, _ARTICLE, _TRACING]}
