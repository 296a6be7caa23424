from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from grader.deciding.access import ProgramSeat

ANY = ""  # the scope that every token has


class HasScope(BasePermission):
    """The view says which scope each method needs; a method without one is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        scopes: dict[str, str] = getattr(view, "scopes", {})
        needed = scopes.get("GET" if request.method == "HEAD" else str(request.method))
        if request.method == "OPTIONS" or request.method not in view.allowed_methods:
            # What this address does not do is no matter of scopes: the view answers 405.
            return isinstance(request.auth, ProgramSeat)
        self.message = f"This token lacks the scope “{needed}”. Ask the course's instructor for one that has it."
        return isinstance(request.auth, ProgramSeat) and needed is not None and (needed == ANY or request.auth.may(needed))
