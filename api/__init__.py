"""The HTTP door (FastAPI, /api/v1)."""
