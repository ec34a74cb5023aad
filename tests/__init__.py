"""The tests mirror the tree of the course."""

SECONDS = 300  # ends a wait that would never end: no verdict depends on how fast the machine is
