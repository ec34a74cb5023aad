"""Room `attacks`: what is thrown at an API, and the board of what came of it."""
