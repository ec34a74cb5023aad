"""What a cell can show: the page that looks at it, one stylesheet, live widgets."""
