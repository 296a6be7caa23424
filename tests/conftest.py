"""What every test may ask for. The people of the tests live beside the tests that tell of them."""

import pytest

from tests import chromium


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program file of a real Chromium, for Playwright's `executable_path`."""
    return chromium.path()
