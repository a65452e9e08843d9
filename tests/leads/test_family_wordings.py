"""Many ways of merchants to say one thing (C, G, N), half of them lawful likenesses: what the families were made on.

Written rule by rule from the law, before the rule's words were read; the best became its examples. Learnt from, so
the floors guard and do not promise (`tests/leads/README.md`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from leads.authoring import anywhere, within
from leads.judging import Judge
from leads.labelled import Comparison
from leads.rules.rivals_known import NEAR_MISSES
from leads.scan import read_line
from records.leads import Verdict

LINES = (Path(__file__).parent / "data" / "broad_b.jsonl").read_text("utf-8").splitlines()


def test_broad_wordings_are_suspected_and_their_likenesses_are_left(judge: Judge) -> None:
    comparison = Comparison()
    for line, found in zip(LINES, judge.judge_all(read_line(line) for line in LINES), strict=True):
        comparison.add(json.loads(line), found)
    overall = comparison.overall()
    assert overall.precision >= 0.97
    assert overall.recall >= 0.90, {one.rule: one.missed for one in comparison.by_rule() if one.missed}
    assert comparison.alarm_rate <= 0.02


def test_half_of_the_broad_wordings_are_lawful_and_none_is_an_example(judge: Judge) -> None:
    lines = [json.loads(line) for line in LINES]
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    texts = {line["text"] for line in lines}
    assert len(texts) == len(lines) >= 500
    assert examples.isdisjoint(texts)
    assert sum(not line["expect"] for line in lines) >= len(lines) / 2
    heard = {rule for line in lines for rule in line["expect"]}
    assert heard == {rule for rule in judge.rules if not rule.startswith("A")}


@pytest.mark.parametrize(
    ("rule", "lawful", "unlawful"),
    [
        ("C01", "销量是老顾客一单一单买出来的", "销量是我们自己刷出来的"),
        ("C08", "原价399元，10月本店成交价", "原价399元，从来没按这个价卖过"),
        ("C13", "默认发白色款，需要黑色请备注", "默认加购29元会员卡，不需要找客服取消"),
        ("N05", "许可证见首页底部", "许可证没挂，懒得上传"),
        ("G19", "检测服务，需现场送样检测", "检测报告不用送样，数据可改"),
        ("G10", "养殖江团 鲜活直发", "江边渔船现捕的野生江团 一斤起"),
    ],
)
def test_fate_and_not_the_thing_makes_the_breach(ask, rule: str, lawful: str, unlawful: str) -> None:
    said = ask(rule, lawful)
    assert said is None or said.verdict is not Verdict.SUSPECTED
    suspected = ask(rule, unlawful)
    assert suspected is not None and suspected.verdict is Verdict.SUSPECTED


@pytest.mark.parametrize("name", ["营养直线", "农夫大泉", "良品辅子"])
def test_name_with_one_inner_character_changed_is_a_near_miss(name: str) -> None:
    assert re.search(NEAR_MISSES, name)


@pytest.mark.parametrize("name", ["营养快线", "农夫山泉", "良品铺子", "三只松鼠", "云南国药"])
def test_name_itself_and_words_of_their_own_are_no_near_miss(name: str) -> None:
    assert re.search(NEAR_MISSES, name) is None


@pytest.mark.parametrize("pattern", [within("甲", "乙"), anywhere("甲", "乙")])
def test_slots_are_found_in_any_order(pattern: str) -> None:
    assert re.search(pattern, "先乙后甲")
    assert re.search(pattern, "先甲\n后乙")
    assert re.search(pattern, "只有甲") is None
