"""What the stored visits tell of a listing, a shop or a platform, as the small histories rules compare.

Most listings ask for nothing: versions are looked up only of those that show a struck price, another price in a list, a
draw, a stock that runs out, or complaints; stored pages are read again only of shops that are gone or say they will be,
and of listings whose complaints may have vanished, `_REREADINGS` a stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from crawlers.addresses import canonical_url
from crawlers.archive.reading import page_bytes
from crawlers.decoding import decode_body
from crawlers.document import Document
from crawlers.reading import read_page
from leads.over_time.closings import says_it_ends
from leads.over_time.draws import speaks_of_a_draw
from leads.over_time.judging import Subject, assess_history
from leads.over_time.petty_trade import claims_petty_trade
from leads.over_time.review_index import ReviewIndex
from leads.over_time.reviews import is_bad_review
from leads.rules import over_time_words as words
from records.base import stable_id
from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError
from records.history import PageVersion
from records.leads import Finding, Rule
from records.market import Listing, Price, PriceRole, Shop, Source, Speaker
from records.over_time import Closing, History, PageHistory, PageSeen, PricePoint, ReviewDated, ReviewsSeen
from records.ports import Services
from records.survey import Page, PageKind, Target, TargetKind

__all__ = ["Past"]

_REREADINGS = 400
_NEIGHBOURS = 20
_GOODS_COUNTED = 300
_MANY_REVIEWS = 20
_KIN = 50
_BACK = timedelta(days=120)
_SCARCE = re.compile(words.FEW_LEFT_SAID)
_OF_STRUCK = re.compile(words.STRUCK_EXPLAINED)
_TOTAL = re.compile(words.REVIEWS_TOTAL)
_SENTENCE_END = re.compile(r"[。；;\n]+")
_BAD = re.compile(r"差评\s*[（(:：]?\s*(\d{1,7})\s*[）)]?")
_NOTICE = re.compile(words.REVIEWS_NOTICE)


@dataclass(kw_only=True)
class Past:
    """Asked once a stage for many shops. `left` counts listings whose pages were not read again for want of room."""

    services: Services
    rules: Mapping[str, Rule]
    left: int = 0
    _reviews_of_all: ReviewIndex = field(default_factory=ReviewIndex)
    _reread: int = 0
    _targets: dict[str, Target] = field(default_factory=dict)

    def of_shop(self, shop: Shop, listings: Sequence[Listing]) -> Iterator[Finding]:
        """What the visits to a shop and its listings come to, compared by the rules at work."""
        now = self.services.clock()
        for listing in listings:
            self._note_reviews(shop, listing)
            if (history := self.listing_history(listing)) is not None:
                subject = Subject(shop_id=shop.shop_id, listing_id=listing.listing_id)
                yield from assess_history(self.rules, subject, history, now=now)
        if "N04" in self.rules and (history := self.trade_history(shop, listings)) is not None:
            petty = {"N04": self.rules["N04"]}
            yield from assess_history(petty, Subject(shop_id=shop.shop_id), history, now=now)
        if "N07" in self.rules and (history := self.shop_history(shop, listings)) is not None:
            yield from assess_history(self.rules, Subject(shop_id=shop.shop_id), history, now=now)

    def across_shops(self) -> Iterator[Finding]:
        """What the reviews of the shops told of so far come to beside one another, and beside those of shops of their
        seller groups wherever these are surveyed. Asked once, after all shops."""
        if "C01" not in self.rules:
            return
        asked = self._reviews_of_all.shop_ids
        group_of = self._with_their_groups(asked)
        rule, now = {"C01": self.rules["C01"]}, self.services.clock()
        for shop, listing, copied in self._reviews_of_all.copied(group_of):
            if shop.shop_id in asked:
                own = PageSeen(source=listing.source, last_seen_at=listing.last_seen_at, text=listing.title)
                history = History(page=PageHistory(url=listing.url, versions=(own,)), copied=copied)
                subject = Subject(shop_id=shop.shop_id, listing_id=listing.listing_id, source=listing.source)
                yield from assess_history(rule, subject, history, now=now)

    @property
    def reviews_left(self) -> int:
        """Listings whose reviews were not compared with other shops' for want of room."""
        return self._reviews_of_all.left

    def of_platform(self, target: Target) -> Iterator[Finding]:
        """What the visits to a platform's pages of rules come to; of its own shop, the one of its first seed."""
        if "N11" not in self.rules or target.kind is not TargetKind.PLATFORM:
            return
        run = next(iter(self.services.survey.runs(target.target_id)), None)
        if run is None or not target.seeds:
            return
        papers, notices = (
            tuple(
                self._page_history(target.target_id, url)
                for url in sorted(self.services.survey.known_urls(run.run_id, kind))
                if len(self.services.history.page_versions(target.target_id, url)) >= least
            )
            for kind, least in ((PageKind.RULES, 2), (PageKind.ARTICLE, 1))
        )
        if papers:
            subject = Subject(shop_id=stable_id("shop", canonical_url(target.seeds[0])))
            history = History(papers=papers, notices=notices)
            yield from assess_history(self.rules, subject, history, now=self.services.clock())

    def listing_history(self, listing: Listing) -> History | None:
        """The history of a listing, as far as a rule may ask for it; None when none does."""
        said = _words(listing)
        prices = _asks_of_prices(listing) or _SCARCE.search(said) is not None
        complaints = any(is_bad_review(one.text) for one in listing.reviews)
        dated = tuple(
            ReviewDated(written_on=one.written_on, text=one.text)
            for one in listing.reviews
            if one.written_on is not None
        )
        if not (prices or complaints or len(dated) >= _MANY_REVIEWS or speaks_of_a_draw(said)):
            return None
        versions = self.services.survey.listing_versions(listing.listing_id)
        seen = tuple(
            PageSeen(source=one.source, last_seen_at=one.last_seen_at, text=_words(one))
            for one in versions
            if one.complete
        )
        return History(
            prices=tuple(map(_point, versions)),
            dated=dated,
            page=PageHistory(url=listing.url, versions=seen),
            reviews=self._reviews(listing) if complaints and "C17" in self.rules else (),
        )

    def shop_history(self, shop: Shop, listings: Sequence[Listing]) -> History | None:
        """The front page's history, of a shop that is gone or says that it ends; None for all others."""
        versions = self.services.history.page_versions(shop.target_id, canonical_url(shop.url))
        newest = versions[-1] if versions else None
        if newest is None:
            return None
        if newest.gone_at is None and not says_it_ends("\n".join(block.text for block in shop.texts)):
            return None
        page = self._page_history(shop.target_id, canonical_url(shop.url))
        return History(page=page, closing=self._closing(shop, listings, newest))

    def trade_history(self, shop: Shop, listings: Sequence[Listing]) -> History | None:
        """What a shop that says 零星小额 asked and sold; None for all others."""
        said = "\n".join((shop.disclosure.exemption_text, *(block.text for block in shop.texts)))
        source = next((one for one in shop.sources if one.url == shop.url), next(iter(shop.sources), None))
        if source is None or not claims_petty_trade(said):
            return None
        front = PageSeen(source=source, last_seen_at=shop.last_seen_at, text=said)
        sold = [one for one in listings if one.sales_count][:_GOODS_COUNTED]
        goods = tuple(tuple(map(_point, self.services.survey.listing_versions(one.listing_id))) for one in sold)
        return History(page=PageHistory(url=shop.url, versions=(front,)), goods=goods)

    def _note_reviews(self, shop: Shop, listing: Listing) -> None:
        if "C01" in self.rules and listing.reviews:
            self._reviews_of_all.add(shop, listing)

    def _with_their_groups(self, shop_ids: frozenset[str]) -> dict[str, str]:
        """The groups these shops are in, whose other shops are told of as well; the group of each shop."""
        group_of: dict[str, str] = {}
        for group in self.services.groups.groups():
            if shop_ids.isdisjoint(group.shop_ids):
                continue
            group_of.update(dict.fromkeys(group.shop_ids, group.group_id))
            for shop_id in [one for one in group.shop_ids if one not in shop_ids][:_KIN]:
                with suppress(NotFoundError):
                    shop = self.services.survey.shop(shop_id)
                    for listing in self.services.survey.listings(shop_id=shop_id):
                        self._note_reviews(shop, listing)
        return group_of

    def _closing(self, shop: Shop, listings: Sequence[Listing], newest: PageVersion) -> Closing | None:
        if newest.gone_at is None:
            return None
        answered = self.services.survey.page(newest.gone_page_id)
        neighbours = [
            versions[-1].gone_at is not None
            for one in list(self.services.survey.shops(shop.target_id))[:_NEIGHBOURS]
            if one.shop_id != shop.shop_id
            and (versions := self.services.history.page_versions(one.target_id, canonical_url(one.url)))
        ]
        return Closing(
            gone=_source(answered),
            answer=self._text(answered)[:2000] if answered.body is not None else "",
            listings_known=len(listings),
            listings_gone=sum(one.gone_at is not None for one in listings),
            neighbours_known=len(neighbours),
            neighbours_gone=sum(neighbours),
        )

    def _page_history(self, target_id: str, url: str) -> PageHistory:
        """The versions of a page within the last months, as they read."""
        versions = self.services.history.page_versions(target_id, url)
        seen, unreadable = [], 0
        for version in versions:
            if versions[-1].last_seen_at - version.last_seen_at > _BACK:
                continue
            page = self.services.survey.page(version.first_page_id)
            text = self._text(page)
            if not text:
                unreadable += 1
                continue
            seen.append(PageSeen(source=_source(page), last_seen_at=version.last_seen_at, text=text))
        return PageHistory(url=url, versions=tuple(seen), unreadable=unreadable)

    def _reviews(self, listing: Listing) -> tuple[ReviewsSeen, ...]:
        """The reviews as the first, the last but one and the newest version of the page showed them."""
        versions = self.services.history.page_versions(listing.target_id, canonical_url(listing.url))
        chosen = sorted({0, len(versions) - 2, len(versions) - 1} & set(range(len(versions))))
        if len(chosen) < 2:
            return ()
        if self._reread + len(chosen) > _REREADINGS:
            self.left += 1
            return ()
        self._reread += len(chosen)
        pages = (self.services.survey.page(versions[number].first_page_id) for number in chosen)
        return tuple(seen for page in pages if (seen := self._reviews_on(page, listing.listing_id)) is not None)

    def _reviews_on(self, page: Page, listing_id: str) -> ReviewsSeen | None:
        body = self._bytes(page)
        if body is None:
            return None
        reading = read_page(page, body, self._target(page.target_id))
        found = next((one for one in reading.listings if one.listing_id == listing_id), None)
        if found is None:
            return None
        text = self._text(page)
        total, bad = _TOTAL.search(text), _BAD.search(text)
        notice = next((one for one in _sentences(text) if _NOTICE.search(one)), "")
        texts = tuple(one.text for one in found.reviews)
        return ReviewsSeen(
            source=_source(page),
            total=int(total[1]) if total else None,
            bad=int(bad[1]) if bad else None,
            texts=texts,
            whole=total is not None and len(texts) >= int(total[1]) > 0,
            notice=notice[:400],
        )

    def _text(self, page: Page) -> str:
        """The page's readable text; empty when its bytes are gone or it has none."""
        body = self._bytes(page)
        if body is None:
            return ""
        content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
        decoded = decode_body(body, content_type="text/html; charset=utf-8" if page.rendered else content_type)
        doc = Document(page=page, target=self._target(page.target_id), markup=decoded.text)
        return "\n".join([doc.title, *(block.text for block in doc.blocks if not block.hidden)]).strip()

    def _bytes(self, page: Page) -> bytes | None:
        if page.body is None:
            return None
        try:
            return page_bytes(self.services.archive, page, blob=self.services.blobs.get)
        except (NotFoundError, IntegrityError):
            return None

    def _target(self, target_id: str) -> Target:
        if target_id not in self._targets:
            self._targets[target_id] = self.services.survey.target(target_id)
        return self._targets[target_id]


def _asks_of_prices(listing: Listing) -> bool:
    now, struck = _amount(listing, PriceRole.NOW), _amount(listing, PriceRole.STRUCK)
    if now is None:
        return False
    return (struck is not None and struck > now) or (
        listing.list_price_fen is not None and listing.list_price_fen < now
    )


def _point(version: Listing) -> PricePoint:
    struck: Price | None = next((price for price in version.prices if price.role is PriceRole.STRUCK), None)
    said = _words(version)
    scarce = _SCARCE.search(said)
    labelled = (PriceRole.FROM, PriceRole.MEMBER, PriceRole.DEPOSIT)
    return PricePoint(
        source=version.source,
        last_seen_at=max(version.last_seen_at, version.source.seen_at),
        title=version.title,
        now_fen=_amount(version, PriceRole.NOW),
        struck_fen=struck.amount_fen if struck else None,
        struck_named=_named(struck, said),
        list_fen=version.list_price_fen,
        coupon_fen=_amount(version, PriceRole.COUPON),
        labelled_fen=tuple(price.amount_fen for price in version.prices if price.role in labelled),
        variants=version.variants,
        scarce=said[scarce.start() : scarce.end() + 6].split("\n")[0].strip() if scarce else "",
        sales_count=version.sales_count,
        complete=version.complete,
    )  # fmt: skip


def _named(struck: Price | None, said: str) -> str:
    explained = (one for one in _sentences(said) if _OF_STRUCK.search(one))
    return "；".join(part for part in (struck.text if struck else "", *explained) if part)[:400]


def _sentences(text: str) -> Iterator[str]:
    return (one.strip() for one in _SENTENCE_END.split(text) if one.strip())


def _amount(listing: Listing, role: PriceRole) -> int | None:
    return next((price.amount_fen for price in listing.prices if price.role is role), None)


def _words(listing: Listing) -> str:
    said = (block.text for block in listing.texts if block.speaker is not Speaker.REVIEW)
    return "\n".join((listing.title, *listing.promotions, *said))


def _source(page: Page) -> Source:
    """The visit; of an answer without a body, the digest is that of no bytes at all."""
    body = page.body or digests_of(b"")
    return Source(
        page_id=page.page_id, page_sha256=body.sha256, page_sm3=body.sm3, url=page.final_url or page.url,
        seen_at=page.fetched_at,
    )  # fmt: skip
