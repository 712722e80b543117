#!/usr/bin/env python3
"""Every command of the house. `quickstart` and `test` set themselves up; the others run in .venv when it is there."""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (this line is for those who start it with an older Python)
        sys.exit("Rightsdesk needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    from portal import bootstrap

    sys.exit(bootstrap.main(sys.argv))
