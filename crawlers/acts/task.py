"""What is tried in the browser; apart from the trying, so that who asks for it loads no browser."""

from __future__ import annotations

from records.base import Record
from records.survey import Target

__all__ = ["ActTask"]


class ActTask(Record):
    """What is tried, and within what. A countdown is read again after `apart_seconds`. With `profiles` a listing's page
    is opened again as other visitors, four to seven times, to compare the price it asks of each."""

    act_id: str
    url: str
    target: Target
    executable: str
    user_agent: str
    allow_private: bool = False
    page_seconds: float = 30.0
    apart_seconds: float = 5.0
    max_bytes: int = 60_000_000
    profiles: bool = False
