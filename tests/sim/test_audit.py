"""Every count is exact after every instruction: the audit walks the heap and demands, for each object, count == holders found."""

from collections import defaultdict

import pytest

import sim
from sim.holders import audit
from sim.machine.frames import Frame
from sim.objects.containers import List
from tests.sim import corpus
from tests.sim.auditing import AuditingMachine, audited
from tests.sim.corpus import Case

FIRST = 250  # instructions of each program that are looked at, one by one
# What earlier mistakes of ours were about: instances of classes derived from built-ins, emptied and in cycles.
BUILT_IN_BASES = b"""
import collections, gc
class D(dict): pass
d = D(a=1); d.clear(); del d
d = D(a=1); d.x = d; d["d"] = d; del d
gc.collect()
e = collections.defaultdict(list); e[1].append(2); e.clear(); e[2].append(e); del e
gc.collect()
class Q(collections.deque): pass
q = Q([1]); q.x = q; q.append(q); q.clear(); q.append(q); del q
gc.collect()
class L(list): pass
l = L(); l.append(l); l.x = l; l.clear(); l.append(l); del l
gc.collect()
class S(set): pass
s = S(); s.add(1); s.clear(); s.x = s; del s
gc.collect()
class T(tuple): pass
t = T([[], []]); t[0].append(t); t.y = t; del t
gc.collect()
"""


def sample() -> list[Case]:
    """From every topic one program per version, another one for each, from short to long."""
    by_topic: dict[str, list[str]] = defaultdict(list)
    skipped = {case.program for case in corpus.refused()}
    for program in corpus.programs():
        if program not in skipped and not corpus.fragile(program):
            by_topic[program.split("/")[0]].append(program)
    found = []
    for topic in by_topic.values():
        topic.sort(key=lambda program: len(Case(program, "").source()))
        for index, version in enumerate(sim.PYTHONS):
            case = Case(topic[(len(topic) - 1) * index // 4], version)
            if case.recording() is not None:
                found.append(case)
    return found


@pytest.mark.parametrize("case", sample(), ids=str)
def test_counts_are_the_holders_found_after_every_instruction(case: Case) -> None:
    machine = audited(case.source(), case.version, steps=FIRST)
    assert machine.complaint is None
    assert machine.audits > 3


@pytest.mark.parametrize("version", sim.PYTHONS)
def test_classes_derived_from_built_ins_keep_exact_counts(version: str) -> None:
    machine = audited(BUILT_IN_BASES, version)
    assert machine.complaint is None
    assert machine.audits > 100


class Meddling(AuditingMachine):
    """Adds one reference that nobody holds to the program's list."""

    def look(self, frame: Frame, position: int) -> None:
        lists = [tracked for tracked in self.collector.objects() if isinstance(tracked, List) and len(tracked.items) == 2]
        if lists and self.complaint is None:
            lists[0].refs += 1
        super().look(frame, position)


def test_the_audit_notices_a_reference_that_nobody_holds() -> None:
    machine = audited(b"a = [1, 2]\nb = a\nprint(b)\n", "3.13", kind=Meddling)
    assert machine.complaint is not None
    assert "a list: count 2, holders 1" in machine.complaint


def test_the_audit_notices_a_reference_that_was_dropped_twice() -> None:
    machine = audited(b"a = [1, 2]\nb = [a]\n", "3.13")
    inner = next(tracked for tracked in machine.collector.objects() if isinstance(tracked, List) and len(tracked.items) == 2)
    assert audit(machine) == []
    inner.refs -= 1
    assert audit(machine) == ["a list: count 1, holders 2"]
