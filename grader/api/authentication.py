"""Who calls: a program with a course's credential. Sessions do not count here, so no page of another site can act through a browser.

Named in the settings, which REST framework reads while it is itself half loaded: this file may import nothing that imports its views.
"""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from exercises.models import User
from grader.deciding.access import ProgramSeat, seat_of_token


class CredentialAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ProgramSeat] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthenticationFailed("The Authorization header must read: Bearer, a space, and the token.")
        seat = seat_of_token(token.strip())
        if seat is None:
            # One sentence for unknown, expired and revoked: it must not tell a stranger which it is.
            raise AuthenticationFailed("This token is not valid: unknown, expired or revoked. Ask the course's instructor for a new one.")
        return seat.user, seat

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="heaplab"'
