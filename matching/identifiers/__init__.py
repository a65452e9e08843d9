"""Numbers a shop may show: one module a format, whose docstring is its documentation."""
