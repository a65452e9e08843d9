"""The HTTP door, /api/v1. `api.routes.create_router` and `api.problems.install_problem_handlers` put it on an app."""

from __future__ import annotations

from api.problems import install_problem_handlers
from api.routes import create_router

__all__ = ["create_router", "install_problem_handlers"]
