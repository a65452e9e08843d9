"""Shared by the tests of leads/: one judge of the day the labelled texts were written, and builders of records."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from leads.catalogue import load_rules
from leads.judging import Judge
from records.leads import ScanFields, ScanFinding, ScanInput
from records.market import Category, Disclosure, Listing, Shop, Source, Speaker, TextBlock
from records.register import LicenceFinding, LicenceProblem, Match, MatchDecision, MatchQuery

SEEN_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(load_rules(), on=date(2026, 11, 20))


@pytest.fixture
def now() -> datetime:
    return NOW


class Make:
    """Builders of records with sensible defaults."""

    @staticmethod
    def source(url: str = "http://shop.test/s/1", digit: str = "a") -> Source:
        return Source(page_id=f"page_{digit}", page_sha256=digit * 64, url=url, seen_at=SEEN_AT)

    @classmethod
    def shop(cls, *, disclosure: Disclosure | None = None, **changes: object) -> Shop:
        shop = Shop(
            shop_id="shop_1",
            target_id="target_1",
            url="http://shop.test/s/1",
            name="青石百货",
            disclosure=disclosure or Disclosure(),
            front_page_read=True,
            sources=(cls.source(),),
            first_seen_at=SEEN_AT,
            last_seen_at=SEEN_AT,
        )
        return shop.model_copy(update=changes)

    @classmethod
    def listing(cls, title: str, *texts: str | TextBlock, **changes: object) -> Listing:
        blocks = tuple(
            block if isinstance(block, TextBlock) else TextBlock(speaker=Speaker.MERCHANT, text=block, place=f"p{at}")
            for at, block in enumerate(texts)
        )
        listing = Listing(
            listing_id="listing_1",
            shop_id="shop_1",
            target_id="target_1",
            url="http://shop.test/s/1/1.html",
            title=title,
            texts=blocks,
            source=cls.source("http://shop.test/s/1/1.html", "b"),
            first_seen_at=SEEN_AT,
            last_seen_at=SEEN_AT,
        )
        return listing.model_copy(update=changes)

    @staticmethod
    def match(*problems: LicenceProblem, decision: MatchDecision = MatchDecision.MATCH) -> Match:
        return Match(
            match_id="match_1",
            shop_id="shop_1",
            query=MatchQuery(query_id="shop_1", as_of=SEEN_AT),
            decision=decision,
            entity_code="91330110MA2B0C1D2X" if decision is MatchDecision.MATCH else "",
            entity_name="杭州青石百货有限公司" if decision is MatchDecision.MATCH else "",
            probability=0.99,
            not_in_register_probability=0.01,
            licence_findings=tuple(LicenceFinding(problem=one, sentence=f"登记库显示{one.value}") for one in problems),
            model_version="1",
            snapshot_id="snap",
            matched_at=SEEN_AT,
        )


@pytest.fixture
def make() -> type[Make]:
    return Make


class Ask:
    """Judge a text and look at one rule."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def __call__(
        self,
        rule_id: str,
        text: str,
        category: Category = Category.OTHER,
        *,
        source: Speaker = Speaker.MERCHANT,
        fields: ScanFields | None = None,
    ) -> ScanFinding | None:
        scan = ScanInput(id="x", text=text, category=category, source=source, fields=fields or ScanFields())
        return next((found for found in self.judge.judge(scan) if found.rule == rule_id), None)


@pytest.fixture
def ask(judge: Judge) -> Ask:
    return Ask(judge)
