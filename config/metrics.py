"""Counts and times of requests, and the due work and its age, in Prometheus' text form at /metrics."""

import hmac
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from grader.reading.health import due_work

REQUESTS = Counter("heaplab_requests", "Answered requests.", ("method", "route", "status"))
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SECONDS = Histogram("heaplab_request_seconds", "Time from request to response.", ("route",), buckets=BUCKETS)


def measured(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Labels are routes, never paths: paths are as many as there are submissions."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return response

    return respond


class DueWorkCollector(Collector):
    """Asked of the database at each reading, so that every process says the same."""

    def collect(self) -> Iterator[Metric]:
        try:
            due = due_work()
        except DatabaseError:
            # The rest is worth reading all the more: how many requests were refused, for one.
            yield GaugeMetricFamily("heaplab_database_answers", "1 if the database answers.", value=0)
            return
        yield GaugeMetricFamily("heaplab_database_answers", "1 if the database answers.", value=1)
        yield GaugeMetricFamily("heaplab_due_gradings", "Submissions that wait to be graded.", value=due.count)
        yield GaugeMetricFamily("heaplab_oldest_due_seconds", "How long the oldest of them has been due.", value=due.oldest_seconds)

    def describe(self) -> list[Metric]:
        # Without this the registry would ask the database while the module loads.
        return []


REGISTRY.register(DueWorkCollector())


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """For a collector that knows METRICS_TOKEN; on a laptop for anybody, who is the owner."""
    if settings.FLEET:
        token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
        if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
