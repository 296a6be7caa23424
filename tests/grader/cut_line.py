"""The line between a worker and PostgreSQL, cut at the worst moment: a claim is committed, and its answer never arrives."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

# What the database says to a claim: a column that nothing else asks for, that there was nothing, and that it is committed.
ANSWER, NOTHING, COMMITTED = b"crash_nodes\x00", b"SELECT 0\x00", b"COMMIT\x00"


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
                threading.Thread(target=self._asked, args=(worker, database), daemon=True).start()
                threading.Thread(target=self._answered, args=(database, worker), daemon=True).start()

    def _asked(self, worker: socket.socket, database: socket.socket) -> None:
        with suppress(OSError):
            while part := worker.recv(1 << 16):
                database.sendall(part)
        with suppress(OSError):
            database.shutdown(socket.SHUT_RDWR)

    def _answered(self, database: socket.socket, worker: socket.socket) -> None:
        claimed = False
        with suppress(OSError):
            while part := database.recv(1 << 16):
                claimed = claimed or (ANSWER in part and NOTHING not in part)
                if claimed and COMMITTED in part:
                    claimed = False
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
