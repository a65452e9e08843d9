"""Goods that became unlawful to sell on a day, and goods whose number is owed."""

from __future__ import annotations

from datetime import date

import pytest

from leads.catalogue import load_rules
from leads.judging import Judge
from records.leads import ScanFields, ScanInput, Verdict
from records.market import Category, Speaker

LOOKED, PARTLY = ScanFields(page_complete=True, approval_nos=()), ScanFields(page_complete=False, approval_nos=())
OWED = [
    ("G13", "私房卤味 自家厨房现卤现发", Category.FOOD, "JY11108071215650"),
    ("G14", "婴儿配方奶粉 1段 800g", Category.MOTHER_BABY, "国食注字YP20180012"),
    ("G15", "美白祛斑霜 30g", Category.COSMETIC, "国妆特字20221234"),
    ("G17", "电子血压计 家用", Category.DEVICE, "粤械注准20172070123"),
    ("G18", "充电宝 20000毫安", Category.DIGITAL, "2023010907541234"),
]


@pytest.mark.parametrize(("rule", "text", "category", "number"), OWED)
def test_owed_number_is_missed_only_on_a_page_read_whole(ask, rule, text, category, number) -> None:
    shown = ScanFields(page_complete=True, approval_nos=(number,))
    found = [ask(rule, text, category, fields=fields) for fields in (LOOKED, PARTLY, shown, ScanFields())]
    assert [one.verdict if one else None for one in found] == [Verdict.SUSPECTED, Verdict.UNDETERMINED, None, None]


def test_number_of_an_ordinary_cosmetic_does_not_answer_for_a_special_one(ask) -> None:
    ordinary = ScanFields(page_complete=True, approval_nos=("粤G妆网备字2023012345",))
    assert ask("G15", "美白祛斑霜 30g", Category.COSMETIC, fields=ordinary).verdict is Verdict.SUSPECTED
    assert ask("G15", "保湿面霜 30g", Category.COSMETIC, fields=ordinary) is None


@pytest.mark.parametrize(
    ("day", "verdict"), [(date(2024, 7, 31), Verdict.EXCLUDED), (date(2024, 8, 1), Verdict.SUSPECTED)]
)
def test_power_banks_owe_the_mark_since_they_were_listed(day: date, verdict: Verdict) -> None:
    scan = ScanInput(id="x", text="充电宝 20000毫安", category=Category.DIGITAL, fields=LOOKED)
    (found,) = (one for one in Judge(load_rules(), on=day).judge(scan) if one.rule == "G18")
    assert found.verdict is verdict


def test_sockets_owed_it_before(ask) -> None:
    scan = ScanInput(id="x", text="排插 五孔 3米", category=Category.HOME, fields=LOOKED)
    judged = Judge(load_rules(), on=date(2024, 7, 31)).judge(scan)
    assert [(one.rule, one.verdict) for one in judged] == [("G18", Verdict.SUSPECTED)]


@pytest.mark.parametrize("rule", ["G02", "G03", "G07", "G09", "G11", "G22"])
def test_what_is_warned_of_or_said_by_others_is_not_offered(ask, rule: str) -> None:
    offered = {
        "G02": "出售捕鸟网 10米现货",
        "G03": "出售曲马多 现货",
        "G07": "出售弩 打猎 现货",
        "G09": "收购银行卡四件套",
        "G11": "火锅料添加罂粟壳 现货",
        "G22": "出售百草枯 现货",
    }[rule]
    assert ask(rule, offered).verdict is Verdict.SUSPECTED
    for text, source in ((f"谨防{offered}", Speaker.MERCHANT), (offered, Speaker.REVIEW), (offered, Speaker.PLATFORM)):
        found = ask(rule, text, source=source)
        assert found is None or found.verdict is Verdict.EXCLUDED, (text, source)
