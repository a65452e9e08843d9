"""Where a list by time goes on: the stores cut such lists, so that nobody reads one whole for a page of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

__all__ = ["ListPlace"]


class ListPlace(NamedTuple):
    """The entry a portion ended with; the next one begins behind it, whatever came or went meanwhile.

    Newest first means by `at`, and of one moment by `key`, both downwards.
    """

    at: datetime
    key: str
