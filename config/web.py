"""What granian serves: `granian --interface rsgi config.web:application`."""

from django.conf import settings

from config.wsgi import application as django_application

# Only now is Django set up, and the front has pages of its own.
from config.front import Front  # isort: skip

application = Front(django_application, settings.WEB_THREADS)
