"""Own rules: words, distance, exceptions and conditions, judged as a built-in rule would."""

from __future__ import annotations

from datetime import date

import pytest

from leads.assessing import assess_listing, assess_shop
from leads.judging import Judge
from leads.own_rules import fitting, lead_rule_of, region_of
from records.errors import InvalidInputError
from records.leads import Basis, Verdict
from records.market import Category, Disclosure, Price, PriceRole, Review
from records.own_rules import OwnConditions, OwnRule
from tests.leads.conftest import NOW, SEEN_AT, Make

LAW = Basis(instrument="中华人民共和国广告法", article="第二十八条", text="", in_force_from=date(2015, 9, 1))


def _own(*groups: tuple[str, ...], **changes: object) -> OwnRule:
    values = {"rule_id": "Z01", "version": 1, "title": "孕妇燕窝", "groups": groups, "basis": (LAW,), "made_by": "王监",
              "made_at": NOW}  # fmt: skip
    return OwnRule.model_validate({**values, **changes})


def _verdicts(own: OwnRule, listing: object, **shop: object) -> list[Verdict]:
    judge = Judge((lead_rule_of(own),), on=NOW.date())
    at = Make.shop(**shop)
    found = assess_listing(judge, listing, at, now=NOW)
    return [one.verdict for one in fitting(found, judge.rules, shop=at, match=None, listings=[listing])]


@pytest.mark.parametrize(
    ("title", "verdicts"),
    [
        ("孕妇专用即食燕窝", [Verdict.SUSPECTED]),
        ("即食燕★窝 孕 妇 可吃", [Verdict.SUSPECTED]),
        ("即食燕窝 送礼", []),
        ("不是燕窝，孕妇枕头", [Verdict.EXCLUDED]),
        ("燕窝仿品 孕妇装", [Verdict.EXCLUDED]),
    ],
)
def test_a_word_of_each_group_must_be_there(title: str, verdicts: list[Verdict]) -> None:
    own = _own(("燕窝", "即食燕窝"), ("孕妇", "宝宝"), unless=("仿品",))
    assert _verdicts(own, Make.listing(title)) == verdicts


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("本店拥有最终解释权", [Verdict.SUSPECTED]),
        ("最终解释权归本店", [Verdict.SUSPECTED]),
        ("解释权一词，常见于合同文本之中，请注意甄别，本店", []),
        ("本店不设最终解释权条款", [Verdict.EXCLUDED]),
    ],
)
def test_groups_that_must_stand_together(text: str, verdicts: list[Verdict]) -> None:
    assert _verdicts(_own(("解释权",), ("本店", "商家"), within=8), Make.listing("茶", text)) == verdicts


def test_hit_shows_the_stretch_as_it_was_written() -> None:
    judge = Judge((lead_rule_of(_own(("解释权",), ("本店",), within=8)),), on=NOW.date())
    (found,) = assess_listing(judge, Make.listing("茶", "活动最终解★释权歸 本店 所有"), Make.shop(), now=NOW)
    assert [span.text for span in found.spans] == ["解★释权歸 本店"]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"categories": ("食品",)}, True),
        ({"categories": ("药品",)}, False),
        ({"price_least_fen": 100, "price_most_fen": 9900}, True),
        ({"price_least_fen": 9901}, False),
        ({"sales_least": 5}, False),
        ({"regions": ("4403",)}, True),
        ({"regions": ("33",)}, False),
    ],
)
def test_conditions_beside_the_words(asked: dict[str, object], *, fits: bool) -> None:
    own = _own(("燕窝",), conditions=OwnConditions.model_validate(asked))
    price = Price(role=PriceRole.NOW, amount_fen=9900)
    listing = Make.listing("燕窝", category=Category.FOOD, prices=(price,), sales_count=None)
    shop = {"disclosure": Disclosure(licence_no="91440300708461136T")}
    assert bool(_verdicts(own, listing, **shop)) is fits


def test_what_could_not_be_read_fulfils_no_condition() -> None:
    for asked in ({"price_most_fen": 10**9}, {"sales_most": 10**9}, {"regions": ("44",)}):
        own = _own(("燕窝",), conditions=OwnConditions.model_validate(asked))
        assert _verdicts(own, Make.listing("燕窝")) == []
    assert region_of(Make.shop(disclosure=Disclosure(licence_no="读不出")), None) == ""


def test_condition_of_a_listing_is_silent_on_the_shop_page() -> None:
    own = _own(("青石",), conditions=OwnConditions(categories=(Category.FOOD,)))
    judge = Judge((lead_rule_of(own),), on=NOW.date())
    shop = Make.shop(texts=Make.listing("茶", "青石百货欢迎您").texts)
    found = assess_shop(judge, shop, None, now=NOW)
    assert found and fitting(found, judge.rules, shop=shop, match=None, listings=()) == []


def test_reviews_are_heard_only_when_asked_for() -> None:
    listing = Make.listing("茶", reviews=(Review(author_masked="王*", text="店家私下返现五元", first_seen_at=SEEN_AT),))
    assert _verdicts(_own(("返现",)), listing) == []
    heard = _own(("返现",), conditions=OwnConditions.model_validate({"speakers": ("review",)}))
    assert _verdicts(heard, listing) == [Verdict.SUSPECTED]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"groups": (("茶",),)}, "太短"),
        ({"groups": ((" ",),)}, "没有词"),
        ({"groups": (("燕窝",), ("孕妇",)), "within": 60}, "相隔可达"),
    ],
)
def test_rule_that_cannot_judge_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        lead_rule_of(_own(("燕窝",), **changes))
