"""Tokens: reading and writing them by hand, crafted ones, and the editor."""
