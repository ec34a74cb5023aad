"""`python -m course`. The version check must run, and be readable, on any older Python."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This course needs Python 3.11 or newer, and this is Python %d.%d. "
        "Install a newer one from https://www.python.org/downloads/ and run the command with it."
        % sys.version_info[:2]
    )

from course.commands import main

main()
