"""What `manage.py up --lite` serves: the pages, and in a thread beside them all of the worker. No broker, no second process."""

from config.web import application
from grader.working.drain import DRAIN

__all__ = ["application"]

DRAIN.start("inside web")
