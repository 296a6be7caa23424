"""The data folder of one laptop: secrets made once, and where the servers of a running `up` listen.

Imports nothing of Django: the settings themselves read from here.
"""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """HEAPLAB_DATA, or .heaplab inside the project."""
    return Path(os.environ.get("HEAPLAB_DATA") or PROJECT / ".heaplab").absolute()


def prepare(folder: Path) -> Path:
    """Makes the folder, for this account's eyes only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Writes the file whole or not at all, readable by this account alone."""
    prepare(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def random_secret() -> str:
    return secrets.token_urlsafe(36)


def kept_secret(name: str) -> str:
    """A random value that is made once and then stays, in a file of the data folder."""
    path = data_folder() / "secrets" / name
    with suppress(FileNotFoundError):
        if value := path.read_text(encoding="utf-8").strip():
            return value
    value = random_secret()
    write_private(path, value)
    return value


def remember_addresses(addresses: dict[str, str]) -> None:
    """Lets other commands (`manage.py shell`, `bench_grading`) find the database and broker of the running `up`."""
    write_private(data_folder() / "servers.json", json.dumps(addresses, indent=1))


def known_addresses() -> dict[str, str]:
    try:
        return dict(json.loads((data_folder() / "servers.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}


def lite_addresses() -> dict[str, str]:
    """One SQLite file, and a broker inside the process."""
    return {"DATABASE_URL": f"sqlite://{data_folder() / 'lite.sqlite3'}", "BROKER_URL": "memory://"}
