"""JavaScript and React: in Node.js, and in the student's own browser."""

# The magic %%keep is there for every lesson that uses JavaScript: no name of it is imported.
from course.browser import keep as keep
