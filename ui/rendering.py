"""Templates: autoescape always on, undefined names are errors, filters for what pages show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import jinja2
from fastapi.responses import HTMLResponse

from ui import drawing, showing
from ui.places import is_technical
from ui.regions import region_name
from ui.words import NAV, artefact_title, word_of

__all__ = ["STATIC_DIR", "Pages"]

_HERE = Path(__file__).parent
STATIC_DIR = _HERE / "static"
_FILTERS = (
    showing.visible,
    showing.excerpt,
    showing.moment,
    showing.seconds,
    showing.day,
    showing.yuan,
    showing.size,
    showing.score,
    showing.weight,
    showing.groups_of_8,
    showing.outside_href,
    showing.marked,
    showing.highlighted,
    drawing.drawn_pieces,
    drawing.drawn_severity,
    drawing.drawn_values,
    region_name,
    artefact_title,
    is_technical,
)


class Pages:
    """Draws templates. Static files are named with a piece of their digest, so that browsers may keep them."""

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update({chosen.__name__: chosen for chosen in _FILTERS}, word=word_of)
        self._environment.globals.update(nav=NAV, static=_static_addresses())

    def draw(self, template: str, context: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
        """The page, never kept by a browser or anything between."""
        body = self._environment.get_template(template).render(context)
        headers = {"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"}
        return HTMLResponse(body.encode("utf-8", "replace"), status_code=status, headers=headers)


def _static_addresses() -> dict[str, str]:
    files = (path for path in sorted(STATIC_DIR.rglob("*")) if path.is_file())
    return {
        path.relative_to(STATIC_DIR).as_posix(): (
            f"/static/{path.relative_to(STATIC_DIR).as_posix()}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        )
        for path in files
    }
