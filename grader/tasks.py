"""Celery's door. A task carries no work, only news that there is some: losing one costs latency, doubling one costs nothing."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from grader.drain import DRAIN, grade_all_due
from grader.sweeping import sweep as sweep_now


@shared_task(name="grader.tasks.grade_due", ignore_result=True)
def grade_due() -> None:
    grade_all_due()


@shared_task(name="grader.tasks.sweep", ignore_result=True)
def sweep() -> None:
    sweep_now()


@worker_ready.connect
def begin_draining(**_: Any) -> None:
    DRAIN.start("celery")


@worker_shutting_down.connect
def stop_draining(**_: Any) -> None:
    DRAIN.stop()
