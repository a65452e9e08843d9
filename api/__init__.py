"""The HTTP door, /api/v1. `api.routes.install_api` puts it on an app."""

from __future__ import annotations

from api.routes import install_api

__all__ = ["install_api"]
