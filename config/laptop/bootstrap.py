"""Makes the project's own environment (.venv) from the hash-pinned lock, and goes on inside it.

`python3 manage.py ...` starts here, under whatever `python3` the machine has: this file keeps to what Python 3.6 can read,
and imports the rest of the project by name, once the environment is there.
"""

import errno
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from typing import Dict, List, Optional, Tuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OLDEST, NEWEST = (3, 11), (3, 14)
PREFERRED = ("3.13", "3.12", "3.11", "3.14")
# What tells that an environment chosen by the caller is one of ours.
NEEDED = {"base": ("django", "celery", "psycopg", "granian"), "test": ("django", "celery", "psycopg", "granian", "pytest", "pytest_django")}
READ_ONLY = "{} cannot be written ({}): clone Heaplab into a folder of yours, or set HEAPLAB_VENV and HEAPLAB_DATA to such folders."
DISK_FULL = "The disk is full ({}): free about 600 MB and run the command again."


class CannotSetUp(Exception):
    """Why not, and what to do, in a sentence."""


def main(argv: List[str]) -> int:
    command = argv[1] if len(argv) > 1 else "help"
    os.environ.setdefault("HEAPLAB_BEGAN", str(time.time()))
    try:
        if not usable_as_it_is(command):
            # HEAPLAB_REQUIREMENTS=next is for trying the next series of Django beside the locked one.
            set_up_and_enter(argv, os.environ.get("HEAPLAB_REQUIREMENTS") or ("test" if command == "test" else "base"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        return run(command, argv)
    except CannotSetUp as problem:
        return say(str(problem))
    except KeyboardInterrupt:
        return say("Stopped.")


def say(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def run(command: str, argv: List[str]) -> int:
    if command == "up":
        return int(importlib.import_module("config.laptop.up").main(argv[2:]))
    if command == "test":
        return int(importlib.import_module("pytest").main(on_all_cores(argv[2:])))
    return int(importlib.import_module("config.commands").main(argv))


def on_all_cores(options: List[str]) -> List[str]:
    """The whole suite runs on every core; tests that are named, or a number of processes, are taken as they are."""
    chosen = any(not option.startswith("-") or option.startswith(("-n", "-x", "--pdb", "-h", "--help")) for option in options)
    return options if chosen else [*options, "-n", "auto", "--dist", "loadgroup"]


# --- Is there anything to do? ---


def usable_as_it_is(command: str) -> bool:
    """An environment that somebody else made and that has what we need: a container, a developer's own."""
    if os.environ.get("HEAPLAB_NO_BOOTSTRAP"):
        return True
    inside_another = sys.prefix != sys.base_prefix and not same_folder(sys.prefix, environment_folder())
    return inside_another and all(importlib.util.find_spec(name) for name in NEEDED["test" if command == "test" else "base"])


def same_folder(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def environment_folder() -> str:
    return os.path.abspath(os.environ.get("HEAPLAB_VENV") or os.path.join(PROJECT, ".venv"))


def environment_python() -> str:
    return os.path.join(environment_folder(), "Scripts" if os.name == "nt" else "bin", "python.exe" if os.name == "nt" else "python")


def fingerprint(wanted: str) -> str:
    with open(os.path.join(PROJECT, "requirements", wanted + ".txt"), "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def stamp_path(wanted: str) -> str:
    return os.path.join(environment_folder(), "heaplab-" + wanted + ".stamp")


def is_ready(wanted: str) -> bool:
    """True where the last complete installation was from this very lock. What the tests need includes the rest."""
    if not os.path.exists(environment_python()):
        return False
    for installed in {"base": ("base", "test")}.get(wanted, (wanted,)):
        try:
            with open(stamp_path(installed)) as stamp:
                if stamp.read() == fingerprint(installed):
                    return True
        except OSError:
            continue
    return False


# --- Making it ---


def set_up_and_enter(argv: List[str], wanted: str) -> None:
    if not is_ready(wanted):
        folder = environment_folder()
        try:
            with only_one_at_a_time(folder):
                if not is_ready(wanted):
                    install(folder, wanted)
        except OSError as error:
            raise CannotSetUp(explain(error, folder))
    if same_folder(sys.prefix, environment_folder()):
        return
    child = dict(os.environ)
    # Without compiled files every start takes seconds longer.
    child.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [environment_python(), os.path.join(PROJECT, "manage.py")] + argv[1:]
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=child))
    os.execve(command[0], command, child)


def explain(error: OSError, folder: str) -> str:
    if error.errno == errno.ENOSPC:
        return DISK_FULL.format(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST):
        return READ_ONLY.format(os.path.dirname(folder), os.strerror(error.errno))
    return "The environment {} could not be made: {}.".format(folder, error)


class only_one_at_a_time:
    """Two first starts at once must not write into one another's environment."""

    def __init__(self, folder: str) -> None:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        self.path = folder + ".lock"

    def __enter__(self) -> "only_one_at_a_time":
        self.file = open(self.path, "w")
        if fcntl is not None:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                sys.stderr.write("Another start is installing already: waiting for it.\n")
                fcntl.flock(self.file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *problem: object) -> None:
        self.file.close()


def install(folder: str, wanted: str) -> None:
    uv = shutil.which("uv")
    began = time.time()
    child = dict(os.environ)
    child.pop("PYTHONDONTWRITEBYTECODE", None)
    child.pop("VIRTUAL_ENV", None)
    child["UV_PYTHON_DOWNLOADS"] = "never"
    lock = os.path.join(PROJECT, "requirements", wanted + ".txt")
    if same_folder(sys.prefix, folder):
        python = sys.executable
    else:
        base = find_python()
        python = make_environment(base, folder, child)
    sys.stderr.write("Installing requirements/{}.txt into {}: half a minute, once.\n".format(wanted, os.path.relpath(folder)))
    exactly = ["--quiet", "--require-hashes", "--only-binary", ":all:", "-r", lock]
    installed = uv is not None and call([uv, "pip", "install", "--python", python, "--compile-bytecode"] + exactly, child)[0]
    if not installed:
        # An environment that uv made holds no pip of its own.
        if not call([python, "-c", "import pip"], child)[0]:
            call([python, "-m", "ensurepip", "--upgrade"], child)
        installed, words = call([python, "-m", "pip", "install", "--disable-pip-version-check"] + exactly, child)
        if not installed:
            raise CannotSetUp(explain_pip(words, folder))
    with open(stamp_path(wanted), "w") as stamp:
        stamp.write(fingerprint(wanted))
    sys.stderr.write("Ready in {:.0f} s.\n".format(time.time() - began))


def call(command: List[str], environment: Dict[str, str]) -> Tuple[bool, str]:
    """Whether it succeeded, and what it said."""
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def explain_pip(words: str, folder: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip() and not line.startswith("WARNING")]
    if is_full(words, folder):
        return DISK_FULL.format(folder)
    if "do not match the hashes" in words.lower():
        return "A downloaded package is not the one in the lock, so nothing was installed: ask who runs your mirror. " + " ".join(
            lines[-2:]
        )
    last = lines[-1] if lines else "no message"
    return "The packages could not be installed: {} Check the network (or the package mirror) and run the command again.".format(last)


def is_full(words: str, folder: str) -> bool:
    """Not every program that fails for want of space says so."""
    return "No space left" in words or shutil.disk_usage(os.path.dirname(folder)).free < 60 * 1024 * 1024


def make_environment(base: str, folder: str, child: Dict[str, str]) -> str:
    """An environment that is there and works is kept, and brought up to date."""
    there = version_of(environment_python())
    if there is not None and there >= OLDEST:
        return environment_python()
    done, words = call([base, "-m", "venv", "--clear", folder], child)
    if not done:
        if is_full(words, folder):
            raise CannotSetUp(DISK_FULL.format(folder))
        if "Permission denied" in words or "Read-only" in words:
            raise CannotSetUp(READ_ONLY.format(os.path.dirname(folder), "permission denied"))
        raise CannotSetUp("{} could not make the environment {}: {}".format(base, folder, " ".join(words.split())[-300:]))
    return environment_python()


def find_python() -> str:
    """The running interpreter if it will do; else the best one on this machine."""
    without_venv = None
    for candidate in candidates():
        version = version_of(candidate)
        if version is None or version < OLDEST:
            continue
        if call([candidate, "-I", "-c", "import venv, ensurepip"], dict(os.environ))[0]:
            return candidate
        without_venv = without_venv or (candidate, version)
    if without_venv:
        raise CannotSetUp(
            "{0} has no venv module: install it (on Debian and Ubuntu: apt install python{1}.{2}-venv) and run the command again.".format(
                without_venv[0], *without_venv[1]
            )
        )
    raise CannotSetUp(
        "Heaplab needs Python 3.11 or newer, and this is {}.{} with no newer one on the PATH: install one "
        "(python.org, `apt install python3 python3-venv`, `brew install python`) and run the command again.".format(*sys.version_info[:2])
    )


def candidates() -> List[str]:
    running = getattr(sys, "_base_executable", None) or sys.executable
    found = [running] if sys.version_info[:2] <= NEWEST else []
    # A version manager's shims fail for versions that are not active; its own folder is asked further down.
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder and "shims" not in folder.split(os.sep)]
    managed = os.path.join(os.path.expanduser("~"), ".pyenv", "versions")
    managed_versions = sorted(os.listdir(managed), reverse=True) if os.path.isdir(managed) else []
    for version in PREFERRED:
        found += [os.path.join(folder, "python" + version) for folder in folders]
        found += [os.path.join(managed, name, "bin", "python" + version) for name in managed_versions if name.startswith(version + ".")]
    found += [os.path.join(folder, "python3") for folder in folders] + [running]
    return [path for path in found if os.access(path, os.X_OK) and not os.path.isdir(path)]


def version_of(python: str) -> Optional[Tuple[int, ...]]:
    """(major, minor), or None where it does not run."""
    try:
        done, words = call([python, "-I", "-c", "import sys; print(*sys.version_info[:2])"], dict(os.environ))
        return tuple(int(part) for part in words.split()) if done else None
    except (OSError, ValueError):
        return None
