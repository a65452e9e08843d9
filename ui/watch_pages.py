"""监控名单: what is looked for, and where it was met."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from offices.watch_desk import WatchDesk
from records.watch_lists import WatchCertainty
from ui.door import Asked

__all__ = ["router"]

router = APIRouter(prefix="/watch")


@router.get("", response_class=HTMLResponse)
def watch_lists(visitor: Asked) -> HTMLResponse:
    """Every list in use, with how much of it was met in one's region."""
    files = WatchDesk(visitor.services, visitor.caller).lists()
    return visitor.draw("watch_lists.html", here="watch", files=files, kinds=tuple(WatchCertainty))


@router.get("/{list_id}", response_class=HTMLResponse)
def watch_list(visitor: Asked, list_id: str) -> HTMLResponse:
    """One list: its rows, and where they were met, newest first."""
    file = WatchDesk(visitor.services, visitor.caller).file(list_id)
    return visitor.draw("watch_list.html", here="watch", file=file, watched=file.watched, kinds=tuple(WatchCertainty))
