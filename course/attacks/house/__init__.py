"""Apps that are broken on purpose, for lessons 12 and 13. They listen on loopback only, and `server` knows nothing of them."""
