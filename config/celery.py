"""The Celery application: `celery -A config worker --pool solo`."""

import os
from typing import Any

from celery import Celery
from django.conf import settings
from kombu.connection import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery's command line takes our BROKER_URL for an option of its own, and would go without the password that stands apart from it.
os.environ.pop("CELERY_BROKER_URL", None)


class Bell(Celery):  # type: ignore[misc]  # Celery carries no types
    """Celery whose publishers give up quickly, while its consumers wait for ever.

    A student's request must not hang on a frozen broker: the row is committed by then, and the drain will find it.
    Celery itself has one set of transport options for both directions.
    """

    def connection_for_write(self, url: str | None = None, **kwargs: Any) -> Connection:
        hurried = {**settings.PUBLISHER_TRANSPORT_OPTIONS, **(kwargs.pop("transport_options", None) or {})}
        connection: Connection = super().connection_for_write(url, transport_options=hurried, **kwargs)
        return connection

    def send_task(self, *args: Any, **kwargs: Any) -> Any:
        # Within one process nobody takes messages from a broker: its drain is woken directly, and messages would only pile up.
        if settings.CELERY_BROKER_URL.startswith("memory:"):
            return None
        return super().send_task(*args, **kwargs)


app = Bell("heaplab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grader.working"])
