"""Fairness between programs, not security: one runaway script must not starve the others. Attempts are guarded in the database."""

from __future__ import annotations

import structlog
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from grader.models import Credential

log = structlog.get_logger(__name__)


class PerCredential(SimpleRateThrottle):
    scope = "credential"

    def get_rate(self) -> str:
        return str(getattr(settings, "API_RATE", "6000/min"))

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"throttle-credential-{request.auth.pk}" if isinstance(request.auth, Credential) else None

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (OSError, ValueError) as error:
            # A cache that is away costs fairness for a while; it must not cost submissions.
            log.warning("throttle.cache_away", error=str(error))
            return True
