"""Words of advertising that are spoken about: what was taken off, forbidden or exposed is not what is sold with."""

from __future__ import annotations

import pytest

from records.leads import Verdict


@pytest.mark.parametrize(
    ("rule", "spoken_of", "sold_with"),
    [
        ("A01", "旧包装上印有“顶级品质”字样，现已停用", "旧包装上印有“顶级品质”字样，照样是顶级品质"),
        ("A01", "律师普法：“全网最低价”属于绝对化用语", "全网最低价，律师看了都说好"),
        ("A14", "更正：此前所写“全国销量第一”缺乏依据，现已删除", "全国销量第一，欢迎选购"),
        ("A03", "所谓“喝醋软化血管”目前没有科学依据", "每天一勺醋，软化血管"),
        ("A19", "测评视频由厂家付费拍摄，片头已标明“广告”", "测评视频由厂家付费拍摄，片中只字不提，片尾放购买码"),
    ],
)
def test_word_spoken_of_is_left_and_word_sold_with_is_suspected(ask, rule: str, spoken_of: str, sold_with: str) -> None:
    said = ask(rule, spoken_of)
    assert said is None or said.verdict is not Verdict.SUSPECTED
    suspected = ask(rule, sold_with)
    assert suspected is not None
    assert suspected.verdict is Verdict.SUSPECTED
