"""A real Chromium for the tests that look at pages as a person does. Found, or installed, or a loud failure: never a skip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A sandbox inside a container's or a root's sandbox does not start; the pages are our own.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars")


def find() -> str | None:
    if chosen := os.environ.get("HEAPLAB_CHROMIUM"):
        return chosen
    for name in NAMES:
        if found := shutil.which(name):
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    downloaded = sorted(cache.glob("chromium-*/chrome-linux*/chrome")) + sorted(cache.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"))
    return str(downloaded[-1]) if downloaded else None


def install() -> str:
    """The distribution's where we may install, else Playwright's own download. Returns what was said."""
    said = ""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=600"]
        commands[:0] = [["apt-get", "update", "-qq"], [*install, "chromium", "fonts-dejavu-core"]]
    for command in commands:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=900, env=environment)
        said += done.stdout[-300:] + done.stderr[-300:]
        if find():
            break
    return said


def path() -> str:
    if found := find():
        return found
    said = install()
    if found := find():
        return found
    reason = " ".join(said.split())[-300:]
    raise AssertionError(f"No Chromium, and none could be installed: install one or name it in HEAPLAB_CHROMIUM. {reason}")


if __name__ == "__main__":
    print(path())
