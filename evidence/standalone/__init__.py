"""The verifier that travels inside every package: one file, Python's standard library only."""
