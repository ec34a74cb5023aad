"""The tests mirror the tree of the course."""

SECONDS = 180  # ends a wait that would never end: no verdict depends on how fast the machine is
