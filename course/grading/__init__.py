"""The instructor's side: collect submissions, grade them in sandboxes with nbgrader, and report."""
