"""CPython's own tests, of the interpreter that runs these tests: a method that the simulator once won is never lost again.

`cpython_methods.tsv` lists them by name; their text is read where Python is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sim
from tests.sim import cpython_tests
from tests.sim.cpython_methods import Pool, program

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
INSTALLED = cpython_tests.tests_of(sys.executable)
WON = {method: versions for method, versions in cpython_tests.recorded().items() if PYTHON in versions}


def test_there_is_a_list_of_methods_for_the_versions_whose_tests_were_read() -> None:
    """Alice looks what the score rests on."""
    versions = {version for versions in cpython_tests.recorded().values() for version in versions}

    assert versions <= set(sim.PYTHONS)
    assert {"3.11", "3.12", "3.13"} <= versions


def test_without_an_installed_test_package_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bob's distribution leaves CPython's tests out."""
    status = cpython_tests.main(["--tests", str(tmp_path), "--judge", sys.executable, "--cache", str(tmp_path)])

    assert status == 2
    assert "none of CPython's tests" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted({method.file for method in WON}) if INSTALLED else [])
def test_the_simulator_passes_what_it_passed_of_cpythons_own_tests(file: str) -> None:
    """Carol upgrades the simulator and nothing that worked breaks."""
    assert INSTALLED is not None
    pool = Pool(INSTALLED, file)
    wanted = [method for method in pool.methods() if method in WON]
    lost = {}
    for method in wanted:
        ending, why, _ = cpython_tests.simulated(program(pool, method), PYTHON)
        if ending != "ok":
            lost[str(method)] = why

    assert lost == {}
    assert wanted


def test_a_method_becomes_a_program_with_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """Dora wonders what is run: imports, definitions and helper methods that the test uses, and our own words for unittest."""
    (tmp_path / "test_small.py").write_text(
        "import unittest\nimport gc, socket\nfrom test.support import gc_collect, swap_attr\n"
        "LIMIT = 3\nUNUSED = 4\nclass Node: pass\n"
        "class Tests(unittest.TestCase):\n"
        "    kind = Node\n"
        "    def make(self): return self.kind()\n"
        "    def other(self): socket.socket()\n"
        "    def test_made(self):\n"
        "        gc_collect()\n"
        "        self.assertEqual(len([self.make() for _ in range(LIMIT)]), LIMIT)\n"
        "    def test_far(self): self.other()\n",
        encoding="utf-8",
    )
    pool = Pool(tmp_path, "test_small")
    made, far = pool.methods()

    text = program(pool, made)
    outcome = sim.run(text)

    assert outcome.output == "ok\n", outcome.error
    assert "UNUSED" not in text and "socket" not in text and "swap_attr" not in text and "def make" in text
    with pytest.raises(cpython_tests.NotSelfContained, match="module socket"):
        program(pool, far)
