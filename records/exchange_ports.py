"""What the exchange asks of the stores and of the keys; adapters in `stores/sql/exchange.py` and `wangjian/`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from records.exchange import (
    Bundle,
    BundleItem,
    BundleState,
    BundleWay,
    ItemKind,
    ItemOutcome,
    LeadFile,
    Peer,
    Refusal,
)
from records.exchange_matters import Matter, MatterQuery, MatterState
from records.lists import ListPlace
from records.market import Listing, Shop
from records.survey import Page

__all__ = ["ExchangeStore", "ExchangeView", "ExchangeWork", "SealChecker"]


class ExchangeWork(Protocol):
    """What the doors may have done in the exchange; joined in `wangjian/exchange_work.py`. `by` is who asked. Nothing
    of it is written into the audit chain but sending and receiving: the desk does the rest."""

    def transfer(self, lead_id: str, peer: str, *, words: tuple[str, str, str], by: str) -> Matter:
        """移送、交办: the reason, the article, the number of the paper."""
        ...

    def assist(self, lead_id: str, peer: str, *, words: tuple[str, str], by: str) -> Matter:
        """协查: what is asked, the number of the paper."""
        ...

    def answer(self, matter_id: str, state: MatterState, *, words: tuple[str, str], by: str) -> Matter:
        """The answer and the number of its paper."""
        ...

    def prolong(self, matter_id: str, *, until: date, reason: str, by: str) -> Matter:
        """延期 of a 协查 that came."""
        ...

    def card(self, matter: Matter) -> tuple[str, str]:
        """Colour and sentence of the period of a matter, today; the colour `none` where none runs."""
        ...

    def revoke(self, peer: str, *, reason: str, by: str) -> Peer:
        """Take nothing more from a peer."""
        ...

    def send(self, peer: str, *, by: str) -> tuple[Bundle, ...]:
        """What is new for a peer, in bundles that wait to be fetched."""
        ...

    def file_of(self, bundle_id: str, *, by: str) -> Path:
        """A sent bundle, signed by today's keys, as a file to be handed out."""
        ...

    def receive(self, path: Path, *, by: str) -> tuple[Bundle | None, Refusal | None]:
        """Take in a bundle or a receipt; what it was of, or why it was refused."""
        ...


class SealChecker(Protocol):
    """Whether a signature is a peer's."""

    def check(self, content: bytes, seal: Mapping[str, str], *, trust_pem: str, at: datetime) -> str:
        """The subject of the certificate that signed `content`.

        Args:
            seal: `algorithm`, `signature` (base64) and `certificates` (PEM, leaf first).
            trust_pem: Roots of the peer, with the lines that say when keys of it ended.
            at: When it is received: a key given up before then is not believed, whatever the manifest says of its time.

        Raises:
            BundleRefusedError: With the reason: the signature does not fit, the key ended, or it is not the peer's.
        """
        ...


class ExchangeView(Protocol):
    """The records as of one moment, as they are stored."""

    def bodies(self, kind: ItemKind) -> Iterator[tuple[str, str]]:
        """Every record of a kind by id, each as JSON; leads as they are, without their events."""
        ...

    def body(self, kind: ItemKind, item_id: str) -> str | None: ...

    def lead_events(self, lead_id: str) -> tuple[str, ...]:
        """In the order they were written."""
        ...

    def captures_of(self, lead_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Captures made for these leads, by id."""
        ...


class ExchangeStore(Protocol):
    """Peers, the ledger of bundles, and taking records in from elsewhere."""

    def save_peer(self, peer: Peer) -> None: ...

    def peer(self, code: str) -> Peer:
        """Raises NotFoundError."""
        ...

    def peers(self) -> tuple[Peer, ...]:
        """By code, revoked ones too."""
        ...

    def view(self) -> AbstractContextManager[ExchangeView]:
        """One moment of the records; writers are not held up meanwhile."""
        ...

    def sent_digests(self, peer: str, keys: Sequence[tuple[ItemKind, str]]) -> Mapping[tuple[ItemKind, str], str]:
        """Of these items, the SHA-256 of what the peer was last sent."""
        ...

    def record_sent(self, bundles: Sequence[Bundle], items: Sequence[BundleItem]) -> None:
        """Enter the parts of one sending, and their items as sent, all or none. Raises ConflictError when a number of
        the channel is taken: somebody sent at the same time."""
        ...

    def forget_sent(self, peer: str, keys: Sequence[tuple[ItemKind, str]]) -> None:
        """The peer did not take these: they are new for it the next time."""
        ...

    def record_received(self, bundle: Bundle) -> bool:
        """Enter a verified bundle as TAKING; False when that very bundle is there. Raises ConflictError when another
        has its number, or its number does not follow the last one's."""
        ...

    def settle(self, bundle: Bundle) -> None:
        """Bring a bundle of the ledger forward. Raises NotFoundError."""
        ...

    def bundle(self, bundle_id: str) -> Bundle:
        """Raises NotFoundError."""
        ...

    def bundles(
        self,
        *,
        peer: str = "",
        way: BundleWay | None = None,
        states: Collection[BundleState] = (),
        sequence: int | None = None,
    ) -> tuple[Bundle, ...]:
        """Of channels, by peer, way and number; in any of the states, where some are named."""
        ...

    def newest_bundles(
        self, *, peer: str = "", after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Bundle, ...]:
        """Of the ledger, newest made first: behind `after` (when made, its id), at most `limit`."""
        ...

    def count_bundles(self, *, peer: str = "") -> int:
        """How many the ledger has."""
        ...

    def last_bundle(self, peer: str, way: BundleWay) -> Bundle | None: ...

    def note_outcome(self, bundle_id: str, outcome: ItemOutcome) -> None:
        """What became of an item; the first word stays."""
        ...

    def outcomes(self, bundle_id: str) -> tuple[ItemOutcome, ...]:
        """By kind and id."""
        ...

    def note_refusal(self, refusal: Refusal) -> None:
        """The same file refused for the same reason is one row, with its newest time."""
        ...

    def refusals(
        self, *, peer: str = "", after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Refusal, ...]:
        """Newest first: behind `after` (its time and id), at most `limit`."""
        ...

    def count_refusals(self, *, peer: str = "") -> int:
        """How many there are."""
        ...

    def save_matter(self, matter: Matter, *, expected_version: int) -> Matter:
        """Keep a matter (0: a new one); the saved one has version + 1. Raises ConflictError when the stored version is
        another."""
        ...

    def matter(self, matter_id: str) -> Matter:
        """Raises NotFoundError."""
        ...

    def matters(
        self, query: MatterQuery | None = None, *, after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Matter, ...]:
        """Newest opened first: behind `after` (when opened, its id), at most `limit`."""
        ...

    def count_matters(self, query: MatterQuery | None = None) -> int:
        """How many there are."""
        ...

    def take_page(self, page: Page) -> bool:
        """Keep a page read elsewhere; False when it is there. Enters the outbox, as all that follows."""
        ...

    def take_shop(self, shop: Shop) -> bool:
        """Keep a shop, or bring it forward; False when what is here was seen no earlier."""
        ...

    def take_listing(self, listing: Listing) -> bool:
        """The same of a listing, as one more reading of it: versions are kept."""
        ...

    def take_lead(self, file: LeadFile, *, expected_version: int) -> None:
        """Write a lead as given (its version counted from the one expected) and those of its events that are not here
        yet. Raises ConflictError as `LeadStore.save_lead`."""
        ...
