"""What is judged beside the texts: reviews together (C01), words beside prices (C10), a shop's name (C04)."""

from __future__ import annotations

from datetime import datetime

from leads.assessing import assess_listing, assess_shop
from leads.judging import Judge
from records.leads import Verdict
from records.market import Price, PriceRole, Review

SAID = "这款面膜真的很好用，皮肤水水嫩嫩的，已经回购三次了"


def test_reviews_that_repeat_each_other_are_one_finding_of_the_listing(judge: Judge, make, now: datetime) -> None:
    reviews = tuple(Review(author_masked=f"买***{at}", text=SAID) for at in range(4))
    found = assess_listing(judge, make.listing("补水面膜 5片", reviews=reviews), make.shop(), now=now)
    assert [(one.rule_id, one.verdict, one.place) for one in found] == [("C01", Verdict.SUSPECTED, "reviews")]
    assert [span.text for span in found[0].spans] == [SAID] * 4


def test_reviews_are_otherwise_no_words_of_the_merchant(judge: Judge, make, now: datetime) -> None:
    reviews = (Review(author_masked="买***1", text="全网最好的面膜，治好了我的湿疹"),)
    assert assess_listing(judge, make.listing("补水面膜 5片", reviews=reviews), make.shop(), now=now) == ()


def test_discount_in_the_text_is_held_against_the_prices_of_the_page(judge: Judge, make, now: datetime) -> None:
    prices = (Price(role=PriceRole.NOW, amount_fen=8000), Price(role=PriceRole.STRUCK, amount_fen=10000))
    found = assess_listing(judge, make.listing("棉麻衬衫", "全场五折，三天后恢复", prices=prices), make.shop(), now=now)
    assert [one.rule_id for one in found] == ["C10"]


def test_imitated_name_of_a_shop_is_suspected_and_its_praise_is_not(judge: Judge, make, now: datetime) -> None:
    def suspected(name: str) -> list[tuple[str, str]]:
        found = assess_shop(judge, make.shop(name=name), None, now=now)
        return [(one.rule_id, one.place) for one in found if one.verdict is Verdict.SUSPECTED]

    assert ("C04", "shop_name") in suspected("康帅傅食品旗舰店")
    assert not [one for one in suspected("天下第一鲜海味店") if one[1] == "shop_name"]
