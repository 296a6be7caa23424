"""Celery's door. A task carries no work, only news that there is some: losing one costs latency, doubling one costs nothing."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down

from grader.working.cleaning import clean as clean_now
from grader.working.drain import DRAIN, grade_all_due
from grader.working.sweeping import sweep as sweep_now


@shared_task(name="grader.tasks.grade_due", ignore_result=True)
def grade_due() -> None:
    grade_all_due()


@shared_task(name="grader.tasks.sweep", ignore_result=True)
def sweep() -> None:
    sweep_now()


@shared_task(name="grader.tasks.clean", ignore_result=True)
def clean() -> None:
    clean_now()


@worker_init.connect
def begin_draining(**_: Any) -> None:
    # Not when the worker is ready: without a broker it never is, and then the drain is all there is.
    DRAIN.start("celery")


@worker_shutting_down.connect
def stop_draining(**_: Any) -> None:
    DRAIN.stop()
