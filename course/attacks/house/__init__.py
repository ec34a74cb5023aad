"""Apps that are broken on purpose: pages for lesson 12, and servers to break into and to repair for lesson 13."""
