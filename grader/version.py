"""The name under which results are stored. It changes whenever a grade could."""

import sim

# Raise it with every change of marking or diagnosis that could change what a stored answer earns or is told.
RULES = 1

GRADER_VERSION = f"{RULES}+sim{sim.VERSION}"
