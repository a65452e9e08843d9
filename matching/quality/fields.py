"""Rules for what single fields say: placeholders, telephone numbers, names against division and legal form."""

from __future__ import annotations

import re
import unicodedata

from matching.data.divisions import PROVINCES
from matching.names.normalise import key_of, normalise_name
from matching.names.regions import read_leading_region
from matching.quality.codes import division_in
from matching.quality.outcomes import SOUND, FieldAnswer, FieldQuestion, Subject, problem, undecided
from records.quality import QualityCheck
from records.register import EntityKind

__all__ = ["FIELD_QUESTIONS", "is_placeholder"]

_FILL_WORDS = (
    "无 暂无 没有 不详 未知 未填 未填写 空 同上 测试 待定 待补 待补充 略 地址 住所 名称 姓名 电话 地址不详 住所不详 "
    "暂无地址 详见执照 见执照 见营业执照 见附件 NULL NONE NA N/A NAN TEST XXX XX"
)
_PLACEHOLDERS = frozenset(_FILL_WORDS.split())
_FILLER = re.compile(r"[\s\-—_*#/\\.。,，、?？·~0Xx×]+|(.)\1{3,}|123456\d*")
_SEPARATORS = re.compile(r"[;；,，、/|\s]+")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_PHONE_FILLER = re.compile(r"(?:0\d{2,3})?(\d)\1{6,}|1(\d)\2{9}|\d*12345678\d*|13800138000|13[0-9]00000000")
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 16
_LEAST_ADDRESS = 4
_COOPERATIVE_WORDS = ("合作社", "联合社", "联社", "合作")


def is_placeholder(text: str) -> bool:
    """Whether a text only fills its field; an empty one does not count.

    >>> is_placeholder("暂无"), is_placeholder("----"), is_placeholder("余杭区五常街道1号"), is_placeholder("")
    (True, True, False, False)
    """
    bare = unicodedata.normalize("NFKC", text).strip().upper()
    return bool(bare) and (bare in _PLACEHOLDERS or _FILLER.fullmatch(bare) is not None)


def _filled(field: str, title: str) -> FieldQuestion:
    def ask(subject: Subject) -> FieldAnswer | None:
        text = getattr(subject.entity, field)
        if not text:
            return None
        return problem(text[:60], f"{title}“{text[:60]}”只是占位内容") if is_placeholder(text) else SOUND

    return FieldQuestion(check=QualityCheck.PLACEHOLDER, field=field, ask=ask)


def _address(subject: Subject) -> FieldAnswer | None:
    text = subject.entity.address
    if not text:
        return None
    if is_placeholder(text):
        return problem(text[:60], f"住所“{text[:60]}”只是占位内容")
    bare = normalise_name(text)
    if len(bare) < _LEAST_ADDRESS or read_leading_region(bare[:40], keep=0).length == len(bare):
        return problem(text[:60], f"住所“{text[:60]}”只有行政区划，没有路名、村组或门牌")
    return SOUND


def _phone(subject: Subject) -> FieldAnswer | None:
    text = unicodedata.normalize("NFKC", subject.entity.phone)
    if not text:
        return None
    if is_placeholder(text):
        return problem(text[:60], f"电话“{text[:60]}”只是占位内容")
    # A space may stand between area code and number as well as between two numbers.
    numbers = [_NOT_DIGITS.sub("", part) for part in (text, *_SEPARATORS.split(text))]
    if "*" in text:
        return undecided(text[:60], "电话已脱敏")
    if any(_PHONE_FILLER.fullmatch(number) for number in numbers):
        return problem(text[:60], f"电话“{text[:60]}”是编造的号码")
    if any(_SHORTEST_PHONE <= len(number) <= _LONGEST_PHONE for number in numbers):
        return SOUND
    return problem(text[:60], f"电话“{text[:60]}”位数不对")


def _legal_form(subject: Subject) -> FieldAnswer | None:
    name, kind = subject.name, subject.entity.kind
    if kind is EntityKind.INDIVIDUAL:
        # 某连锁有限公司某某加盟店 is a stall's lawful name; a name that ends in 公司 is none.
        wrong = name.endswith(("有限公司", "有限责任公司", "股份公司", "专业合作社"))
        return problem(subject.entity.name, "个体工商户的名称以公司或合作社结尾") if wrong else SOUND
    if kind is EntityKind.COOPERATIVE:
        wrong = not any(word in name for word in _COOPERATIVE_WORDS)
        return problem(subject.entity.name, "农民专业合作社的名称中没有“合作社”或“联合社”") if wrong else SOUND
    return None


def _name_region(subject: Subject) -> FieldAnswer | None:
    entity = subject.entity
    named = subject.parts.region.code[:2]
    registered = {code[:2] for code in (entity.region_code, division_in(entity.code)) if code[:2] in PROVINCES}
    if entity.kind is EntityKind.BRANCH or subject.parts.branch or not named or not registered:
        return None
    if named in registered:
        return SOUND
    places = "、".join(PROVINCES[code] for code in sorted(registered))
    # Subsidiaries carry the parent's place, then their own: 浙江农资集团上海有限公司.
    return undecided(entity.name, f"名称中的地区属{PROVINCES[named]}，登记在{places}；可能是外地投资设立或旧名未改")


def _region_code(subject: Subject) -> FieldAnswer | None:
    code = subject.entity.region_code
    if not code:
        return None
    if code[:2] in PROVINCES or code == "100000":
        return SOUND
    return problem(code, f"区划代码“{code}”不属于任何省份")


def _former(subject: Subject) -> FieldAnswer | None:
    formers = subject.entity.former_names
    if not formers:
        return None
    own = key_of(subject.name)
    same = [former for former in formers if key_of(normalise_name(former)) == own]
    return problem(same[0], "曾用名与现名称相同") if same else SOUND


FIELD_QUESTIONS = (
    _filled("name", "名称"),
    _filled("legal_representative", "法定代表人（经营者、负责人）"),
    _filled("scope", "经营范围"),
    FieldQuestion(check=QualityCheck.PLACEHOLDER, field="address", ask=_address),
    FieldQuestion(check=QualityCheck.PHONE, field="phone", ask=_phone),
    FieldQuestion(check=QualityCheck.LEGAL_FORM, field="name", ask=_legal_form),
    FieldQuestion(check=QualityCheck.NAME_REGION, field="name", ask=_name_region),
    FieldQuestion(check=QualityCheck.NAME_REGION, field="region_code", ask=_region_code),
    FieldQuestion(check=QualityCheck.FORMER_NAME, field="former_names", ask=_former),
)
