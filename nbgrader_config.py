"""Settings of nbgrader: the hand-written exercises are in solutions/, students get exercises/."""

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "jwt-by-hand"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {"python": "# Write your answer here.\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "Write your answer here."
