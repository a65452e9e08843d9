from __future__ import annotations

from datetime import date

import pytest

from leads.assessing import assess_listing, assess_shop
from records.leads import Verdict
from records.licence_findings import Certainty, LicenceFinding, LicenceProblem, WithheldFinding
from records.market import Category, Disclosure, Price, PriceRole, Speaker, TextBlock


def _by_rule(findings):
    return {finding.rule_id: finding for finding in findings}


def test_shop_read_whole_without_any_licence_is_suspected(judge, make, now) -> None:
    found = _by_rule(assess_shop(judge, make.shop(), None, now=now))["N01"]
    assert found.verdict is Verdict.SUSPECTED
    assert (found.url, found.page_sha256) == ("http://shop.test/s/1", "a" * 64)
    assert found.basis[0].instrument == "中华人民共和国电子商务法"


@pytest.mark.parametrize(
    ("changes", "named"), [({"front_page_read": False}, "首页"), ({"unread": ("执照图片",)}, "执照图片")]
)
def test_unread_part_makes_it_undetermined_and_is_named(judge, make, now, changes, named) -> None:
    found = _by_rule(assess_shop(judge, make.shop(**changes), None, now=now))["N01"]
    assert found.verdict is Verdict.UNDETERMINED
    assert named in found.explanation


@pytest.mark.parametrize(
    "disclosure",
    [
        Disclosure(licence_no="91110000600037341L"),
        Disclosure(has_licence_link=True),
        Disclosure(licence_image_urls=("http://shop.test/l.png",)),
    ],
)
def test_any_form_of_licence_is_no_n01(judge, make, now, disclosure) -> None:
    assert "N01" not in _by_rule(assess_shop(judge, make.shop(disclosure=disclosure), None, now=now))


def test_exemption_statement_is_weighed_not_suspected(judge, make, now) -> None:
    shop = make.shop(disclosure=Disclosure(exemption_text="个人销售自产农副产品，依法不需要办理市场主体登记"))
    assert _by_rule(assess_shop(judge, shop, None, now=now))["N01"].verdict is Verdict.EXCLUDED


@pytest.mark.parametrize(
    "problem",
    [
        LicenceProblem.CODE_INVALID,
        LicenceProblem.CODE_UNKNOWN,
        LicenceProblem.NAME_CODE_MISMATCH,
        LicenceProblem.CANCELLED,
        LicenceProblem.REVOKED,
    ],
)
def test_register_problem_becomes_n02_in_its_own_words(judge, make, now, problem) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="91110000600037341L"))
    found = _by_rule(assess_shop(judge, shop, make.match(problem), now=now))["N02"]
    assert (found.verdict, found.explanation) == (Verdict.SUSPECTED, f"登记库显示{problem.value}")


def test_abnormal_listing_is_no_false_licence(judge, make, now) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="91110000600037341L"))
    assert "N02" not in _by_rule(assess_shop(judge, shop, make.match(LicenceProblem.ABNORMAL), now=now))


@pytest.mark.parametrize(
    ("problem", "rule", "verdict"),
    [
        (LicenceProblem.BORROWED, "N02", Verdict.SUSPECTED),
        (LicenceProblem.CODE_UNKNOWN, "N02", Verdict.UNDETERMINED),
        (LicenceProblem.OUTDATED, "N08", Verdict.UNDETERMINED),
        (LicenceProblem.UNLICENSED, "N03", Verdict.SUSPECTED),
        (LicenceProblem.PERMIT_INVALID, "N06", Verdict.SUSPECTED),
        (LicenceProblem.SUSPENDED, "N02", Verdict.UNDETERMINED),
        (LicenceProblem.INCOMPLETE, "N01", Verdict.UNDETERMINED),
    ],
)
def test_what_must_be_checked_first_is_undetermined_but_for_a_loan(judge, make, now, problem, rule, verdict) -> None:
    to_check = LicenceFinding(problem=problem, sentence="须核实", certainty=Certainty.TO_CHECK)
    match = make.match().model_copy(update={"licence_findings": (to_check,)})
    shop = make.shop(disclosure=Disclosure(licence_no="91110000600037341L"))
    assert _by_rule(assess_shop(judge, shop, match, now=now))[rule].verdict is verdict


@pytest.mark.parametrize(
    ("problem", "rules"),
    [
        (LicenceProblem.UNLICENSED, {"N03"}),
        (LicenceProblem.PERMIT_INVALID, {"N06"}),
        (LicenceProblem.NOT_SHOWN, set()),
    ],
)
def test_what_has_its_own_rule_is_no_false_licence(judge, make, now, problem, rules) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="91110000600037341L"))
    assert _by_rule(assess_shop(judge, shop, make.match(problem), now=now)).keys() == rules


def test_seller_without_licence_or_registration_is_both_not_shown_and_unlicensed(judge, make, now) -> None:
    found = _by_rule(assess_shop(judge, make.shop(), make.match(LicenceProblem.UNLICENSED), now=now))
    assert {rule: one.verdict for rule, one in found.items()} == {
        "N01": Verdict.SUSPECTED,
        "N03": Verdict.SUSPECTED,
    }
    assert found["N03"].explanation == "登记库显示疑似无照"


def test_permit_on_the_shops_own_page_stands_for_its_listings(judge, make, now) -> None:
    listing = make.listing("私房卤味 自家厨房现卤现发", category=Category.FOOD)
    without = assess_listing(judge, listing, make.shop(), now=now)
    shown = Disclosure(licence_no="91110000600037341L", approval_nos=("JY11108071215650",))
    assert [one.rule_id for one in without] == ["G13"]
    assert assess_listing(judge, listing, make.shop(disclosure=shown), now=now) == ()


def test_owed_number_is_asked_for_what_the_title_sells(judge, make, now) -> None:
    words = "微波炉一起用完记得擦干"
    mug = make.listing("陶瓷马克杯 450ml", words, category=Category.HOME)
    oven = make.listing("微波炉 20升 机械款", words, category=Category.HOME)
    assert assess_listing(judge, mug, make.shop(), now=now) == ()
    assert {one.rule_id for one in assess_listing(judge, oven, make.shop(), now=now)} == {"G18"}


def test_permit_a_shop_owes_is_asked_on_its_own_pages_only(judge, make, now) -> None:
    words = TextBlock(speaker=Speaker.MERCHANT, text="本店主营农药、除草剂，欢迎光临")
    licence = Disclosure(licence_no="91110000600037341L")
    shop = make.shop(disclosure=licence, texts=(words,))
    assert {one.rule_id for one in assess_shop(judge, shop, None, now=now)} == {"N05"}
    unread = make.shop(disclosure=licence, texts=(words,), unread=("资质页",))
    assert [one.verdict for one in assess_shop(judge, unread, None, now=now)] == [Verdict.UNDETERMINED]
    assert assess_listing(judge, make.listing("喷壶", words, category=Category.FARM_SUPPLY), shop, now=now) == ()


def test_failing_code_the_register_explains_is_not_held_against_its_form(judge, make, now) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="91110000600037341A"))
    assert _by_rule(assess_shop(judge, shop, make.match(), now=now))["N02"].verdict is Verdict.SUSPECTED
    held_back = WithheldFinding(problem=LicenceProblem.CODE_INVALID, because="登记库中就是这个号码")
    match = make.match().model_copy(update={"withheld_findings": (held_back,)})
    found = _by_rule(assess_shop(judge, shop, match, now=now))["N02"]
    assert (found.verdict, found.explanation) == (Verdict.UNDETERMINED, "登记库中就是这个号码")


def test_without_the_register_a_wrong_code_is_still_seen(judge, make, now) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="91XXXXXXXXXXXXXXXX"))
    assert _by_rule(assess_shop(judge, shop, None, now=now))["N02"].verdict is Verdict.SUSPECTED


@pytest.mark.parametrize("with_register", [True, False])
def test_code_in_full_width_characters_is_no_n02(judge, make, now, with_register) -> None:
    shop = make.shop(disclosure=Disclosure(licence_no="９２４１０８２５ＭＡＷＮ４ＰＪＡ９Ｔ"))
    match = make.match() if with_register else None
    assert "N02" not in _by_rule(assess_shop(judge, shop, match, now=now))


def test_listing_is_judged_block_by_block_with_place_and_page(judge, make, now) -> None:
    listing = make.listing("山药粉 500克", "根治糖尿病的好东西", category=Category.FOOD)
    (found,) = assess_listing(judge, listing, make.shop(), now=now)
    assert (found.rule_id, found.place, found.page_sha256) == ("A03", "p0", "b" * 64)
    assert found.text[found.spans[0].start : found.spans[0].end] == found.spans[0].text
    assert found.conduct_on == date(2026, 11, 20)


def test_reviews_and_platform_words_make_no_finding(judge, make, now) -> None:
    blocks = [TextBlock(speaker=who, text="全网最好的面膜，根治湿疹") for who in (Speaker.REVIEW, Speaker.PLATFORM)]
    assert assess_listing(judge, make.listing("面膜", *blocks), make.shop(), now=now) == ()


def test_exemption_elsewhere_on_the_page_is_found(judge, make, now) -> None:
    listing = make.listing(
        "苏卡达陆龟 活体 380元/只", "一龟一证，附人工繁育许可证及专用标识", category=Category.WILDLIFE
    )
    verdicts = {finding.verdict for finding in assess_listing(judge, listing, make.shop(), now=now)}
    assert verdicts == {Verdict.EXCLUDED}


def test_assessing_again_makes_no_second_finding(judge, make, now) -> None:
    listing = make.listing("全网最好的面膜", "全网最好的面膜", "国家级品质", "国家级品质")
    first = assess_listing(judge, listing, make.shop(), now=now)
    again = assess_listing(judge, listing, make.shop(), now=now)
    assert [one.finding_id for one in first] == [one.finding_id for one in again]
    assert len({one.finding_id for one in first}) == len(first) == 3


def test_long_block_is_cut_around_the_words_hit(judge, make, now) -> None:
    listing = make.listing("保温杯", "材质说明。" * 300 + "全国销量第一" + "。售后说明" * 300)
    findings = assess_listing(judge, listing, make.shop(), now=now)
    assert "A01" in {found.rule_id for found in findings}
    for found in findings:
        assert len(found.text) <= 400
        assert all(found.text[span.start : span.end] == span.text for span in found.spans)
        assert any(span.text in "全国销量第一" for span in found.spans)


def test_prices_reach_the_rules_once_with_the_title(judge, make, now) -> None:
    listing = make.listing("保温杯", prices=(Price(role=PriceRole.NOW, amount_fen=9900),), list_price_fen=9900)
    assert assess_listing(judge, listing, make.shop(), now=now) == ()
