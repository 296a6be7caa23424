from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from exercises.clock import database_now
from exercises.models import Course, User

SCOPES = ("read", "submit", "results")
# last_used_at is for people who clean up old tokens: a write per request would buy them nothing.
USED_RESOLUTION = timedelta(minutes=5)


def validate_scopes(scopes: Any) -> None:
    if not isinstance(scopes, list) or not scopes or any(scope not in SCOPES for scope in scopes):
        raise ValidationError(f"Scopes are a list of one or more of {', '.join(SCOPES)}.")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Credential(models.Model):
    """A program's key to one course's API. Only its hash is kept: 256 random bits need no slow hash (ASVS 6.5.2)."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="credentials")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="The token's first characters, to tell tokens apart.")
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(validators=[validate_scopes])
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(cls, *, course: Course, owner: User, name: str, scopes: list[str], expires_at: datetime) -> tuple[Credential, str]:
        """The new row and the token. The token cannot be had again."""
        validate_scopes(scopes)
        token = "heaplab_" + secrets.token_urlsafe(32)
        row = cls.objects.create(
            course=course, owner=owner, name=name, prefix=token[:12], secret_sha256=digest_of(token), scopes=scopes, expires_at=expires_at
        )
        return row, token

    def is_live(self, now: datetime) -> bool:
        """Not revoked, not expired, and its owner not deactivated."""
        return not self.revoked_at and self.expires_at > now and self.owner.is_active

    def note_use(self, now: datetime) -> None:
        if self.last_used_at is None or now - self.last_used_at > USED_RESOLUTION:
            Credential.objects.filter(pk=self.pk).update(last_used_at=now)

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    def revoke(self) -> None:
        self.revoked_at = database_now()
        self.save(update_fields=["revoked_at"])
