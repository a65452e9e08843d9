"""What a list draws hundreds of times, written out here: a template takes ten times as long for each.

Everything that is not of ours is escaped, as the templates do.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from markupsafe import Markup, escape

from records.leads import Severity
from ui.searching import FacetValue
from ui.showing import Piece, visible
from ui.words import word_of

__all__ = ["drawn_pieces", "drawn_severity", "drawn_values"]

_MOST_TITLES = 16_384


def drawn_values(values: Iterable[FacetValue]) -> Markup:
    """Values of a facet as items of their list: a link that switches each, and one that leaves it out."""
    return Markup("".join([_value(value) for value in values]))  # noqa: S704  # each is escaped where it is drawn


def drawn_pieces(pieces: Iterable[Piece]) -> Markup:
    """A text with what was hit in it marked and what was left out told."""
    return Markup("".join([_piece(piece) for piece in pieces]))  # noqa: S704  # as above


@cache
def drawn_severity(severity: Severity) -> Markup:
    """How grave, in a word and a colour."""
    template = Markup('<span class="sev sev-{}"><i aria-hidden="true"></i>{}</span>')
    return template.format(severity.value, word_of(severity))


def _value(value: FacetValue) -> str:
    title = _escaped(value.title)
    left_out, on = (' class="left-out"', ' aria-current="true"') if value.left_out else ("", "")
    chosen = ' class="on" aria-current="true"' if value.chosen else ""
    count = "" if value.left_out else value.count or 0
    drawn = (
        f'<li{left_out}><a href="{escape(value.href)}"{chosen}><span class="tick" aria-hidden="true"></span>'
        f'<span class="facet-title">{title}</span><span class="num">{count}</span></a>'
    )
    if value.out_href:
        does, says = ("不再排除", "已排除") if value.left_out else ("排除", "排除")
        drawn += f'<a class="leave-out" href="{escape(value.out_href)}"{on} title="{does}：{title}">{says}</a>'
    return drawn + "</li>\n"


def _piece(piece: Piece) -> str:
    if piece.kind == "hit":
        return f"<mark>{escape(visible(piece.text))}</mark>"
    if piece.kind == "gap":
        return f'<span class="gap">…{escape(piece.text)}…</span>'
    return escape(visible(piece.text))


@lru_cache(_MOST_TITLES)
def _escaped(title: str) -> str:
    return escape(title)
