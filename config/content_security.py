"""A browser runs and loads only what this server sent as a file: no inline script, no other site, no frame. And it keeps no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def guarded(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # A view that shows a third party's page (the API's documentation) may have said something narrower of its own.
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # What a page shows is somebody's own: nothing is kept for whoever presses Back after a sign-out. Files say so otherwise.
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return respond
