"""Servers in the background of a notebook, and what can be seen of them."""
