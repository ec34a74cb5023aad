"""JavaScript and React: in Node.js, and in the student's own browser."""
