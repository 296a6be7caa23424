"""What is installed is what was locked: by exact version and hash, from the ordinary index."""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+?)(?: ;.*)? \\$")


def locked() -> dict[str, tuple[str, set[str]]]:
    found = {}
    for package in tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        found[package["name"]] = (package["version"], {file["hash"] for file in files})
    return found


def exported(name: str) -> dict[str, tuple[str, set[str]]]:
    found: dict[str, tuple[str, set[str]]] = {}
    current: set[str] = set()
    for line in (PROJECT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            current = set()
            found[match.group(1)] = (match.group(2), current)
        else:
            current.update(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line))
    return found


@pytest.mark.parametrize("name", ["base.txt", "test.txt"])
def test_the_exports_for_pip_say_what_the_lock_says(name: str) -> None:
    lock, export = locked(), exported(name)
    assert len(export) > 40
    assert export == {package: lock[package] for package in export}


def test_the_tests_run_on_what_is_served_and_more() -> None:
    assert exported("base.txt").items() <= exported("test.txt").items()


def test_every_package_has_a_hash_and_no_line_names_an_index() -> None:
    for path in (PROJECT / "requirements").glob("*.txt"):
        assert all(hashes for _, hashes in exported(path.name).values()), path.name
        assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links)|://", path.read_text(encoding="utf-8"), re.MULTILINE)
    hosts = set(re.findall(r"://([^/\"]+)", (PROJECT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_what_we_ask_for_by_name_is_in_the_lock() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *(one for group in project["dependency-groups"].values() for one in group)]
    names = {re.split(r"[\[<>=;! ]", one, maxsplit=1)[0].lower() for one in asked}
    assert names <= set(locked())
