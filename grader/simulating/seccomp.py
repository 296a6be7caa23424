"""What a simulating child may ask of the system: a seccomp filter, default-deny, written as data.

A filter is a tiny program that the kernel runs at each system call. This one lets pass what a computation needs that is already loaded:
memory without execution, one descriptor to write to, signals to itself, the clock, randomness, the end. All else is refused with EPERM,
so that a library that asks for something needless goes on, and a simulator that cannot go on is a crash with a name. A call by another
architecture's numbers ends the process with SIGSYS.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from dataclasses import dataclass

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
PROT_EXEC = 4

ALLOW, REFUSE, KILL_PROCESS = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # 1 is EPERM
LOAD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
# Where the kernel puts things for the filter: struct seccomp_data. Only the low half of an argument is looked at, as the kernel does
# itself for descriptors, process numbers and protection bits.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 32
INSTRUCTION = struct.Struct("<HBBI")


@dataclass(frozen=True)
class Numbers:
    """System calls by this architecture's numbers, from its unistd.h."""

    audit: int
    free: tuple[int, ...]
    write: int
    kill: tuple[int, ...]
    memory: tuple[int, ...]  # with protection bits as third argument


ARCHITECTURES = {
    "x86_64": Numbers(
        audit=0xC000003E,
        # munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sched_yield mremap madvise getpid exit gettimeofday sigaltstack gettid
        # futex clock_gettime exit_group getrandom
        free=(11, 12, 13, 14, 15, 24, 25, 28, 39, 60, 96, 131, 186, 202, 228, 231, 318),
        write=1,
        kill=(62, 234),  # kill tgkill
        memory=(9, 10),  # mmap mprotect
    ),
    "aarch64": Numbers(
        audit=0xC00000B7,
        # exit exit_group futex clock_gettime sched_yield sigaltstack rt_sigaction rt_sigprocmask rt_sigreturn gettimeofday getpid gettid
        # brk munmap mremap madvise getrandom
        free=(93, 94, 98, 113, 124, 132, 134, 135, 139, 169, 172, 178, 214, 215, 216, 233, 278),
        write=64,
        kill=(129, 131),
        memory=(222, 226),
    ),
}


class NoFilter(Exception):
    """This system has no filter for us; says why."""


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def filter_for(numbers: Numbers, writing: int, pid: int) -> bytes:
    """For a child with this process number that may write to this descriptor."""

    def pass_if(number: int, argument: int, jump: int, value: int, *, when: bool) -> list[tuple[int, int, int, int]]:
        return [
            (JUMP_IF_EQUAL, 0, 4, number),
            (LOAD, 0, 0, argument),
            (jump, 0 if when else 1, 1 if when else 0, value),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, REFUSE),
        ]

    lines = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_IF_EQUAL, 1, 0, numbers.audit), (RETURN, 0, 0, KILL_PROCESS), (LOAD, 0, 0, NUMBER)]
    for number in numbers.memory:
        lines += pass_if(number, THIRD_ARGUMENT, JUMP_IF_ANY_BIT, PROT_EXEC, when=False)
    for number in numbers.free:
        lines += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    lines += pass_if(numbers.write, FIRST_ARGUMENT, JUMP_IF_EQUAL, writing, when=True)
    for number in numbers.kill:
        lines += pass_if(number, FIRST_ARGUMENT, JUMP_IF_EQUAL, pid, when=True)
    lines.append((RETURN, 0, 0, REFUSE))
    return b"".join(INSTRUCTION.pack(*line) for line in lines)


def install(program: bytes) -> None:
    """For this process and for good. Raises NoFilter."""
    kernel = ctypes.CDLL(None, use_errno=True)
    body = ctypes.create_string_buffer(program)
    described = Program(len(program) // INSTRUCTION.size, ctypes.addressof(body))
    # Without the promise never to gain rights, only root may set a filter.
    kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(described), 0, 0) != 0:
        raise NoFilter(os.strerror(ctypes.get_errno()))


def allow_only_computing(writing: int) -> None:
    """Raises NoFilter, where the system has none or its numbers are not known here."""
    machine = os.uname().machine
    if sys.platform != "linux":
        raise NoFilter("only Linux has one")
    if machine not in ARCHITECTURES or sys.maxsize < 2**32 or sys.byteorder != "little":
        raise NoFilter(f"its system calls are not known here for {machine}")
    install(filter_for(ARCHITECTURES[machine], writing, os.getpid()))
