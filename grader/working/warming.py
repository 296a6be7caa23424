"""What an idle node does: works out in advance what published exercises will need, so that the first student waits for no simulation."""

from __future__ import annotations

import logging
import time

from exercises.models import Placement
from grader.marking.marking import Ungradable, key_for, runs_missing
from grader.simulating.child import SimulatorCrashed, SimulatorUnavailable
from grader.simulating.simulations import run_and_keep

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 20.0


class Warming:
    """One step at a time, since work may come at any moment."""

    def __init__(self) -> None:
        self.ready: set[tuple[int, str]] = set()
        self.next_look = 0.0

    def step(self) -> bool:
        """False if everything is ready."""
        if time.monotonic() < self.next_look:
            return False
        placed = Placement.objects.filter(assignment__published=True).values_list("revision_id", "python").distinct()
        cold = [one for one in placed if one not in self.ready]
        if not cold:
            self.next_look = time.monotonic() + LOOK_AGAIN_SECONDS
            return False
        self._warm(*cold[0])
        return True

    def _warm(self, revision_id: int, python: str) -> None:
        placement = Placement.objects.select_related("revision").filter(revision=revision_id, python=python).first()
        try:
            missing = runs_missing(placement.revision, python) if placement else []
            if missing:
                run_and_keep(missing[0])
                return
            if placement:
                key_for(placement.revision, python).known_models()
        except (SimulatorCrashed, SimulatorUnavailable, Ungradable) as error:
            # Nobody has answered yet, so nobody is told; whoever answers first will learn it with their submission.
            log.warning(
                "an exercise could not be simulated in advance", extra={"revision": revision_id, "python": python, "error": str(error)}
            )
        self.ready.add((revision_id, python))
