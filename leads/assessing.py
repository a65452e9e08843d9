"""Stage 4: what a shop and each of its listings may breach, each finding tied to the page it was read on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.clocks import day_in_china
from leads.judging import Judge
from leads.licences import licence_findings
from leads.versions import in_force
from records.base import stable_id
from records.leads import Finding, ScanFields, ScanFinding, ScanInput, Span
from records.market import Listing, PriceRole, Shop, Source, Speaker, TextBlock
from records.register import Match

__all__ = ["OWED_BY_SHOPS", "Ground", "assess_listing", "assess_shop", "finding_of", "merchant_words", "once"]

_EXCERPT = 400
_OF_NAMES = frozenset({"C04"})
_ADVERTISERS = (Speaker.MERCHANT, Speaker.LABEL)
OWED_BY_SHOPS = ("N05",)
"""Duties of a shop's own pages: its listings are not judged by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where words were read."""

    shop_id: str
    listing_id: str
    url: str
    page_id: str
    page_sha256: str | None
    seen_at: datetime
    now: datetime


def assess_shop(judge: Judge, shop: Shop, match: Match | None, *, now: datetime) -> tuple[Finding, ...]:
    """What the shop's own pages may breach: licence shown (N01), licence true (N02, by the match), its texts.

    What could not be read gives undetermined, with the unread parts named.
    """
    ground = _shop_ground(shop, now)
    found: list[Finding] = []
    for answer in licence_findings(shop, match):
        if answer.rule in judge.rules:
            shown = shop.disclosure.licence_no or shop.disclosure.holder_name
            block = TextBlock(speaker=Speaker.MERCHANT, text=shown, place=shop.disclosure.place)
            found.append(finding_of(judge, ground, block, answer, distinct=answer.explanation))
    said = merchant_words(shop.texts)
    blocks, shown_by = list(_advertising(shop.texts)), _shown_by(shop)
    scans = [ScanInput(id=shop.shop_id, text=one.text, source=one.speaker, fields=shown_by) for one in blocks]
    for block, answers in zip(blocks, judge.judge_blocks(scans, title=shop.name, page=said), strict=True):
        found.extend(finding_of(judge, ground, block, answer) for answer in answers if answer.spans)
    name = TextBlock(speaker=Speaker.MERCHANT, text=shop.name, place="shop_name")
    for answer in judge.judge(ScanInput(id=shop.shop_id, text=shop.name)):
        if answer.rule in _OF_NAMES:
            found.append(finding_of(judge, ground, name, answer))
    return once(found)


def assess_listing(
    judge: Judge, listing: Listing, shop: Shop, *, now: datetime, also_said: str = ""
) -> tuple[Finding, ...]:
    """What a listing may breach: its title with the facts beside it, then each block of the merchant or a label.

    `also_said` counts as said on the page, for what the page owes and for exemptions.
    """
    ground = Ground(
        shop_id=shop.shop_id,
        listing_id=listing.listing_id,
        url=listing.url,
        page_id=listing.source.page_id,
        page_sha256=listing.source.page_sha256,
        seen_at=listing.source.seen_at,
        now=now,
    )
    shown_by_shop = shop.disclosure.approval_nos  # what a listing owes may stand on the shop's own pages
    said = "\n".join((listing.title, merchant_words(listing.texts), *shown_by_shop, also_said))
    found: list[Finding] = []
    title = TextBlock(speaker=Speaker.MERCHANT, text=listing.title, place="title")
    blocks = [title, *(block for block in _advertising(listing.texts) if block.text != listing.title)]
    facts = _facts(listing)
    scans = [
        ScanInput(id=listing.listing_id, text=block.text, category=listing.category, source=block.speaker, fields=facts)
        for block in blocks
    ]
    of_title = judge.judge(scans[0], page=said)
    of_others = judge.judge_blocks(scans[1:], title=listing.title, page=said)
    for block, answers in zip(blocks, (of_title, *of_others), strict=True):
        found.extend(
            finding_of(judge, ground, block, one)
            for one in answers
            if (block is title or one.spans) and one.rule not in OWED_BY_SHOPS
        )
    found.extend(_in_reviews(judge, ground, listing))
    return once(found)


def _in_reviews(judge: Judge, ground: Ground, listing: Listing) -> Iterator[Finding]:
    """What the reviews give away, by rules that heed them (C01): one that repeats the others is seen beside them."""
    text = "\n".join(f"{one.author_masked}：{' '.join(one.text.split())}" for one in listing.reviews)
    block = TextBlock(speaker=Speaker.REVIEW, text=text, place="reviews")
    scan = ScanInput(id=listing.listing_id, text=text, category=listing.category, source=Speaker.REVIEW)
    for answer in judge.judge(scan) if listing.reviews else ():
        if Speaker.REVIEW in judge.rules[answer.rule].signal.heeds:
            yield finding_of(judge, ground, block, answer)


def _shown_by(shop: Shop) -> ScanFields:
    """Permit numbers on the shop's own pages: looked for when its front page was read."""
    shown = shop.disclosure
    looked = shop.front_page_read or bool(shown.approval_nos)
    linked = shop.licence_page_read or not shown.has_licence_link
    whole = shop.front_page_read and linked and not shop.unread
    return ScanFields(page_complete=whole, approval_nos=shown.approval_nos if looked else None)


def _facts(listing: Listing) -> ScanFields:
    """Facts of the listing's page; what a list asked for it is compared by its history. Approval numbers are "looked
    for" only when the page was read whole."""
    now_price = next((price.amount_fen for price in listing.prices if price.role is PriceRole.NOW), None)
    struck = next((price.amount_fen for price in listing.prices if price.role is PriceRole.STRUCK), None)
    return ScanFields(
        page_complete=listing.complete,
        approval_nos=listing.approval_nos if listing.approval_nos or listing.complete else None,
        price_fen=now_price,
        strike_price_fen=struck,
    )


def _shop_ground(shop: Shop, now: datetime) -> Ground:
    source: Source | None = next((one for one in shop.sources if one.url == shop.url), None)
    if source is None and shop.sources:
        source = shop.sources[0]
    return Ground(
        shop_id=shop.shop_id,
        listing_id="",
        url=source.url if source else shop.url,
        page_id=source.page_id if source else "",
        page_sha256=source.page_sha256 if source else None,
        seen_at=source.seen_at if source else shop.last_seen_at,
        now=now,
    )


def _advertising(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    return (block for block in blocks if block.speaker in _ADVERTISERS and block.text.strip())


def merchant_words(blocks: Sequence[TextBlock]) -> str:
    """What the merchant and labels say, block by block."""
    return "\n".join(block.text for block in _advertising(blocks))


def finding_of(judge: Judge, ground: Ground, block: TextBlock, answer: ScanFinding, *, distinct: str = "") -> Finding:
    """The finding an answer makes of a block; `distinct` tells apart answers that say the same of the same words."""
    rule = judge.rules[answer.rule]
    text, spans = _excerpt(block.text, answer.spans)
    conduct_on = day_in_china(ground.seen_at)
    words = "|".join(f"{span.start}:{span.text}" for span in answer.spans)
    return Finding(
        finding_id=stable_id(
            "finding",
            answer.rule,
            answer.verdict,
            ground.listing_id or ground.shop_id,
            ground.page_sha256 or "",
            block.place,
            block.text,
            words,
            distinct,
        ),
        rule_id=answer.rule,
        rule_version=rule.version,
        verdict=answer.verdict,
        severity=answer.severity,
        shop_id=ground.shop_id,
        listing_id=ground.listing_id,
        url=ground.url,
        page_id=ground.page_id,
        page_sha256=ground.page_sha256,
        text=text,
        place=block.place,
        speaker=block.speaker,
        spans=spans,
        exemption=answer.exemption,
        explanation=answer.explanation,
        proof_needed=rule.proof_needed,
        basis=in_force(rule.basis, on=conduct_on),
        conduct_on=conduct_on,
        found_at=ground.now,
    )


def _excerpt(text: str, spans: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """The block, or some 400 characters of it around the first hits, with the spans that lie in it."""
    if len(text) <= _EXCERPT:
        return text, spans
    first = spans[0].start if spans else 0
    longest = max(_EXCERPT, (spans[0].end - first) if spans else 0)
    start = max(0, min(first - 60, len(text) - longest))
    end = min(len(text), start + longest)
    kept = tuple(
        Span(start=span.start - start, end=span.end - start, text=span.text)
        for span in spans
        if start <= span.start and span.end <= end
    )
    return text[start:end], kept


def once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in the order found."""
    return tuple({finding.finding_id: finding for finding in findings}.values())
