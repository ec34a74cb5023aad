"""What holds for every test."""

import signal

# A shell that runs the tests in its background ignores Ctrl-C for them, and so for the programs that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
