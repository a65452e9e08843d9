"""Drawings of figures as SVG, made on the server: the same one on the page, on paper and in a report."""
