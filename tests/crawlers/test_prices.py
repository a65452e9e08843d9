"""The price reader against texts of our own: amounts, ranges, units and roles as Chinese shops write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from crawlers.price_numerals import chinese_number
from crawlers.price_tags import price_tags
from crawlers.prices import read_prices
from records.market import Price, PriceRole

SET = [json.loads(line) for line in (Path(__file__).parent / "data/prices.jsonl").read_text("utf-8").splitlines()]
"""Our own truth set. `part` says when a text was written: `tuning` is what the reader was tuned on, `held_out` and the
later ones were written before the reader was tuned on anything like them (figures at first sight: data/README.md)."""

# text, then (role, fen, fen of the upper end or None, unit) for each price in it
TRUTH: tuple[tuple[str, tuple[tuple[str, int, int | None, str], ...]], ...] = (
    # what general price parsers get wrong on Chinese
    ("1.2万元", (("now", 1_200_000, None, ""),)),
    ("799.00元", (("now", 79_900, None, ""),)),
    ("人民币 1,999.00 元", (("now", 199_900, None, ""),)),
    ("¥99-¥199", (("now", 9_900, 19_900, ""),)),
    ("券后价 ￥99.9 原价￥199", (("coupon", 9_990, None, ""), ("struck", 19_900, None, ""))),
    ("1280元/吨", (("now", 128_000, None, "吨"),)),
    # plain amounts
    ("¥99", (("now", 9_900, None, ""),)),
    ("￥99.00", (("now", 9_900, None, ""),)),
    ("￥１２９．００", (("now", 12_900, None, ""),)),
    ("¥ 99 .00", (("now", 9_900, None, ""),)),
    ("¥0.01", (("now", 1, None, ""),)),
    ("99元", (("now", 9_900, None, ""),)),
    ("RMB 88", (("now", 8_800, None, ""),)),
    ("人民币99", (("now", 9_900, None, ""),)),
    ("CNY 1,288.50", (("now", 128_850, None, ""),)),
    ("£51.77", (("now", 5_177, None, ""),)),
    ("$1,299.5", (("now", 129_950, None, ""),)),
    ("US$ 20", (("now", 2_000, None, ""),)),
    ("€10.00", (("now", 1_000, None, ""),)),
    ("¥1,234,567.89", (("now", 123_456_789, None, ""),)),
    ("99块", (("now", 9_900, None, ""),)),
    ("9块9包邮", (("now", 990, None, ""),)),
    ("9元9角", (("now", 990, None, ""),)),
    ("3元5角2分", (("now", 352, None, ""),)),
    ("30块钱", (("now", 3_000, None, ""),)),
    ("9.9元包邮", (("now", 990, None, ""),)),
    # 万, 千
    ("¥1.2万", (("now", 1_200_000, None, ""),)),
    ("3千元", (("now", 300_000, None, ""),)),
    ("售价12万", (("now", 12_000_000, None, ""),)),
    ("1.2-1.5万元", (("now", 1_200_000, 1_500_000, ""),)),
    ("加盟费价格：3.98万元", (("now", 3_980_000, None, ""),)),
    # ranges
    ("99-199元", (("now", 9_900, 19_900, ""),)),
    ("¥99~199", (("now", 9_900, 19_900, ""),)),
    ("¥99.00 - 129.00", (("now", 9_900, 12_900, ""),)),
    ("￥41.80 ～ ￥50.80", (("now", 4_180, 5_080, ""),)),
    ("99元至199元", (("now", 9_900, 19_900, ""),)),
    ("¥99到¥199", (("now", 9_900, 19_900, ""),)),
    ("￥９９－１９９", (("now", 9_900, 19_900, ""),)),
    ("¥99—199", (("now", 9_900, 19_900, ""),)),
    # units
    ("12.8元/500g", (("now", 1_280, None, "500g"),)),
    ("¥12.8/500g", (("now", 1_280, None, "500g"),)),
    ("3.5元每斤", (("now", 350, None, "斤"),)),
    ("3.5元一斤", (("now", 350, None, "斤"),)),
    ("¥6.8/斤", (("now", 680, None, "斤"),)),
    ("￥6.8／公斤", (("now", 680, None, "公斤"),)),
    ("0.5元/个", (("now", 50, None, "个"),)),
    ("20-30元/斤", (("now", 2_000, 3_000, "斤"),)),
    ("¥99/月", (("now", 9_900, None, "月"),)),
    # roles by the word before
    ("原价：¥199", (("struck", 19_900, None, ""),)),
    ("划线价 ¥199", (("struck", 19_900, None, ""),)),
    ("市场价199元", (("struck", 19_900, None, ""),)),
    ("吊牌价：￥1299", (("struck", 129_900, None, ""),)),
    ("专柜价¥880", (("struck", 88_000, None, ""),)),
    ("建议零售价 ¥58", (("struck", 5_800, None, ""),)),
    ("现价：¥129", (("now", 12_900, None, ""),)),
    ("促销价 ¥129", (("now", 12_900, None, ""),)),
    ("秒杀价¥9.9", (("now", 990, None, ""),)),
    ("券后 ¥89", (("coupon", 8_900, None, ""),)),
    ("到手价¥79", (("coupon", 7_900, None, ""),)),
    ("领券后￥66", (("coupon", 6_600, None, ""),)),
    ("会员价：¥88", (("member", 8_800, None, ""),)),
    ("VIP价 ¥88", (("member", 8_800, None, ""),)),
    ("定金¥50", (("deposit", 5_000, None, ""),)),
    ("订金：100元", (("deposit", 10_000, None, ""),)),
    ("低至9.9元", (("from", 990, None, ""),)),
    ("价格：128", (("now", 12_800, None, ""),)),
    ("一口价 1500", (("now", 150_000, None, ""),)),
    # roles by the word after
    ("¥99起", (("from", 9_900, None, ""),)),
    ("99元起", (("from", 9_900, None, ""),)),
    ("¥99.9（券后）", (("coupon", 9_990, None, ""),)),
    ("¥199(原价)", (("struck", 19_900, None, ""),)),
    ("¥9.9起/斤", (("from", 990, None, "斤"),)),
    # several in one text
    (
        "现价¥99 原价¥199 会员价¥89",
        (("now", 9_900, None, ""), ("struck", 19_900, None, ""), ("member", 8_900, None, "")),
    ),
    ("定金¥50 到手价¥999", (("deposit", 5_000, None, ""), ("coupon", 99_900, None, ""))),
    ("¥99 原价¥199", (("now", 9_900, None, ""), ("struck", 19_900, None, ""))),
    ("¥1,299.00 ¥1,599.00", (("now", 129_900, None, ""), ("now", 159_900, None, ""))),
    ("原价199元，现价99元", (("struck", 19_900, None, ""), ("now", 9_900, None, ""))),
    ("原味 ¥24.00", (("now", 2_400, None, ""),)),
    # money that is no price
    ("满200减30，¥99", (("now", 9_900, None, ""),)),
    ("满¥200减¥30", ()),
    ("运费10元", ()),
    ("20元优惠券", ()),
    ("100元代金券", ()),
    ("立减20元", ()),
    ("月供¥99", ()),
    ("¥33.3×3期", ()),
    ("-¥20", ()),
    ("注册资本100万元", ()),
    ("返现5元", ()),
    # no money at all
    ("已售1.2万件", ()),
    ("3块肥皂", ()),
    ("5元素", ()),
    ("2024-2025元旦", ()),
    ("¥9??", ()),
    ("¥9x", ()),
    ("99.00", ()),
    ("价格面议", ()),
    ("电话 400-820-8820", ()),
    ("", ()),
)


@pytest.mark.parametrize(("text", "expected"), TRUTH, ids=[text or "empty" for text, _ in TRUTH])
def test_amount_role_range_and_unit_are_read(text, expected) -> None:
    found = tuple((price.role.value, price.amount_fen, price.amount_max_fen, price.unit) for price in read_prices(text))
    assert found == expected


def _read(one: dict) -> list[Price]:
    if "text" in one:
        return list(read_prices(one["text"]))
    root = lxml_html.document_fromstring(f"<html><body><div>{one['markup']}</div></body></html>")
    return [price for tag in price_tags(root) for price in tag.prices]


def test_truth_set_is_read_with_few_errors() -> None:
    amounts, roles, units = [], [], []
    for one in SET:
        found, wanted = _read(one), [Price(**{"text": "", **price}) for price in one["prices"]]
        for errors, parts in (
            (amounts, ("amount_fen", "amount_max_fen")),
            (roles, ("role", "amount_fen")),
            (units, ("unit", "currency", "amount_fen")),
        ):
            said, true = (
                sorted(str([getattr(each, part) for part in parts]) for each in side) for side in (found, wanted)
            )
            if said != true:
                errors.append((one, said))
    assert len(SET) >= 400
    assert len({one.get("text", one.get("markup")) for one in SET}) == len(SET)
    assert len(amounts) <= 0.01 * len(SET), amounts
    assert len(roles) <= 0.03 * len(SET), roles
    assert len(units) <= 0.02 * len(SET), units


def test_foreign_money_is_never_taken_for_renminbi() -> None:
    assert [price.currency for price in read_prices("HK$ 68.00 约合人民币 62.5元")] == ["HKD", "CNY"]


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numerals_say_their_number(number) -> None:
    signs = "零一二三四五六七八九"
    said, skipped = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            said += ("零" if skipped and said else "") + signs[digit] + name
        skipped = not digit
    assert chinese_number(said) == number


def test_text_of_a_price_is_what_stands_on_the_page() -> None:
    assert read_prices("券后价 ￥９９．９ 原价￥199")[0].text == "￥９９．９"


def test_markup_decides_over_words() -> None:
    assert [price.role for price in read_prices("¥199", role=PriceRole.STRUCK)] == [PriceRole.STRUCK]


def test_number_alone_is_a_price_only_where_the_markup_says_so() -> None:
    assert read_prices("128.00") == ()
    assert [price.amount_fen for price in read_prices("128.00", bare=True)] == [12_800]


@given(st.text())
def test_any_text_is_read_without_failing(text) -> None:
    for price in read_prices(text, bare=True):
        assert price.amount_fen >= 0
        assert price.amount_max_fen is None or price.amount_max_fen > price.amount_fen


@given(st.integers(min_value=0, max_value=99_999_999))
def test_every_amount_survives_being_written_and_read(fen) -> None:
    (price,) = read_prices(f"¥{fen // 100:,}.{fen % 100:02d}")
    assert price.amount_fen == fen
