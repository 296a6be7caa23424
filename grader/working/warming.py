"""What an idle node does: works out in advance what published exercises will need, so that the first student waits for no simulation."""

from __future__ import annotations

import logging
import time

from exercises.models import Placement, Revision
from grader.marking.items import known_items, work_out
from grader.marking.marking import Ungradable, key_for
from grader.simulating.child import SimulatorCrashed, SimulatorUnavailable
from grader.simulating.simulations import run_and_keep

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 20.0


class Warming:
    """One step at a time, since work may come at any moment. First what every grade needs, then the wrong models, then the catalogue."""

    def __init__(self) -> None:
        self.marked: set[tuple[int, str]] = set()
        self.ready: set[tuple[int, str]] = set()
        self.next_look = 0.0

    def step(self) -> bool:
        """False if everything is ready."""
        if time.monotonic() < self.next_look:
            return False
        placed = list(Placement.objects.filter(assignment__published=True).order_by().values_list("revision_id", "python").distinct())
        cold = [one for one in placed if one not in self.marked] or [one for one in placed if one not in self.ready]
        # Last what could be set: which ideas an exercise tells apart is known before it is.
        cold = cold or [one for one in to_be_set({python for _, python in placed}) if one not in self.ready]
        if not cold:
            self.next_look = time.monotonic() + LOOK_AGAIN_SECONDS
            return False
        self._warm(cold[0])
        return True

    def _warm(self, one: tuple[int, str]) -> None:
        try:
            revision = Revision.objects.get(pk=one[0])
            if one in self.marked:
                if not known_items([one]):
                    key = key_for(revision, one[1])
                    if missing := key.models_missing():
                        run_and_keep(missing[0])
                        return
                    work_out(revision, key)
                self.ready.add(one)
            else:
                key_for(revision, one[1])
        except (SimulatorCrashed, SimulatorUnavailable, Ungradable) as error:
            # Nobody has answered yet, so nobody is told; whoever answers first will learn it with their submission.
            log.warning("an exercise could not be simulated in advance", extra={"revision": one[0], "python": one[1], "error": str(error)})
            self.ready.add(one)
        self.marked.add(one)


def to_be_set(pythons: set[str]) -> list[tuple[int, str]]:
    """The latest revision of every exercise, under the versions that courses use."""
    rows = Revision.objects.order_by("exercise", "number").values_list("exercise_id", "pk", "pythons")
    latest = {exercise: (pk, written_for) for exercise, pk, written_for in rows}
    return [(pk, python) for pk, written_for in latest.values() for python in sorted(pythons.intersection(written_for))]
