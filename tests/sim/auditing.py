"""A machine that after every instruction demands that each count equals the holders found by walking the heap.

`python -m tests.sim.auditing [VERSION ...]` runs every truth program on it, with `--whole` without leaving anything out of programs of up
to 5,000 instructions.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import sim
from sim.errors import LimitReached
from sim.holders import audit
from sim.limits import Limits
from sim.machine.frames import Frame, GuestError
from sim.machine.machine import Machine
from sim.machine.world import main_frame, new_world
from sim.profiles import PROFILES
from tests.sim import corpus


class AuditingMachine(Machine):
    """Tells the first instruction after which a count was wrong. `every` looks only after each n-th instruction."""

    complaint: str | None = None
    audits = 0
    every = 1
    clock = 0
    walked = 0
    most_walked = 100_000  # tracked objects: a program with a large heap is looked at less often

    def interpret(self, frame: Frame) -> None:
        program = frame.program
        dying = self.heap.dying
        try:
            for _ in self.ticks:
                position = frame.pc
                handler, argument = program[position]
                frame.pc = position + 1
                target = handler(self, frame, argument)
                if target is not None:
                    if target < 0:
                        return
                    frame.pc = target
                if dying and not self.settle():
                    return
                self.look(frame, position)
            raise LimitReached("steps", self.limits.steps, frame.line)
        except GuestError as error:
            self.fail(frame, error)

    def look(self, frame: Frame, position: int) -> None:
        self.clock += 1
        if self.complaint is not None or self.clock % self.every or self.walked > self.most_walked:
            return
        self.walked += sum(len(generation) for generation in self.collector.generations)
        self.audits += 1
        wrong = audit(self)
        if wrong:
            code = frame.code.code
            self.complaint = f"line {code.lines[position]}, after {code.instructions[position]} in {code.qualname}: {'; '.join(wrong[:6])}"


def audited(
    source: bytes, version: str, every: int = 1, steps: int = 2_000_000, kind: type[AuditingMachine] = AuditingMachine
) -> AuditingMachine:
    """Run a program's module body under audit. The machine tells how often it looked, and the first complaint."""
    m = new_world(PROFILES[version], limits=Limits(steps=steps), kind=kind)
    assert isinstance(m, AuditingMachine)
    m.every = every
    m.push(main_frame(m, source, "<program>"))
    with suppress(LimitReached):  # `steps` may be few on purpose
        m.run()
    return m


class WholeAudit(AuditingMachine):
    most_walked = 20_000_000


SHORT = 5_000  # instructions


def main(arguments: list[str]) -> int:
    """Audit every truth program: after every instruction, or at a hundred moments."""
    versions = [argument for argument in arguments if argument != "--whole"]
    whole = "--whole" in arguments
    complaints = programs = audits = 0
    refused = corpus.refused()
    for case in corpus.cases():
        if case in refused or (versions and case.version not in versions):
            continue
        steps = sim.run(case.source(), python=case.version).steps
        every = max(1, steps // (SHORT if whole else 100))
        machine = audited(case.source(), case.version, every=every, kind=WholeAudit if whole else AuditingMachine)
        programs += 1
        audits += machine.audits
        if machine.complaint is not None:
            complaints += 1
            print(f"{case}: {machine.complaint}", flush=True)
    print(f"{programs} programs, {audits:,} audits; {complaints} programs with a count that is not the holders found")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
