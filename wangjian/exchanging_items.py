"""What leaves: the records of one moment as items of a bundle, and where the bytes of their files are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from crawlers.archive.reading import page_bytes
from exchange.bundling import Outgoing
from exchange.ways import MAY_CARRY, direction_to
from records.base import Record, body_of
from records.digests import Digests
from records.errors import IntegrityError, NotFoundError
from records.evidence import Capture
from records.exchange import ItemKind, LeadFile, Peer, Relation, RuleFile
from records.exchange_ports import ExchangeView
from records.leads import Finding, Lead, LeadEvent
from records.ports import Services
from records.register import Match
from records.survey import PICTURE_KINDS, Outcome, Page, Target
from records.watch_lists import WatchList

__all__ = ["Gathered", "Gathering", "gather"]

_CHUNK_BYTES = 1 << 20


@dataclass(slots=True)
class Gathered:
    """Items and the way to their files' bytes by SHA-256. `lacking` names what should have gone along and is gone."""

    items: list[Outgoing] = field(default_factory=list)
    files: dict[str, Callable[[], Iterable[bytes]]] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)

    def open_file(self, sha256: str) -> Iterable[bytes]:
        """The bytes, a piece at a time."""
        return self.files[sha256]()


def gather(making: Gathering, peer: Peer, kinds: Collection[ItemKind]) -> None:
    """Everything of these kinds that may go to the peer of itself; matters between bureaus are asked for one by one
    (`wangjian/exchanging_matters.py`).

    Args:
        kinds: None named: every kind, pages only where a finding rests on them. `PAGE` named: every page that was read.
    """
    allowed = MAY_CARRY[direction_to(peer.relation)]
    for kind in ItemKind:
        wanted = kind in kinds if kinds else kind is not ItemKind.PAGE
        if kind in allowed and wanted and kind in making.ways:
            making.ways[kind]()
    if ItemKind.PAGE not in kinds:
        making.cited_pages()


class Gathering:
    """One sending being put together."""

    def __init__(self, services: Services, view: ExchangeView, relation: Relation) -> None:
        self._services = services
        self._view = view
        self._relation = relation
        self._cited: dict[str, None] = {}
        self._listings: list[str] = []
        self._there: set[tuple[ItemKind, str]] = set()
        self.found = Gathered()
        zones: dict[ItemKind, Callable[[], None]] = {
            ItemKind.PAGE: self.all_pages,
            ItemKind.SHOP: lambda: self._plain(ItemKind.SHOP),
            ItemKind.LISTING: lambda: self._plain(ItemKind.LISTING),
            ItemKind.MATCH: self._matches,
            ItemKind.FINDING: self._findings,
            ItemKind.LEAD: self._leads,
            ItemKind.CAPTURE: self._captures,
            ItemKind.TARGET: self._targets,
            ItemKind.CAMPAIGN: lambda: self._plain(ItemKind.CAMPAIGN),
        }
        both: dict[ItemKind, Callable[[], None]] = {ItemKind.RULE: self._rules, ItemKind.WATCH_LIST: self._watch_lists}
        inside = relation in (Relation.COLLECTING, Relation.WORKING)
        self.ways = {**zones, **both} if inside else {**both, ItemKind.CAMPAIGN: zones[ItemKind.CAMPAIGN]}

    def cited_pages(self) -> None:
        """The pages findings rest on, with the bytes they were read from."""
        for page_id in self._cited:
            body = self._view.body(ItemKind.PAGE, page_id)
            if body is not None:
                self.page(Page.model_validate_json(body))

    def all_pages(self) -> None:
        """Every page that was read."""
        for _, body in self._view.bodies(ItemKind.PAGE):
            page = Page.model_validate_json(body)
            if page.outcome is Outcome.READ:
                self.page(page)

    def page(self, page: Page) -> None:
        """A page; its bytes lie in an archive of ours, so it goes without the place and is kept whole there. With a
        picture go the words that were read on it."""
        files: tuple[Digests, ...] = ()
        if page.body is not None and self._has_bytes(page):
            files = (page.body,)
        moved = page.model_copy(update={"archive": None})
        self._add(ItemKind.PAGE, page.page_id, body_of(moved), files)
        text = (
            self._services.image_texts.text_of(page.body.sha256) if page.body and page.kind in PICTURE_KINDS else None
        )
        if text is not None:
            self.add(ItemKind.IMAGE_TEXT, text.text_id, text)

    def capture(self, capture: Capture) -> None:
        """A capture with its package and picture; one that has no package yet stays for the next sending."""
        if capture.package is None:
            return
        files = tuple(one for one in (capture.package, capture.screenshot) if one is not None)
        for one in files:
            if not self._services.blobs.holds(one.sha256):
                self.found.lacking.append(f"{capture.capture_id} 的证据包不在存储中")
                return
            self.found.files[one.sha256] = self._blob(one.sha256)
        self._add(ItemKind.CAPTURE, capture.capture_id, body_of(capture), files)

    def add(self, kind: ItemKind, item_id: str, record: Record, blobs: Iterable[Digests] = ()) -> None:
        """A record, with files out of the blob store."""
        files = tuple(blobs)
        self.found.files.update({one.sha256: self._blob(one.sha256) for one in files})
        self._add(kind, item_id, body_of(record), files)

    def lead_whole(self, lead_id: str) -> LeadFile | None:
        """A lead with its history, and beside it everything it rests on and the evidence taken of it."""
        body = self._view.body(ItemKind.LEAD, lead_id)
        if body is None:
            return None
        lead = Lead.model_validate_json(body)
        for kind, item_id in ((ItemKind.SHOP, lead.shop_id), *((ItemKind.FINDING, one) for one in lead.finding_ids)):
            self._beside(kind, item_id)
        for listing_id in dict.fromkeys(self._listings):
            self._beside(ItemKind.LISTING, listing_id)
        match = self._services.survey.match_of(lead.shop_id)
        if match is not None:
            self.add(ItemKind.MATCH, match.match_id, match)
        self.cited_pages()
        for _, kept in self._view.captures_of((lead_id,)):
            self.capture(Capture.model_validate_json(kept))
        events = tuple(LeadEvent.model_validate_json(one) for one in self._view.lead_events(lead_id))
        return LeadFile(lead=lead, events=events)

    def _beside(self, kind: ItemKind, item_id: str) -> None:
        body = self._view.body(kind, item_id)
        if body is None:
            return
        if kind is ItemKind.FINDING:
            finding = Finding.model_validate_json(body)
            self._cited |= {finding.page_id: None, **{one.page_id: None for one in finding.visits}}
            self._listings += [finding.listing_id] if finding.listing_id else []
        self._add(kind, item_id, body, ())

    def _plain(self, kind: ItemKind) -> None:
        for item_id, body in self._view.bodies(kind):
            self._add(kind, item_id, body, ())

    def _matches(self) -> None:
        for item_id, body in self._view.bodies(ItemKind.MATCH):
            if Match.model_validate_json(body).shop_id:
                self._add(ItemKind.MATCH, item_id, body, ())

    def _findings(self) -> None:
        for item_id, body in self._view.bodies(ItemKind.FINDING):
            finding = Finding.model_validate_json(body)
            self._cited |= {finding.page_id: None, **{one.page_id: None for one in finding.visits}}
            self._add(ItemKind.FINDING, item_id, body, ())

    def _leads(self) -> None:
        for lead_id, body in self._view.bodies(ItemKind.LEAD):
            events = tuple(LeadEvent.model_validate_json(one) for one in self._view.lead_events(lead_id))
            self.add(ItemKind.LEAD, lead_id, LeadFile(lead=Lead.model_validate_json(body), events=events))

    def _captures(self) -> None:
        for _, body in self._view.bodies(ItemKind.CAPTURE):
            self.capture(Capture.model_validate_json(body))

    def _targets(self) -> None:
        for item_id, body in self._view.bodies(ItemKind.TARGET):
            self.add(ItemKind.TARGET, item_id, Target.model_validate_json(body))

    def _rules(self) -> None:
        """Own rules in all their versions and, inside one house, every act about a rule: what judges there is what was
        signed here. Persons stay; the house answers for what they did."""
        house = self._services.identity.name
        events = [one.model_copy(update={"actor": house}) for one in self._services.rules.rule_events()]
        own = {rule_id for rule_id, _ in self._view.bodies(ItemKind.RULE)}
        inside = self._relation is Relation.COLLECTING
        for rule_id in sorted(own | ({one.rule_id for one in events} if inside else set())):
            versions = self._services.own_rules.own_rule_versions(rule_id)
            file = RuleFile(
                rule_id=rule_id,
                versions=tuple(one.model_copy(update={"made_by": house}) for one in versions),
                events=tuple(one for one in events if one.rule_id == rule_id) if inside else (),
            )
            self.add(ItemKind.RULE, rule_id, file)

    def _watch_lists(self) -> None:
        house = self._services.identity.name
        for list_id, body in self._view.bodies(ItemKind.WATCH_LIST):
            watched = WatchList.model_validate_json(body)
            confirmed = watched.confirmed
            if confirmed is not None:
                confirmed = confirmed.model_copy(update={"confirmed_by": house})
            changed = watched.model_copy(update={"imported_by": house, "confirmed": confirmed})
            self.add(ItemKind.WATCH_LIST, list_id, changed)

    def _has_bytes(self, page: Page) -> bool:
        try:
            self._page_bytes(page)
        except (NotFoundError, IntegrityError) as exc:
            self.found.lacking.append(exc.message)
            return False
        assert page.body is not None
        self.found.files[page.body.sha256] = lambda: (self._page_bytes(page),)
        return True

    def _page_bytes(self, page: Page) -> bytes:
        return page_bytes(self._services.archive, page, blob=self._services.blobs.get)

    def _blob(self, sha256: str) -> Callable[[], Iterator[bytes]]:
        def chunks() -> Iterator[bytes]:
            with self._services.blobs.open(sha256) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    yield chunk

        return chunks

    def _add(self, kind: ItemKind, item_id: str, body: str, files: tuple[Digests, ...]) -> None:
        if (kind, item_id) in self._there:
            return
        self._there.add((kind, item_id))
        self.found.items.append(Outgoing(kind=kind, item_id=item_id, content=body.encode(), files=files))
