"""What is known of a shop over its runs: a run's facts replace those of the runs before, page by page as it reads them.

A shop stands on three kinds of pages: its front, its licence pages, and all others. Each kind has the facts of earlier
runs (`before`) and what this run has read of it (`said`). While a run goes on, nothing is taken away: a page not read
yet says nothing. When the run ends, the facts of a kind that was really read are those of this run alone, so that a
licence link that is gone is gone; a kind that was not read, or could not be, keeps what it said before.
"""

from __future__ import annotations

from records.base import Record
from records.market import Disclosure, Shop, merge_shops
from records.steadying import steady
from records.survey import PageKind

__all__ = ["ShopPart", "ShopVisit", "known_shop", "says_something", "settle", "shop_content", "take_in"]

_OF_A_LICENCE = (
    "holder_name",
    "subject_kind",
    "address",
    "legal_representative",
    "registered_on",
    "valid_until",
    "scope",
    "place",
)
_MAX_SOURCES = 50
_NOTHING = Disclosure()


class ShopPart(Record):
    """One kind of a shop's pages. `answered`: a page of it was read in this run, or the site said that there is none;
    `before_run_id`: the run whose end `before` is."""

    before: Shop | None = None
    before_run_id: str = ""
    said: Shop | None = None
    answered: bool = False


class ShopVisit(Record):
    """A shop in the course of a run; `run_id` is empty between two runs."""

    shop_id: str
    run_id: str = ""
    front: ShopPart = ShopPart()
    licence: ShopPart = ShopPart()
    other: ShopPart = ShopPart()


def take_in(visit: ShopVisit, shop: Shop, *, run_id: str, kind: PageKind, answered: bool) -> ShopVisit:
    """The visit after one more page. What an earlier run left open (it was killed and never taken up) is settled first.

    Args:
        kind: What the page was fetched for; decides where a page that could not be read belongs.
        answered: Whether the page was read, or the site answered that there is none.
    """
    if visit.run_id != run_id:
        if visit.run_id:
            visit = settle(visit, whole=False)
        visit = visit.model_copy(update={"run_id": run_id})
    name = _part_name(shop, kind)
    part: ShopPart = getattr(visit, name)
    said = shop if part.said is None else merge_shops(part.said, shop)
    return visit.model_copy(
        update={name: part.model_copy(update={"said": said, "answered": part.answered or answered})}
    )


def known_shop(visit: ShopVisit) -> Shop | None:
    """What is known of the shop now: nothing that an earlier run saw is taken away before the run has ended."""
    front, other, licence = (_so_far(part) for part in (visit.front, visit.other, visit.licence))
    parts = [part for part in (front, other, licence) if part is not None]
    if not parts:
        return None
    known = parts[0]
    for part in parts[1:]:
        known = merge_shops(known, part)
    named = [part for part in (front, other, licence) if part is not None and part.name]
    newest = sorted(known.sources, key=lambda source: source.seen_at, reverse=True)
    return known.model_copy(
        update={"name": named[0].name if named else "", "sources": tuple(newest[:_MAX_SOURCES])},
    )


def settle(visit: ShopVisit, *, whole: bool, blind: bool = False) -> ShopVisit:
    """The visit when its run has ended.

    Args:
        whole: The run read every page it knew, so that also the other pages can be said to show no more than they did.
        blind: The run no longer saw what it should (`Run.blind`), so that its silence takes nothing away at all.
    """
    front = _ended(visit.front, visit.run_id, replace=visit.front.answered and not blind)
    other = _ended(visit.other, visit.run_id, replace=visit.other.answered and whole and not blind)
    licence = _ended(visit.licence, visit.run_id, replace=visit.licence.answered and not blind)
    if not blind and _licence_is_gone(visit):
        licence = ShopPart(before_run_id=visit.run_id)
    return visit.model_copy(update={"run_id": "", "front": front, "other": other, "licence": licence})


def says_something(shop: Shop) -> bool:
    """Whether a page said more of its shop than whose page it is."""
    return bool(
        shop.texts
        or shop.contacts
        or shop.unread
        or shop.front_page_read
        or shop.licence_page_read
        or shop.disclosure != _NOTHING
    )


def shop_content(shop: Shop) -> tuple[object, ...]:
    """What makes a version of a shop: its name, disclosure, contacts and words; not where they stood, nor in what order
    the pages happened to be read."""
    return (
        shop.name,
        shop.disclosure.model_copy(update={"place": ""}),
        frozenset((contact.kind, contact.value) for contact in shop.contacts),
        frozenset((block.speaker, steady(block.text)) for block in shop.texts),
    )


def _part_name(shop: Shop, kind: PageKind) -> str:
    if shop.front_page_read:
        return "front"
    if shop.licence_page_read or (shop.unread and kind is PageKind.LICENCE):
        return "licence"
    return "front" if shop.unread else "other"


def _so_far(part: ShopPart) -> Shop | None:
    """A kind of pages as far as it is known: what this run could or could not read counts, the facts add up."""
    if part.said is None or part.before is None:
        return part.said or part.before
    return _added(part, part.before, part.said)


def _added(part: ShopPart, before: Shop, said: Shop) -> Shop:
    """The facts of both; whether the pages were read is as this run found it, and only what was seen was seen."""
    update: dict[str, object] = {
        "unread": said.unread,
        "front_page_read": said.front_page_read,
        "licence_page_read": said.licence_page_read,
    }
    if not part.answered:
        update["last_seen_at"] = before.last_seen_at
    return merge_shops(before, said).model_copy(update=update)


def _ended(part: ShopPart, run_id: str, *, replace: bool) -> ShopPart:
    said = part.said
    if said is None:
        return part.model_copy(update={"answered": False})
    if part.before is None:
        facts = said
    elif replace and part.before_run_id != run_id:
        facts = _with_unread_kept(part.before, said)
    elif part.before_run_id == run_id:  # a run taken up again adds to what it read before it was cut off
        facts = merge_shops(part.before, said)
    else:
        facts = _added(part, part.before, said)
    return ShopPart(before=facts, before_run_id=run_id)


def _with_unread_kept(before: Shop, said: Shop) -> Shop:
    """This run's facts; what one reading of a page merely missed is kept from the last: all of its words, its name, and
    the further particulars of the very same licence."""
    kept: dict[str, object] = {"first_seen_at": min(before.first_seen_at, said.first_seen_at)}
    if not said.name:
        kept["name"] = before.name
    if not said.texts and said.front_page_read:
        kept["texts"] = before.texts
    old, new = before.disclosure, said.disclosure
    if new.licence_no and new.licence_no == old.licence_no:
        missing = {name: getattr(old, name) for name in _OF_A_LICENCE if not getattr(new, name)}
        kept["disclosure"] = new.model_copy(update=missing)
    return said.model_copy(update=kept)


def _licence_is_gone(visit: ShopVisit) -> bool:
    """The front was read in this run, nothing read in it leads to a licence page, and none could be read."""
    front = visit.front.said
    if front is None or not front.front_page_read or visit.licence.said is not None:
        return False
    read = [part.said for part in (visit.front, visit.other) if part.said is not None]
    return not any(shop.disclosure.has_licence_link for shop in read)
