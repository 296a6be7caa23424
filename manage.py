#!/usr/bin/env python3
"""`python3 manage.py up` runs Heaplab, `python3 manage.py test` tests it; both set themselves up."""

import sys

from config.laptop import bootstrap

if __name__ == "__main__":
    sys.exit(bootstrap.main(sys.argv))
