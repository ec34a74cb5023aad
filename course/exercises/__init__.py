"""The exercises: where they are, what their marks mean, how far a student is."""
