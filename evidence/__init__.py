"""Capture it, seal it, keep it, prove it."""
