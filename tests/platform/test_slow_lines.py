"""People at slow lines, and those who only pretend to be: a real web process goes on answering everybody else."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from itertools import count

import pytest

from config import front
from tests.platform.webserver import PATIENCE, WebServer


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    # Fewer threads than slow lines, by far.
    server = WebServer(tmp_path_factory.mktemp("web"), WEB_THREADS="4")
    server.manage("migrate", "--verbosity", "0")
    with server.running():
        yield server


def test_forty_eight_unfinished_forms_hold_up_nobody(web: WebServer) -> None:
    slow = [web.half_a_request("/sign-in/") for _ in range(48)]
    for line in slow:
        line.sendall(b"b")
    assert web.get("/healthz/live")[0] == 200
    assert web.get("/healthz/ready")[0] == 200
    status, page, _ = web.get("/sign-in/")
    assert status == 200 and 'name="password"' in page
    # Bodies that arrive are read too, while the others still stand open.
    status, page, _ = web.sign_in("nobody", "nothing")
    assert status == 200 and "do not belong together" in page
    for line in slow:
        assert still_open(line), "it was the process that endured, not the lines that went away"
        line.close()


def test_a_body_that_never_comes_to_its_end_is_given_up_with_a_sentence(web: WebServer) -> None:
    page, program = web.half_a_request("/sign-in/"), web.half_a_request("/api/v1/submissions/bulk/")
    assert (answer := whole_answer(page)).startswith("HTTP/1.1 408 ") and "Send it again" in answer and "<h1>" in answer
    answer = whole_answer(program)
    assert answer.startswith("HTTP/1.1 408 ") and "application/problem+json" in answer and "urn:heaplab:problem:too_slow" in answer


def test_whoever_sends_a_body_at_once_is_served_however_many_others_never_finish_theirs(web: WebServer) -> None:
    slow = [web.half_a_request("/sign-in/") for _ in range(front.MOST_UNFINISHED)]
    # As many as memory is set aside for: all who come next are taken all the same, and as soon as it is slow the one that has been coming
    # for longest is told.
    for number in count():
        status, page, _ = web.sign_in(f"nobody{number}", "nothing")
        assert status == 200 and "do not belong together" in page
        if select.select([slow[0]], [], [], 0)[0]:
            break
    assert (answer := whole_answer(slow[0])).startswith("HTTP/1.1 408 ") and "Send it again" in answer
    assert still_open(slow[-1])
    for line in slow:
        line.close()


def test_readers_who_never_read_their_answer_hold_up_nobody(web: WebServer) -> None:
    lines = []
    for _ in range(24):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", web.port))
        # The largest file there is, and not a byte of it is taken.
        line.sendall(b"GET /static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        lines.append(line)
    assert web.get("/healthz/live")[0] == 200
    assert web.get("/sign-in/")[0] == 200
    for line in lines:
        line.close()


def test_a_body_without_a_length_arrives_whole_and_an_endless_one_is_cut_off(web: WebServer) -> None:
    def in_parts(*parts: bytes) -> str:
        with socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE) as line:
            line.sendall(b"POST /api/v1/submissions/bulk/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for part in parts:
                    line.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                line.sendall(b"0\r\n\r\n")
            except OSError:
                pass  # it has heard enough
            return whole_answer(line)

    assert in_parts(b"{", b"}").startswith("HTTP/1.1 401 ")
    assert in_parts(*[b"x" * 1_048_576] * 30).startswith("HTTP/1.1 413 ")


def test_a_header_that_is_not_plain_text_is_refused_and_not_left_out(web: WebServer) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE) as line:
        line.sendall(b"POST /api/v1/submissions/bulk/ HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: \xe9ins\r\nContent-Length: 0\r\n\r\n")
        answer = whole_answer(line)
    assert answer.startswith("HTTP/1.1 422 ") and "idempotency-key" in answer


def test_addresses_with_odd_bytes_and_headers_with_underscores_reach_django_as_they_should(web: WebServer) -> None:
    assert web.get("/courses/%ff%00/")[0] == 404
    assert web.get("/courses/memory%2D101/")[0] == 302
    assert web.get("/courses/memory%252D101/")[0] == 404, "decoded once, not twice"
    # Only X-Forwarded-Proto itself is the proxy's to set; and here there is none to believe.
    assert web.get("/sign-in/", {"X_Forwarded_Proto": "https"})[0] == 200


def still_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True


def whole_answer(line: socket.socket) -> str:
    parts = []
    line.settimeout(PATIENCE)
    try:
        while part := line.recv(65536):
            parts.append(part)
            head, end, body = b"".join(parts).partition(b"\r\n\r\n")
            length = next((int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0)
            if end and len(body) >= length:
                break
    except ConnectionResetError:
        pass  # what it had to say came before
    return b"".join(parts).decode()


def test_a_forged_host_is_a_short_line_in_the_log_and_no_traceback(web: WebServer) -> None:
    forged = "evil " + "x" * 20_000
    for path in ("/sign-in/", "/api/v1/token/"):
        assert web.get(path, {"Host": forged})[0] == 400
    said = web.log.read_text()
    assert said.count("Invalid HTTP_HOST header") == 2 and "Traceback" not in said
    assert all(len(line) < 1000 for line in said.splitlines())
