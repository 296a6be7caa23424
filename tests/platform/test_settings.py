"""Settings: nothing set is a laptop, HEAPLAB_URL makes a fleet, and nonsense is named instead of guessed at."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import environment

PROJECT = Path(__file__).resolve().parents[2]
FLEET = {
    "HEAPLAB_URL": "https://heaplab.example",
    "SECRET_KEY": "fifty characters and more that nobody will ever guess, or so we say",
    "DATABASE_URL": "postgres://heaplab@127.0.0.1:1/heaplab",
    "BROKER_URL": "redis://127.0.0.1:1/0",
}


def manage(command: list[str], settings: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    given = {"PATH": "/usr/bin:/bin", "HOME": str(home), "HEAPLAB_DATA": str(home / "data"), "HEAPLAB_NO_BOOTSTRAP": "1", **settings}
    line = [sys.executable, str(PROJECT / "manage.py"), *command]
    return subprocess.run(line, env=given, capture_output=True, text=True, check=False, timeout=60)


def setting(name: str) -> list[str]:
    return ["shell", "--verbosity", "0", "-c", f"from django.conf import settings; print(settings.{name})"]


def test_a_laptop_needs_no_setting_and_makes_its_own_key_once(tmp_path: Path) -> None:
    first, second = (manage(setting("SECRET_KEY"), {}, tmp_path) for _ in range(2))
    assert len(first.stdout.strip()) > 40 and first.stdout == second.stdout
    assert manage(setting("DEBUG"), {}, tmp_path).stdout.strip() == "False"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "BROKER_URL"])
def test_a_fleet_that_was_not_told_everything_does_not_start(missing: str, tmp_path: Path) -> None:
    done = manage(["check"], {name: value for name, value in FLEET.items() if name != missing}, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"A setting is wrong. {missing} is not set") and "Traceback" not in done.stderr


def test_a_fleet_in_debug_mode_does_not_start(tmp_path: Path) -> None:
    done = manage(["check"], FLEET | {"DEBUG": "yes"}, tmp_path)
    assert done.returncode == 2 and "DEBUG is on although HEAPLAB_URL is set" in done.stderr


@pytest.mark.parametrize("guessed", ["x" * 60, "abcdefghij" * 6, "0101" * 15, "changeme-" * 7])
def test_a_secret_that_repeats_itself_is_none(guessed: str, tmp_path: Path) -> None:
    done = manage(["check"], FLEET | {"SECRET_KEY": guessed}, tmp_path)
    assert done.returncode == 2 and "SECRET_KEY repeats itself and can be guessed" in done.stderr and "openssl" in done.stderr


def test_a_fleet_that_people_would_reach_without_tls_does_not_start(tmp_path: Path) -> None:
    done = manage(["check"], FLEET | {"HEAPLAB_URL": "http://heaplab.example"}, tmp_path)
    assert done.returncode == 2 and "HEAPLAB_URL begins with http://" in done.stderr
    assert manage(["check"], FLEET | {"HEAPLAB_URL": "http://127.0.0.1:8000"}, tmp_path).returncode == 0


def test_cookies_belong_to_this_very_host(tmp_path: Path) -> None:
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"):
        assert manage(setting(name), FLEET, tmp_path).stdout.startswith("__Host-")
        assert not manage(setting(name), {}, tmp_path).stdout.startswith("__Host-"), "a laptop has no https"


def test_the_deployment_check_finds_nothing_in_fleet_form(tmp_path: Path) -> None:
    done = manage(["check", "--deploy", "--fail-level", "WARNING"], FLEET, tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_secret_may_be_a_mounted_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(FLEET["SECRET_KEY"] + "\n")
    settings = {name: value for name, value in FLEET.items() if name != "SECRET_KEY"} | {"SECRET_KEY_FILE": str(tmp_path / "key")}
    assert manage(setting("SECRET_KEY"), settings, tmp_path).stdout.strip() == FLEET["SECRET_KEY"]


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = manage(["migrate"], FLEET, tmp_path)
    assert done.returncode == 3
    assert done.stderr.startswith("The database does not answer") and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("value", "said"),
    [("many", "PATIENCE is 'many': write a whole number."), ("0", "PATIENCE is 0: the least that makes sense is 1.")],
)
def test_a_number_that_is_none_is_named(value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATIENCE", value)
    with pytest.raises(environment.BadSetting) as problem:
        environment.integer("PATIENCE", 5, at_least=1)
    assert str(problem.value) == said


def test_a_value_and_a_file_for_the_same_setting_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOKEN", "plain")
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(environment.BadSetting, match="keep one of them"):
        environment.text("TOKEN")


def test_a_secret_file_that_is_missing_or_empty_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(environment.BadSetting, match="cannot be read"):
        environment.text("TOKEN")
    (tmp_path / "token").write_text("\n")
    with pytest.raises(environment.BadSetting, match="is empty"):
        environment.text("TOKEN")


def test_a_password_with_odd_characters_survives_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "postgres://heap%40lab:p%2Fw%3A@db.example:6543/grades")
    found = environment.database("SOME_URL", "")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "heap@lab",
        "p/w:",
        "db.example",
        "6543",
        "grades",
    )


def test_a_broker_address_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "http://broker")
    with pytest.raises(environment.BadSetting, match="must begin with redis:// or amqp://"):
        environment.url("SOME_URL", ("redis", "amqp"))


def test_a_brokers_password_may_stand_apart_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "redis://valkey:6379/0")
    monkeypatch.setenv("BROKER_PASSWORD", "p/w:1")
    assert environment.broker("SOME_URL", ("redis",), "") == "redis://:p%2Fw%3A1@valkey:6379/0"
    monkeypatch.setenv("SOME_URL", "redis://:its-own@valkey:6379/0")
    assert environment.broker("SOME_URL", ("redis",), "") == "redis://:its-own@valkey:6379/0"


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("smtp://lab:p%2Fw@mail.example.edu", ("mail.example.edu", 587, "lab", "p/w", True, False)),
        ("smtps://mail.example.edu", ("mail.example.edu", 465, "", "", False, True)),
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_mail_leaves_this_machine_under_tls_only(monkeypatch: pytest.MonkeyPatch, address: str, read: tuple[object, ...]) -> None:
    monkeypatch.setenv("SOME_URL", address)
    assert environment.mail("SOME_URL") == read


@pytest.mark.parametrize("address", ["mail.example.edu", "http://mail.example.edu", "smtp://", "smtp://mail.example.edu:mail"])
def test_a_mail_server_that_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SOME_URL", address)
    with pytest.raises(environment.BadSetting, match="SOME_URL must"):
        environment.mail("SOME_URL")
