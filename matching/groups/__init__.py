"""Seller groups: which shops are of one hand, and what says so. Pure functions over records."""
