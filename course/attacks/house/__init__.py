"""Servers that are broken on purpose, to be broken into and repaired in lesson 13. They run in a process of their own."""
