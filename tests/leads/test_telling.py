"""What is only told of is no offer, whichever rule hears it; told of and sold with it is."""

from __future__ import annotations

import pytest

from records.leads import Verdict
from records.market import Category

CLASSES = {"A05": Category.DEVICE, "G04": Category.DRUG}


@pytest.mark.parametrize(
    ("rule", "told_of", "offered"),
    [
        ("G04", "没有处方能不能先卖两盒？——对不起，没有处方我们不能卖。", "没有处方也可以买，直接拍下发货"),
        ("C15", "市场监管部门提醒：“最终解释权归本店所有”属于不公平格式条款，消费者可以不认。", "最终解释权归本店所有"),
        ("C02", "有商家想让我们冲销量，刷量的活不接。", "刷量的活长期接，冲销量找我们"),
        ("A05", "顾客要求写“三天治好、无效退款”，客服回复：不能这么写，我们做不了。", "三天治好、无效退款"),
        ("A05", "无效退款这种话我们说不出口，器械有没有用看个人情况。", "这台仪器无效退款"),
        ("G11", "监管部门抽检通告：某减肥糖果检出西布曲明，已下架召回。", "减肥糖果，含西布曲明才有效，现货包邮"),
        ("A11", "大家别听人说月入过万就辞职。", "宝妈兼职月入过万就辞职"),
        ("G07", "弩箭安保——公司名，提供写字楼保安派遣服务。", "弩箭现货，加微信发货"),
        ("G01", "自然博物馆展品：大熊猫标本，仅供展出。", "大熊猫标本，私聊发价"),
        ("G19", "买到假冒绿色食品标志怎么办？可拨打12315。", "出售假冒绿色食品标志，一卷80元"),
        ("N12", "注销账号：七日内办结，不需要手持身份证照片。", "注销账号须上传手持身份证照片"),
        ("C20", "平台不得以任何方式强迫商家在平台间“二选一”。", "入驻商家必须二选一，只能独家经营"),
        ("C17", "给了差评的朋友我们逐条公开回复，一条没删。", "差评我们后台都隐藏了"),
    ],
)
def test_what_is_told_of_is_left_and_what_is_offered_is_suspected(ask, rule: str, told_of: str, offered: str) -> None:
    said = ask(rule, told_of, CLASSES.get(rule, Category.OTHER))
    assert said is None or said.verdict is not Verdict.SUSPECTED
    suspected = ask(rule, offered, CLASSES.get(rule, Category.OTHER))
    assert suspected is not None
    assert suspected.verdict is Verdict.SUSPECTED


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("C16", "能退吗？——不能，特价商品不支持退货"),
        ("G21", "被市监局抽检点名的那款童车，还有十几台，半价拿走"),
        ("N10", "推广商品去掉“广告”角标，让用户以为是自然排名"),
    ],
)
def test_refusal_or_report_clears_no_rule_whose_breach_it_is(ask, rule: str, text: str) -> None:
    assert ask(rule, text).verdict is Verdict.SUSPECTED


@pytest.mark.parametrize(
    "text", ["控制体重靠吃动平衡，营养师线上课，课程199元", "农家山泉水豆腐，现磨现做", "街坊都叫它良心铺子"]
)
def test_everyday_word_one_character_from_a_brand_is_no_imitation(ask, text: str) -> None:
    said = ask("C04", text)
    assert said is None or said.verdict is not Verdict.SUSPECTED
