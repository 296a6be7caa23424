from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/Vienna or America/New_York.", code="time_zone")


class User(AbstractUser):
    # Our own model from the first migration on: swapping AUTH_USER_MODEL later means rewriting every foreign key.
    time_zone = models.CharField(
        max_length=64, blank=True, validators=[validate_time_zone], help_text="Empty: times are shown in the course's own time zone."
    )
    link_made_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the last sign-in link was made. A new one ends those before it."
    )

    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.time_zone) if self.time_zone else None
