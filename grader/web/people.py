from __future__ import annotations

from django.http import Http404, HttpRequest

from exercises.models import User


def signed_in(request: HttpRequest) -> User:
    """Whose request this is. LoginRequiredMiddleware has sent everybody else to sign in; the type checker hears it here."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
