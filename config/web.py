"""What granian serves: `granian --interface rsgi config.web:application`."""

import gc

from django.conf import settings

from config.wsgi import application as django_application

# Only now is Django set up. The front has pages of its own; addresses and views are loaded here, and not by whoever comes first.
from config import urls  # isort: skip
from config.front import Front  # isort: skip

__all__ = ["application", "urls"]

application = Front(django_application, settings.WEB_THREADS)

# What is loaded by now stays, and a request's objects mostly die by their counts: the collector need not look at the former again, nor at
# the latter with every few hundred of them. It took a tenth of a request.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
