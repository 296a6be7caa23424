"""Reads settings from the environment, and raises on nonsense instead of guessing.

Every value may also be given as a file: NAME_FILE names a file whose content is the value, as container secrets are mounted.
"""

import os
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

# Fifty hexadecimal digits by chance have more than these; a pattern typed by hand has fewer.
FEWEST_DIFFERENT = 8


class BadSetting(Exception):
    """A variable holds something that cannot be meant; the message names the variable and the remedy."""


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names."""
    plain, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if plain and file:
        raise BadSetting(f"Both {name} and {name}_FILE are set: keep one of them.")
    if file:
        try:
            plain = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{name}_FILE names {file}, which cannot be read ({error}): correct the path or its permissions.") from None
        if not plain:
            raise BadSetting(f"{name}_FILE names {file}, which is empty: write the value into it.")
    if plain:
        return plain
    if default is None:
        raise BadSetting(f"{name} is not set: set {name}, or {name}_FILE to a file that holds it.")
    return default


def flag(name: str, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is {value!r}: write yes or no.")


def integer(name: str, default: int, at_least: int = 0) -> int:
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise BadSetting(f"{name} is {value!r}: write a whole number.") from None
    if number < at_least:
        raise BadSetting(f"{name} is {number}: the least that makes sense is {at_least}.")
    return number


def secret(name: str, shortest: int = 50) -> str:
    value = text(name)
    if len(value) < shortest:
        raise BadSetting(f"{name} is too short to be a secret: give at least {shortest} characters.")
    if len(set(value)) < FEWEST_DIFFERENT or value in (value + value)[1:-1]:
        raise BadSetting(f"{name} repeats itself and can be guessed: make one by chance, for example with `openssl rand -base64 48`.")
    return value


def url(name: str, schemes: tuple[str, ...], default: str | None = None) -> SplitResult:
    parts = urlsplit(text(name, default))
    if parts.scheme not in schemes:
        raise BadSetting(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return parts


def broker(name: str, schemes: tuple[str, ...], default: str) -> str:
    """An address whose password may stand apart, in BROKER_PASSWORD or the file that BROKER_PASSWORD_FILE names."""
    parts, password = url(name, schemes, default), text("BROKER_PASSWORD", "")
    if not password or parts.password:
        return parts.geturl()
    return parts._replace(netloc=f"{parts.username or ''}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}").geturl()


def mail(name: str) -> tuple[str, int, str, str, bool, bool]:
    """Host, port, user, password, STARTTLS, TLS of smtp://user:password@host:587 or smtps://...:465; the password may stand apart."""
    if not text(name, ""):
        return "", 25, "", "", False, False
    parts = url(name, ("smtp", "smtps"))
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise BadSetting(f"{name} must look like smtp://user:password@mail.example.edu:587.")
    at_once = parts.scheme == "smtps"
    # A server that is not this machine itself is spoken to under TLS only: what is sent opens accounts.
    starttls = not at_once and host not in {"localhost", "127.0.0.1", "::1"}
    password = unquote(parts.password) if parts.password else text("EMAIL_PASSWORD", "")
    return host, port or (465 if at_once else 587 if starttls else 25), unquote(parts.username or ""), password, starttls, at_once


def database(name: str, default: str) -> dict[str, object]:
    """A Django database from postgres://user:password@host:port/name or sqlite:///absolute/path."""
    parts = url(name, ("postgres", "postgresql", "sqlite"), default)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            # Opening SQLite costs more than a query. IMMEDIATE, because a transaction that reads first and writes later
            # cannot wait for the lock: it fails at once.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if not parts.hostname or not parts.path.strip("/"):
        raise BadSetting(f"{name} must look like postgres://user:password@host:5432/name.")
    statement = integer("DATABASE_STATEMENT_TIMEOUT", 5000)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password) if parts.password else text("DATABASE_PASSWORD", ""),
        "HOST": parts.hostname,
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": integer("DATABASE_CONNECTION_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 2,
            # Statements that are the same each time (grader/statements.py) are planned once per connection, from the first time on.
            "prepare_threshold": 0,
            "options": f"-c statement_timeout={statement} -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000",
        },
    }
