"""A target is known by its address: however it is spelt, one site is one target."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from records.base import stable_id
from records.survey import Target, TargetKind

__all__ = ["target_at"]


def target_at(url: str, *, max_pages: int, delay_seconds: float, now: datetime) -> Target:
    """The target of an address, its whole origin."""
    parts = urlsplit(url)
    seed = url if parts.path else f"{url}/"
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    return Target(
        target_id=stable_id("target", origin),
        name=parts.netloc,
        kind=TargetKind.SITE,
        seeds=(seed,),
        max_pages=max_pages,
        delay_seconds=delay_seconds,
        created_at=now,
    )
