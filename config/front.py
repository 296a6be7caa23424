"""Stands between granian and Django: a request is read whole before a thread is taken for it, a response made whole before it is sent.

A thread that reads a body, or writes a page, is held by whoever is slow at the other end; a few dozen of them would stop the process. Here
one event loop meets them, which holds no thread for anybody and gives up on a body that takes too long. Django runs behind it as any WSGI
application, in lanes of threads: what hashes passwords has a narrow one of its own, so that a lecture hall that signs in at once queues
there and nowhere else, and what supervisors ask has its own too, so that they are answered however busy the process is.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpResponse

from config.refusals import refusal, unavailable

# A lecture hall's network is slow now and then; nobody needs longer for a form.
BODY_SECONDS = 20.0
# How many bodies may be only half here, and how many bytes of them in all: both are what strangers can take. Beyond it, the one that has
# been coming for longest is given up: nobody whose body comes at once is refused for those whose body never does. A lecture hall that sends
# at once is not slow, only not read yet: a body is given up for others after some seconds, or where there are very many.
MOST_UNFINISHED = 256
MOST_AT_ONCE = 2048
SLOW_SECONDS = 3.0
MOST_UNFINISHED_BYTES = 256 * 1024 * 1024

Header = tuple[str, str]
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Headers(Protocol):
    def get(self, key: str, default: str = "") -> str: ...
    def keys(self) -> list[str]: ...
    def items(self) -> list[Header]: ...


class Scope(Protocol):
    """RSGI's description of a request, as far as it is used here."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Connection(Protocol):
    """RSGI's other end: the body, part by part, and the way back."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[Header], body: bytes) -> None: ...


@dataclass
class Answer:
    status: int
    headers: list[Header]
    body: bytes


class Refused(Exception):
    """A request that never reaches Django, and what its sender is told."""

    def __init__(self, response: HttpResponse) -> None:
        # The rest of an unread body is nothing to read the next request from.
        response.headers["Connection"] = "close"
        self.answer = Answer(response.status_code, list(response.items()), response.content)


@dataclass
class Lane:
    """So many requests at a time, and so many that may wait for their turn."""

    name: str
    threads: int
    most: int
    here: int = 0
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, self.name)

    async def run(self, path: str, work: Callable[[Environ], Answer], environ: Environ) -> Answer:
        if self.here >= self.most:
            raise Refused(unavailable(path, "Too many people want this at once. Try again in a moment."))
        self.here += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, work, environ)
        finally:
            self.here -= 1


class Front:
    def __init__(self, application: Application, threads: int) -> None:
        self.application = application
        self.unfinished: dict[asyncio.Timeout, int] = {}  # bytes so far, by the clock of each; the oldest first
        self.pages = Lane("pages", threads, 1000)
        self.passwords = Lane("passwords", 2, 600)
        # One each: none of these questions waits for another.
        self.supervisors = {path: Lane(path, 1, 20) for path in ("/healthz/live", "/healthz/ready", "/metrics")}

    async def __rsgi__(self, scope: Scope, connection: Connection) -> None:
        try:
            refuse_odd_headers(scope)
            body = await self.body_of(scope, connection)
            answer = await self.lane_of(scope).run(scope.path, self.run, environ_of(scope, body))
        except Refused as refused:
            answer = refused.answer
        connection.response_bytes(answer.status, answer.headers, answer.body)

    def lane_of(self, scope: Scope) -> Lane:
        if scope.method == "POST" and scope.path.startswith(settings.PATHS_THAT_HASH):
            return self.passwords
        return self.supervisors.get(scope.path, self.pages)

    async def body_of(self, scope: Scope, connection: Connection) -> bytes:
        length, in_chunks = scope.headers.get("content-length", "0"), "transfer-encoding" in scope.headers.keys()  # noqa: SIM118
        if not in_chunks and (not length.isdecimal() or not 0 < int(length) <= settings.LARGEST_BODY):
            # Longer than any address takes: Django says so by the length alone, in the words of the page or of the API.
            return b""
        self.make_room()
        body = bytearray()
        clock = asyncio.timeout(BODY_SECONDS)
        self.unfinished[clock] = 0
        try:
            async with clock:
                async for part in connection:
                    body += part
                    self.unfinished[clock] = len(body)
                    if len(body) > settings.LARGEST_BODY:
                        raise Refused(refusal(scope.path, "too_large", f"It may have at most {settings.LARGEST_BODY:,} bytes."))
        except TimeoutError:
            sentence = f"It was not complete after {BODY_SECONDS:.0f} seconds, or held up others who were quicker. Send it again."
            raise Refused(refusal(scope.path, "too_slow", sentence)) from None
        finally:
            self.unfinished.pop(clock, None)
        if not in_chunks and len(body) != int(length):
            raise Refused(refusal(scope.path, "malformed", "The request ended before it was complete. Send it again."))
        return bytes(body)

    def make_room(self) -> None:
        now = asyncio.get_running_loop().time()
        while self.unfinished and self.is_crowded(now):
            oldest = next(iter(self.unfinished))
            del self.unfinished[oldest]
            if not oldest.expired():
                oldest.reschedule(now)

    def is_crowded(self, now: float) -> bool:
        many = len(self.unfinished)
        if many >= MOST_AT_ONCE or sum(self.unfinished.values()) >= MOST_UNFINISHED_BYTES:
            return True
        ends = next(iter(self.unfinished)).when()
        return many >= MOST_UNFINISHED and (ends is None or now >= ends - BODY_SECONDS + SLOW_SECONDS)

    def run(self, environ: Environ) -> Answer:
        """In a thread: Django, from the first line to the last byte, so that nothing of it waits for the network."""
        answer = Answer(500, [], b"")

        def start_response(status: str, headers: list[Header], exc_info: Any = None) -> None:
            answer.status, answer.headers = int(status[:3]), headers

        parts = self.application(environ, start_response)
        try:
            answer.body = b"".join(parts)
        finally:
            # Here Django looks after its database connections.
            if hasattr(parts, "close"):
                parts.close()
        return answer


def refuse_odd_headers(scope: Scope) -> None:
    """Granian leaves out a header that is not plain text; what its sender meant by it must not be ignored in silence."""
    if odd := set(scope.headers.keys()) - {name for name, _ in scope.headers.items()}:
        # To a program that sends a bad key it is a bad key, whatever is bad about it.
        kind = "invalid" if odd == {"idempotency-key"} else "malformed"
        raise Refused(refusal(scope.path, kind, f"The header {min(odd)} may hold plain ASCII characters only."))


def environ_of(scope: Scope, body: bytes) -> Environ:
    """PEP 3333's description of the same request."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # RSGI gives the path decoded; PEP 3333 wants its bytes, each as one character.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # X_Forwarded_Proto would arrive under the name of X-Forwarded-Proto, which only the proxy may set.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    if settings.BEHIND_PROXY and (passed_on := environ.get("HTTP_X_FORWARDED_FOR")):
        # The last of the list is what our own proxy saw; whatever stands before it, anybody may have written.
        environ["REMOTE_ADDR"] = str(passed_on).rpartition(",")[2].strip()
    return environ
