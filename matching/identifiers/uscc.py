"""统一社会信用代码: 18 characters, two checks.

| places | meaning | characters |
|---|---|---|
| 1 | 登记管理部门 | 1-9, A, G, N, Y |
| 2 | 机构类别 | depends on place 1 (`KINDS`) |
| 3-8 | 登记管理机关行政区划码 (GB/T 2260) | digits |
| 9-17 | 主体标识码 = 组织机构代码 (GB 11714), with its own check in place 17 | 0-9, A-Z without I O S V Z |
| 18 | check character, MOD 31 | as above |

Letter-led codes (N1, N2, N3 of the rural collectives, A1, G1, Y1) are as lawful as the numeric ones; a code of one
repeated zero satisfies both sums and is refused. 0.009 % of real register codes fail a check (measured on 1.1 million):
a failing code that the register holds is the register's, so look up before judging.

Standard: GB 32100-2015 with amendment 1; GB 11714-1997.
"""

from __future__ import annotations

from enum import StrEnum

from matching.identifiers.checks import MOD31_ALPHABET, mod31_character, organisation_character

__all__ = ["DEPARTMENTS", "KINDS", "UsccProblem", "division_of", "is_uscc", "is_uscc_shape", "kind_of", "uscc_problem"]

DEPARTMENTS = {
    "1": "机构编制", "2": "外交", "3": "司法行政", "4": "文化", "5": "民政", "6": "旅游", "7": "宗教", "8": "工会",
    "9": "市场监督管理", "A": "中央军委改革和编制办公室", "G": "补充部门（G类）", "N": "农业农村", "Y": "其他",
}  # fmt: skip
"""登记管理部门 by the first character."""

KINDS = {
    "1": {"1": "机关", "2": "事业单位", "3": "编办直接管理的群众团体", "9": "其他"},
    "2": {"1": "外国常驻新闻机构", "9": "其他"},
    "3": {
        "1": "律师执业机构",
        "2": "公证处",
        "3": "基层法律服务所",
        "4": "司法鉴定机构",
        "5": "仲裁委员会",
        "9": "其他",
    },
    "4": {"1": "外国在华文化中心", "9": "其他"},
    "5": {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"},
    "6": {"1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻内地代表机构", "9": "其他"},
    "7": {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"},
    "8": {"1": "基层工会", "9": "其他"},
    "9": {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"},
    "A": {"1": "军队事业单位", "9": "其他"},
    "G": {"1": "补充类别", "9": "其他"},
    "N": {"1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"},
    "Y": {"1": "其他"},
}
"""机构类别 by the first, then the second character."""

_LETTERS = frozenset(MOD31_ALPHABET)


class UsccProblem(StrEnum):
    """Why a text is no lawful code, in the words shown to an officer."""

    LENGTH = "不是18位"
    ALPHABET = "含有代码不用的字符（I、O、S、V、Z或其他符号）"
    ZEROS = "主体标识码全为0"
    DEPARTMENT = "第1、2位不是规定的登记管理部门和机构类别"
    DIVISION = "第3至8位不是行政区划数字"
    CHECK = "第18位校验码不符"
    ORGANISATION = "第17位组织机构代码校验不符"


def uscc_problem(code: str) -> UsccProblem | None:
    """The first thing wrong with an already cleaned code (`clean_code`), None when both checks hold.

    >>> uscc_problem("91110000600037341L") is None
    True
    >>> uscc_problem("000000000000000000")
    <UsccProblem.ZEROS: '主体标识码全为0'>
    >>> uscc_problem("91110000600037341M")
    <UsccProblem.CHECK: '第18位校验码不符'>
    """
    if len(code) != 18:
        return UsccProblem.LENGTH
    if not _LETTERS.issuperset(code):
        return UsccProblem.ALPHABET
    return _structure_problem(code) or _check_problem(code)


def is_uscc(code: str) -> bool:
    """Whether alphabet, department, division and both checks hold."""
    return uscc_problem(code) is None


def is_uscc_shape(code: str) -> bool:
    """Whether the text could be a damaged code: 18 capital letters and digits, at least 12 of them digits.

    >>> is_uscc_shape("9111000060003734IO"), is_uscc_shape("中国人民")
    (True, False)
    """
    return len(code) == 18 and code.isascii() and code.isalnum() and sum(map(str.isdigit, code)) >= 8


def division_of(code: str) -> str:
    """The 6-digit 行政区划码 of the registering authority; empty when places 3-8 are not digits."""
    places = code[2:8]
    return places if len(code) == 18 and places.isascii() and places.isdigit() else ""


def kind_of(code: str) -> str:
    """登记管理部门 and 机构类别 in words, empty when unknown.

    >>> kind_of("93110000600037341L"), kind_of("N2110000600037341L")
    ('市场监督管理：农民专业合作社', '农业农村：村级集体经济组织')
    """
    kind = KINDS.get(code[:1], {}).get(code[1:2], "")
    return f"{DEPARTMENTS[code[0]]}：{kind}" if kind else ""


def _structure_problem(code: str) -> UsccProblem | None:
    if not code[8:17].strip("0"):
        return UsccProblem.ZEROS
    if code[1] not in KINDS.get(code[0], {}):
        return UsccProblem.DEPARTMENT
    if not code[2:8].isdigit():
        return UsccProblem.DIVISION
    return None


def _check_problem(code: str) -> UsccProblem | None:
    if mod31_character(code[:17]) != code[17]:
        return UsccProblem.CHECK
    if organisation_character(code[8:16]) != code[16]:
        return UsccProblem.ORGANISATION
    return None
