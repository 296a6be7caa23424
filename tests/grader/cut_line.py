"""The line between a worker and PostgreSQL, cut at the worst moment: a claim is committed, and its answer never arrives."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

# What a claim that found work asks for last, and what the database says when it is committed.
LAST_ASKED = b"FROM grader_grading g JOIN grader_submission s"
COMMITTED = b"COMMIT\x00"


class CutLine:
    """Passes everything on, but for so many answers."""

    def __init__(self, database_port: int, cuts: int) -> None:
        self.database_port, self.left, self.done = database_port, cuts, 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                worker, _ = self.door.accept()
                database = socket.create_connection(("127.0.0.1", self.database_port))
                claimed = threading.Event()
                threading.Thread(target=self._asked, args=(worker, database, claimed), daemon=True).start()
                threading.Thread(target=self._answered, args=(database, worker, claimed), daemon=True).start()

    def _asked(self, worker: socket.socket, database: socket.socket, claimed: threading.Event) -> None:
        with suppress(OSError):
            while part := worker.recv(1 << 16):
                if LAST_ASKED in part:
                    claimed.set()
                database.sendall(part)
        with suppress(OSError):
            database.shutdown(socket.SHUT_RDWR)

    def _answered(self, database: socket.socket, worker: socket.socket, claimed: threading.Event) -> None:
        with suppress(OSError):
            while part := database.recv(1 << 16):
                if claimed.is_set() and COMMITTED in part:
                    claimed.clear()
                    if self.done < self.left:
                        self.done += 1
                        worker.shutdown(socket.SHUT_RDWR)
                        database.shutdown(socket.SHUT_RDWR)
                        return
                worker.sendall(part)
        with suppress(OSError):
            worker.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.door.close()
