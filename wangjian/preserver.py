"""Stage 6 joined: a visit by `evidence/`, its papers by `documents/`, at once or in the background."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from records.ports import Services
from wangjian.settings import Settings

__all__ = ["FlowPreserver"]


class FlowPreserver:
    """Implements records.ports.Preserver."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services: Services | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="capture")

    def bind(self, services: Services) -> None:
        """Give it the services it is itself a part of."""
        self._services = services

    def close(self) -> None:
        """Wait for captures under way."""
        self._pool.shutdown(wait=True)
