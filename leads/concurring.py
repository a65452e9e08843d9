"""法条竞合: of two rules that suspect the same words, one may be the law for just this case, the other the general one.

An act that breaks several provisions is fined once (行政处罚法 第二十九条), and the special provision goes before the
general one (立法法 第一百零三条). Two leads for the same words would have an officer check the same thing twice. So the
general rule is not suspected of words for which the special one already stands: it is left undetermined and names the
other, and a person may add it. Words of its own elsewhere in the text keep it suspected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from enum import Enum

from records.leads import ScanFinding, Verdict

__all__ = ["CONCURRENCES", "Concurrence", "Reach", "settle"]


class Reach(Enum):
    """How near the words of the two must stand for the special rule to go before."""

    WORDS = "same words"
    SENTENCE = "same sentence"
    TEXT = "same text"


@dataclass(frozen=True, slots=True)
class Concurrence:
    """Which rules go before a general one.

    Attributes:
        general: The rule that steps back.
        special: Those that go before it; empty: every other rule but `beside`.
        reach: How near their words must stand.
        reason: Why, in Chinese, as an officer reads it.
        beside: Rules that leave the general one as it is, where `special` is empty.
    """

    general: str
    special: frozenset[str]
    reach: Reach
    reason: str
    beside: frozenset[str] = frozenset()

    def goes_before(self, rule: str) -> bool:
        """Whether that rule goes before the general one."""
        if rule == self.general:
            return False
        return rule in self.special if self.special else rule not in self.beside


def _one(general: str, special: str, reach: Reach, reason: str) -> Concurrence:
    return Concurrence(general, frozenset(special.split()), reach, reason)


CONCURRENCES: tuple[Concurrence, ...] = (
    _one(
        "A01",
        "A02 A04 A05 A10 A11 A12 A13 A14 A16 A21 C05",
        Reach.WORDS,
        "这几个字已由专门规定评价，不再另按绝对化用语",
    ),
    _one("A02", "A21", Reach.SENTENCE, "冒称机关认定的是驰名商标，由商标法的专门规定评价"),
    _one("A03", "A17 A23", Reach.WORDS, "养生文变相推销、患者或受益者证言各有专门规定"),
    _one("A04", "A17 A24", Reach.WORDS, "变相发布与虚构人物另有专门规定"),
    _one(
        "A05",
        "A06 A07 G01 G03 G04 G05",
        Reach.SENTENCE,
        "未经审查、不得在此做广告或者不得出售、无证、未获批准的，先于广告用语的限制",
    ),
    _one(
        "A07",
        "A03 A04 G03 G05",
        Reach.SENTENCE,
        "说的是食品、保健食品的疗效，或者卖药本身不许可，不另按处方药的广告",
    ),
    _one("A10", "G19", Reach.SENTENCE, "卖的是认证、检测证书，不是教育培训"),
    _one("A11", "G24", Reach.SENTENCE, "发展下线的收益许诺是传销的一部分"),
    _one("A13", "G22 G23", Reach.SENTENCE, "禁用农药、无证种子根本不得出售，先于广告用语的限制"),
    Concurrence(
        "A20",
        frozenset(),
        Reach.SENTENCE,
        "虚假广告为兜底规定，同一句话已有专门规定评价",
        beside=frozenset({"A01"}),
    ),
    _one("A14", "A05", Reach.SENTENCE, "治愈率、有效率由医疗药品广告的专门规定评价，不另按引证"),
    _one("C01", "A24", Reach.SENTENCE, "人物由人工智能虚构，另有专门规定，不是虚构交易"),
    _one("C02", "C01 G09", Reach.WORDS, "在自己店里虚构交易，或者买卖账号，不是替他人刷单"),
    _one("C11", "G01 G02 G03 G05 G06 G07 G08 G09 G10", Reach.TEXT, "依法不得出售的东西，不再另评明码标价"),
    _one(
        "C15",
        "C07 C14 C17 C21 G20 N07 N13",
        Reach.SENTENCE,
        "抽奖、续费、评价、押金、停业与联系方式各有专门规定，先于格式条款",
    ),
    _one("C17", "C02", Reach.SENTENCE, "替他人删评、刷评的服务，不是本店展示评价"),
    _one("C20", "N07", Reach.SENTENCE, "说的是停业，不是对平台内经营者的限制"),
    _one("G01", "G02", Reach.SENTENCE, "卖的是捕猎工具，不是动物"),
    _one("G09", "G19 C22", Reach.SENTENCE, "认证证书由认证认可条例、收集自己用户的信息由个人信息规定评价"),
    _one("G10", "G01", Reach.SENTENCE, "重点保护的水生野生动物，先于长江禁捕渔获"),
    _one("G11", "C06", Reach.SENTENCE, "说的是他人的商品，不是本店在售"),
    _one("G12", "G19", Reach.SENTENCE, "到期的是认证，不是食品"),
    _one("G20", "G01 G05 G14 G17", Reach.SENTENCE, "缺少的是专门许可、注册或者专用标识，不再另评标签"),
    _one("N01", "N08", Reach.TEXT, "已亮照而信息未更新，不是未亮照"),
    _one("N02", "N08", Reach.SENTENCE, "亮照信息曾经属实而未更新，不是冒用"),
    _one("N13", "G20 C21", Reach.SENTENCE, "商品没有厂名厂址，不是网店没有联系方式"),
    _one("N10", "A19", Reach.SENTENCE, "软文未标明广告，不是搜索排名"),
)
_BY_GENERAL: Mapping[str, Concurrence] = {one.general: one for one in CONCURRENCES}
_SENTENCE_END = re.compile(r"[。！!；;？?\n\r…]")


def settle(found: MutableMapping[str, ScanFinding], text: str) -> None:
    """Let general rules step back where a special one is suspected of the same words.

    Args:
        found: What was said of one text, by rule; findings that step back are replaced by undetermined ones.
        text: The text itself, which the spans point into.
    """
    general = found.keys() & _BY_GENERAL.keys()
    if not general or len(found) < 2:
        return
    suspected = {rule: one for rule, one in found.items() if one.verdict is Verdict.SUSPECTED}
    for rule in sorted(general & suspected.keys()):
        concurrence = _BY_GENERAL[rule]
        before = [
            other
            for other, finding in suspected.items()
            if concurrence.goes_before(other) and _meet(suspected[rule], finding, concurrence.reach, text)
        ]
        if before:
            said = f"{concurrence.reason}（{'、'.join(sorted(before))}）；是否同时违反本条由人判断"
            found[rule] = suspected[rule].model_copy(update={"verdict": Verdict.UNDETERMINED, "explanation": said})


def _meet(general: ScanFinding, special: ScanFinding, reach: Reach, text: str) -> bool:
    """Whether all words of the general rule stand within reach of the special one's."""
    if reach is Reach.TEXT:
        return True
    if not general.spans or not special.spans:
        return False
    return all(
        any(_near((one.start, one.end), (other.start, other.end), reach, text) for other in special.spans)
        for one in general.spans
    )


def _near(one: tuple[int, int], other: tuple[int, int], reach: Reach, text: str) -> bool:
    first, second = sorted((one, other))
    if second[0] < first[1]:
        return True
    return reach is Reach.SENTENCE and not _SENTENCE_END.search(text, first[1], second[0])
