"""Makers of shops for grouping, and the sample market as shops."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from matching.groups.linking import link_shops
from matching.groups.ruling import standing_rulings
from matching.groups.texts import CopiedTexts, MarkedTexts
from matching.groups.traits import traits_of
from records.group_marks import ShopMarks
from records.groups import LinkPage
from records.market import Contact, ContactKind, Disclosure, Shop, Source, Speaker, TextBlock
from records.register import Match, MatchDecision, MatchQuery

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def shop(shop_id, *, contacts=(), target="t1", host="", texts=(), **disclosed):
    host = host or f"{shop_id}.test"
    source = Source(page_id=f"page_{shop_id}", page_sha256="0" * 64, url=f"http://{host}/", seen_at=NOW)
    return Shop(
        shop_id=shop_id, target_id=target, url=f"http://{host}/{shop_id}", name=shop_id, sources=(source,),
        disclosure=Disclosure(**disclosed), first_seen_at=NOW, last_seen_at=NOW,
        contacts=tuple(Contact(kind=ContactKind(kind), value=value) for kind, value in contacts),
        texts=tuple(TextBlock(speaker=Speaker.MERCHANT, text=text) for text in texts),
    )  # fmt: skip


def matched(shop_id, code, decision=MatchDecision.MATCH):
    return Match(
        match_id=f"m_{shop_id}", shop_id=shop_id, query=MatchQuery(query_id=shop_id, as_of=NOW), decision=decision,
        entity_code=code, not_in_register_probability=0.0, model_version="x", snapshot_id="x", matched_at=NOW,
    )  # fmt: skip


def marks_of(each, match=None, *, pictures=()):
    """What is kept of a shop that carries its texts itself."""
    source, texts = each.sources[0], MarkedTexts()
    page = LinkPage(shop_id=each.shop_id, page_id=source.page_id, page_sha256=source.page_sha256, url=source.url)
    texts.add(page, each.texts)
    return ShopMarks(
        version="x", traits=traits_of(each, match, pictures=pictures), text_pages=tuple(texts.pages),
        sentences=tuple(texts.sentences),
    )  # fmt: skip


def linked(shops, *, matches=None, rulings=(), pictures=None):
    """The linkage of shops with the texts they carry themselves."""
    matches, pictures = matches or {}, pictures or {}
    marks = {
        each.shop_id: marks_of(each, matches.get(each.shop_id), pictures=pictures.get(each.shop_id, ()))
        for each in shops
    }
    texts = CopiedTexts(_Kept(marks))
    return link_shops([one.traits for one in marks.values()], texts, rulings=standing_rulings(rulings))


class _Kept:
    """What a store keeps of shops."""

    def __init__(self, marks):
        self._marks = marks

    def marks(self, shop_ids):
        return {shop_id: self._marks[shop_id] for shop_id in shop_ids}

    def prints(self, shop_ids):
        return {
            shop_id: [printed for line in self._marks[shop_id].sentences for printed in line.prints]
            for shop_id in shop_ids
        }  # fmt: skip

    def print_holders(self, prints):
        return Counter(printed for numbers in self.prints(self._marks).values() for printed in set(numbers))


def members(linkage):
    return [cluster.shop_ids for cluster in linkage.clusters]


@pytest.fixture
def on():
    """What the tests of grouping call."""
    return SimpleNamespace(
        shop=shop,
        matched=matched,
        linked=linked,
        members=members,
        marks=marks_of,
        now=NOW,
        later=NOW + timedelta(days=1),
    )
