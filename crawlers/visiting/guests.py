"""Rows that are pictures (of licences, of goods), and hosts that are only asked for such."""

from __future__ import annotations

from crawlers.visiting.visit import Visit
from network.hosts import host_key
from records.survey import PICTURE_KINDS, FrontierRow

__all__ = ["is_guest", "is_picture"]


def is_picture(row: FrontierRow) -> bool:
    """Whether the row is a picture."""
    return row.kind in PICTURE_KINDS


def is_guest(visit: Visit, row: FrontierRow) -> bool:
    """Whether it is a picture on a host that is not the site's own."""
    return is_picture(row) and all(host_key(origin) != host_key(row.url) for origin in visit.scope)
