"""Makers of shops for grouping, and the sample market as shops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from matching.groups.linking import link_shops
from matching.groups.texts import TextIndex
from matching.groups.traits import traits_of
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


def linked(shops, *, matches=None):
    """The linkage of shops with the texts they carry themselves."""
    matches = matches or {}
    texts = TextIndex()
    for each in shops:
        source = each.sources[0]
        page = LinkPage(
            shop_id=each.shop_id, page_id=source.page_id, page_sha256=source.page_sha256, url=source.url
        )  # fmt: skip
        texts.add(page, each.texts)
    return link_shops([traits_of(each, matches.get(each.shop_id)) for each in shops], texts.shared())


def members(linkage):
    return [cluster.shop_ids for cluster in linkage.clusters]


@pytest.fixture
def on():
    """What the tests of grouping call."""
    return SimpleNamespace(
        shop=shop, matched=matched, linked=linked, members=members, now=NOW, later=NOW + timedelta(days=1)
    )
