"""The product's own settings with a short lease, so that a test may wait for one to run out."""

import os

from config.settings import *  # noqa: F403

GRADER_LEASE_SECONDS = int(os.environ.get("FLEET_LEASE_SECONDS", "3"))
GRADER_DRAIN_AFTER_SECONDS = 0.3
