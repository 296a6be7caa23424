"""The ways out of a simulating child, each really tried: what the wall is worth, as found and not as asked for.

A way is shut if the system says that it is not allowed, or that there is none of it left for this process. Every other answer, even an
error, means that the system listened: that counts as reached. What is tried harms nobody if it works: it goes at a folder and a sibling
made for it, or only looks.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import errno
import mmap
import os
import resource
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.simulating.wall import become_nobody, conceal, die_with

# Not allowed; no such call; and, by a limit of nothing: no descriptor, no process, no memory.
SHUT = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EMFILE, errno.EAGAIN, errno.ENOMEM}
PTRACE_DETACH, PTRACE_SEIZE = 17, 0x4206
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOWHERE = 1  # an address at which nothing lies: a call that gets to look there was not stopped before
# Calls for which a C library need not have a function: their numbers (x86_64, aarch64) and harmless arguments.
BY_NUMBER: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "bpf": (321, 280, (0, NOWHERE, 64)),
    "io_uring": (425, 425, (1, NOWHERE)),
    "kernel keys": (250, 219, (0, -3, 0)),
    "memory as a file": (319, 279, (NOWHERE, 0)),
    "performance events": (298, 241, (NOWHERE, 0, -1, -1, 0)),
    "user page faults": (323, 282, (0,)),
}
KNOWN = ctypes.create_string_buffer(b"what the fork server knows")


@dataclass(frozen=True)
class Targets:
    """What is tried at. Folder and sibling are expendable; fork server and worker are only looked at."""

    folder: Path
    sibling: int
    fork_server: int
    worker: int


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    """Called in the fork server. The folder is open to everybody, so that only the wall can keep a child from it."""
    folder, sibling = "/no-folder-could-be-made", 0
    try:
        with contextlib.suppress(OSError):
            folder = tempfile.mkdtemp(prefix="heaplab-wall-")
            os.chmod(folder, 0o777)
            for name in ("file", "doomed"):
                (Path(folder) / name).write_bytes(b"made to be lost")
                (Path(folder) / name).chmod(0o666)
        sibling = fork_sibling()
        yield Targets(Path(folder), sibling, os.getpid(), os.getppid())
    finally:
        if sibling:
            os.kill(sibling, signal.SIGKILL)
            os.waitpid(sibling, 0)
        shutil.rmtree(folder, ignore_errors=True)


def fork_sibling() -> int:
    """As another worker's child would be: the same user, concealed."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            become_nobody()
            conceal()
            die_with(parent)
            os.closerange(0, 256)
            while True:
                signal.pause()
        finally:
            os._exit(0)
    return pid


def reached(at: Targets) -> list[str]:
    """Called in the child. Those that change the child itself come last."""
    return [name for name, way in ways(at).items() if not is_shut(way)]


def is_shut(way: Callable[[], object]) -> bool:
    try:
        way()
    except OSError as error:
        return error.errno in SHUT
    except (MemoryError, ValueError, RuntimeError, AttributeError):
        # No memory; no limit above the hard one; no thread; and no such thing on this system.
        return True
    return False


def ways(at: Targets) -> dict[str, Callable[[], object]]:
    folder = at.folder
    return {
        "open a file": lambda: os.close(os.open(folder / "file", os.O_RDONLY)),
        "create a file": lambda: os.close(os.open(folder / "new", os.O_WRONLY | os.O_CREAT)),
        "list a folder": lambda: os.listdir(folder),
        "read the fork server's /proc": lambda: os.close(os.open(f"/proc/{at.fork_server}/environ", os.O_RDONLY)),
        "read the worker's /proc": lambda: os.close(os.open(f"/proc/{at.worker}/environ", os.O_RDONLY)),
        "read its own /proc": lambda: os.close(os.open("/proc/self/maps", os.O_RDONLY)),
        "stat": lambda: os.stat(folder / "file"),
        "readlink": lambda: os.readlink("/proc/self/exe"),
        "truncate": lambda: os.truncate(folder / "file", 0),
        "chmod": lambda: os.chmod(folder / "file", 0o600),
        "hard link": lambda: os.link(folder / "file", folder / "link"),
        "rename": lambda: os.rename(folder / "file", folder / "renamed"),
        "unlink": lambda: os.unlink(folder / "doomed"),
        "mkdir": lambda: os.mkdir(folder / "made"),
        "symlink": lambda: os.symlink("/", folder / "root"),
        "change folder": lambda: os.chdir(folder),
        "socket": lambda: socket.socket().close(),
        "local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "pipe": os.pipe,
        "fork": fork_once,
        "thread": lambda: _thread.start_new_thread(str, ()),
        "exec": lambda: call("execve", b"/proc/self/exe", NOWHERE, 0),
        "signal the fork server": lambda: os.kill(at.fork_server, 0),
        "signal the worker": lambda: os.kill(at.worker, 0),
        "priority of the fork server": lambda: os.setpriority(
            os.PRIO_PROCESS, at.fork_server, os.getpriority(os.PRIO_PROCESS, at.fork_server)
        ),
        "memory of the fork server": lambda: look_into(at.fork_server, ctypes.addressof(KNOWN)),
        "memory of the worker": lambda: look_into(at.worker, NOWHERE),
        "memory of a sibling": lambda: look_into(at.sibling, ctypes.addressof(KNOWN)),
        "trace a sibling": lambda: trace(at.sibling),
        "shared memory": share_memory,
        "mount": lambda: call("mount", b"none", str(folder).encode(), b"tmpfs", 0, 0),
        "2 GB of memory": lambda: bytearray(2 << 30),
        "executable memory": executable_memory,
        "higher limits": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
        **{name: partial(call_by_number, *numbers) for name, numbers in BY_NUMBER.items()},
        "kill a sibling": lambda: os.kill(at.sibling, signal.SIGKILL),
        # In a namespace of its own a process has no rights over anybody outside it: a sibling could not be killed any more.
        "own namespaces": lambda: call("unshare", CLONE_NEWUSER),
        "outlive the fork server": lambda: call("prctl", PR_SET_PDEATHSIG, 0, 0, 0, 0),
        "leave the process group": os.setsid,
        "chroot": lambda: os.chroot(folder),
    }


def call(name: str, *arguments: int | bytes) -> int:
    plain = [one if isinstance(one, bytes) else ctypes.c_long(one) for one in arguments]
    result: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*plain)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def call_by_number(x86_64: int, aarch64: int, arguments: tuple[int, ...]) -> int:
    return call("syscall", {"x86_64": x86_64, "aarch64": aarch64}.get(os.uname().machine, -1), *arguments)


def fork_once() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def look_into(pid: int, address: int) -> int:
    mine = ctypes.create_string_buffer(len(KNOWN))
    into, there = (ctypes.c_void_p * 2)(ctypes.addressof(mine), len(mine)), (ctypes.c_void_p * 2)(address, len(mine))
    return call("process_vm_readv", pid, ctypes.addressof(into), 1, ctypes.addressof(there), 1, 0)


def trace(pid: int) -> None:
    call("ptrace", PTRACE_SEIZE, pid, 0, 0)
    with contextlib.suppress(OSError):
        call("ptrace", PTRACE_DETACH, pid, 0, 0)


def share_memory() -> None:
    made = call("shmget", 0, 4096, 0o600)
    call("shmctl", made, 0, 0)  # taken away again


def executable_memory() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
