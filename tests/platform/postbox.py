"""A mail server that takes everything and keeps it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue

Postbox = Queue[EmailMessage]


@contextmanager
def mail_server() -> Iterator[tuple[str, Postbox]]:
    """Its EMAIL_URL, and what arrives."""
    arrived: Postbox = Queue()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 postbox")
            while line := self.rfile.readline():
                match line[:4].strip().upper():
                    case b"DATA":
                        self.say("354 go on")
                        text = b"".join(iter(self.rfile.readline, b".\r\n"))
                        arrived.put(message_from_bytes(text, policy=policy.default))
                        self.say("250 kept")
                    case b"QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 fine")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", arrived
        server.shutdown()
