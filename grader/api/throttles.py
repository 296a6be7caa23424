"""Fairness between programs, not security: one runaway script must not starve the others. Attempts are guarded in the database."""

from __future__ import annotations

import math
import threading
import time

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from grader.deciding.access import ProgramSeat


class Bucket:
    """So many requests a minute, each credential's own, in each process: counted in memory, since asking a cache costs too much."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.left: dict[int, tuple[float, float]] = {}  # by credential: requests left, and as of when

    def take(self, credential: int, per_minute: int) -> float:
        """0 if one was left; else the seconds until there is one."""
        now = time.monotonic()
        with self.lock:
            left, since = self.left.get(credential, (float(per_minute), now))
            left = min(float(per_minute), left + (now - since) * per_minute / 60)
            taken = left >= 1
            self.left[credential] = (left - 1 if taken else left, now)
        return 0.0 if taken else (1 - left) * 60 / per_minute


BUCKET = Bucket()


def requests_per_minute() -> int:
    return int(str(getattr(settings, "API_RATE", "6000/min")).partition("/")[0])


class PerCredential(BaseThrottle):
    seconds = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        if isinstance(request.auth, ProgramSeat):
            self.seconds = BUCKET.take(request.auth.credential.pk, requests_per_minute())
        return self.seconds == 0

    def wait(self) -> float:
        return math.ceil(self.seconds)
