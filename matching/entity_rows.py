"""One row of a register file as an Entity: dates, states and kinds in the many ways suppliers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from matching.entity_periods import REMOVED, former_names, listings, parts_of, sites
from matching.identifiers.cleaning import clean_code
from matching.names.regions import region_of
from records.register import Entity, EntityKind, EntityStatus

__all__ = ["RowProblem", "code_of", "entity_of", "read_date"]

_OPEN_WORDS = "长期 无固定期限 永久 永续 长期有效 至今 / - -- — 无 n/a null none"
_OPEN_ENDED = frozenset(_OPEN_WORDS.split()) | {""}
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
_ACTIVE_WORDS = "存续 在营 开业 在业 正常 在册 存续（在营、开业、在册） 在营（开业） 登记成立 迁入"
_ACTIVE = frozenset(_ACTIVE_WORDS.split()) | {""}
_DATE_TITLES = {
    "status_on": "状态日期",
    "established_on": "成立日期",
    "valid_from": "营业期限自",
    "valid_until": "营业期限止",
    "approved_on": "核准日期",
}
_LIST_TITLES = {"abnormal_since": "经营异常", "seriously_illegal_since": "严重违法"}
_PERIODS = {"abnormal_since": "abnormal_periods", "seriously_illegal_since": "seriously_illegal_periods"}
_TEXT_FIELDS = ("address", "legal_representative", "phone", "scope", "parent_name")
_LIST_FIELDS = ("former_names", "shop_urls", "site_names", "icp_no")
_ADVICE = {
    "code": "填写18位统一社会信用代码（或15位、13位旧注册号），该列设为文本格式",
    "name": "按营业执照填写名称全称",
    "status": "填写存续、停业、注销、吊销、撤销、责令关闭或迁出",
    "region_code": "填写6位行政区划代码或规范的区划名称",
}
_DATE_ADVICE = "日期写成2026-09-30的样子；长期有效填“长期”或留空"
_DAMAGED_ADVICE = "从原系统以UTF-8重新导出该行"
_CODE_LENGTHS = (13, 15, 18)
_FOREVER = 9000
_BRANCH_ENDINGS = ("分公司", "支行", "分行", "支公司", "营业部", "支局")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with a row: the field, a Chinese sentence, and whether the row is refused for it."""

    field: str
    problem: str
    refused: bool = True

    @property
    def advice(self) -> str:
        """What the supplier should do (Chinese)."""
        if "无法解码" in self.problem:
            return _DAMAGED_ADVICE
        dated = self.field in _DATE_TITLES or self.field in _LIST_TITLES
        return _DATE_ADVICE if dated else _ADVICE.get(self.field, "请核对该项")


def entity_of(values: Mapping[str, str], *, source: str, snapshot_id: str) -> tuple[Entity | None, list[RowProblem]]:
    """The entity of a row (values by Entity field name) and what was wrong with it.

    A row is refused for its code, name or state; an unreadable date or division is left empty and reported, because
    dropping the entity would make its shops look unregistered.
    """
    code, problem = _read_code(values.get("code", ""))
    problems = [problem] if problem else []
    name = values.get("name", "").strip()
    if not name or "\ufffd" in name:
        wrong = "含有无法解码的字符" if name else "没有名称"
        problems.append(RowProblem(field="name", problem=wrong))
    status = _read_status(values.get("status", "").strip())
    if status is None:
        problems.append(RowProblem(field="status", problem=f"登记状态“{values['status'][:20]}”不能识别"))
    read = _read_dates(values, problems) | _read_listings(values, problems)
    texts = _read_texts(values, problems, _TEXT_FIELDS)
    region_code = _region_code(values, problems)
    if status is None or any(found.refused for found in problems):
        return None, problems
    entity = Entity(
        code=code,
        name=name[:400],
        kind=_read_kind(values.get("kind", ""), code, name),
        status=status,
        region_code=region_code,
        parent_code=_parent_code(values.get("parent_code", ""), problems),
        source=source,
        snapshot_id=snapshot_id,
        **texts,
        **read,
        **_read_lists(values, problems),
    )
    return entity, problems


def read_date(text: str) -> date | None:
    """A date in any of the usual forms; None for open-ended (长期, 9999-12-31) and empty ones.

    >>> [str(read_date(text)) for text in ("2003/3/31", "20030331", "2003年3月31日", "长期", "9999-12-31")]
    ['2003-03-31', '2003-03-31', '2003-03-31', 'None', 'None']

    Raises:
        ValueError: Something else.
    """
    bare = text.strip()
    if bare.casefold() in _OPEN_ENDED:
        return None
    found = _DATE.fullmatch(bare)
    if found is None:
        raise ValueError(bare)
    year, month, day = map(int, found.groups())
    if year >= _FOREVER:
        return None
    return date(year, month, day)


def code_of(text: str) -> str:
    """The number a cell means, as an Entity has it; empty when it means none.

    >>> code_of(" 9133 0106 MA2X YZ12 3x"), code_of("无")
    ('91330106MA2XYZ123X', '')
    """
    return _read_code(text)[0]


def _read_code(text: str) -> tuple[str, RowProblem | None]:
    code = text.strip()
    if not (code.isascii() and code.isalnum() and len(code) in _CODE_LENGTHS):
        code = clean_code(text)
    if not code:
        problem = f"“{text.strip()[:30]}”不是号码" if text.strip() else "没有统一社会信用代码或注册号"
        return "", RowProblem(field="code", problem=problem)
    if len(code) not in _CODE_LENGTHS:
        problem = f"号码“{code[:30]}”为{len(code)}位，应为18位（旧注册号15位或13位）"
        return "", RowProblem(field="code", problem=problem)
    return code.upper(), None


def _read_status(text: str) -> EntityStatus | None:
    if text in _ACTIVE:
        return EntityStatus.ACTIVE
    for words, status in (
        (("注销", "已注销"), EntityStatus.CANCELLED),
        (("未注销", "吊销"), EntityStatus.REVOKED),
        (("迁出",), EntityStatus.MOVED_OUT),
        (("停业", "歇业"), EntityStatus.SUSPENDED),
        (("撤销", "撤消"), EntityStatus.ANNULLED),
        (("责令关闭", "关闭"), EntityStatus.ORDERED_CLOSED),
    ):
        if any(word in text for word in words) and not ("未注销" in text and status is EntityStatus.CANCELLED):
            return status
    return EntityStatus.ACTIVE if text.startswith(("存续", "在营", "开业", "在业", "正常")) else None


def _read_kind(text: str, code: str, name: str) -> EntityKind:
    if "个体" in text or "个人经营" in text:
        return EntityKind.INDIVIDUAL
    if "合作社" in text:
        return EntityKind.COOPERATIVE
    if "分公司" in text or "分支" in text or "非法人" in text:
        return EntityKind.BRANCH
    if text == EntityKind.COMPANY.value:
        return EntityKind.COMPANY
    by_code = {"92": EntityKind.INDIVIDUAL, "93": EntityKind.COOPERATIVE}.get(code[:2]) if len(code) == 18 else None
    if by_code is not None:
        return by_code
    return EntityKind.BRANCH if name.endswith(_BRANCH_ENDINGS) else EntityKind.COMPANY


def _read_dates(values: Mapping[str, str], problems: list[RowProblem]) -> dict[str, date | None]:
    dates: dict[str, date | None] = {}
    for field in _DATE_TITLES:
        text = values.get(field, "")
        if not text:
            continue
        try:
            dates[field] = read_date(text)
        except ValueError:
            problem = f"{_DATE_TITLES[field]}“{text[:20]}”不是日期，该项未导入"
            problems.append(RowProblem(field=field, problem=problem, refused=False))
    return dates


def _read_listings(values: Mapping[str, str], problems: list[RowProblem]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field, title in _LIST_TITLES.items():
        since, removed = values.get(field, ""), values.get(REMOVED[field], "")
        if not since and not removed:
            continue
        try:
            standing, ended = listings(since, removed, read=read_date)
        except ValueError:
            problem = f"{title}的列入、移出日期“{since[:20]}”“{removed[:20]}”不成期间，该项未导入"
            problems.append(RowProblem(field=field, problem=problem, refused=False))
            continue
        found |= {field: standing, _PERIODS[field]: ended}
    return found


def _read_texts(values: Mapping[str, str], problems: list[RowProblem], fields: tuple[str, ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for field in fields:
        text = values.get(field, "").strip()
        if "\ufffd" in text:
            problem = f"“{text[:20]}”含有无法解码的字符，该项未导入"
            problems.append(RowProblem(field=field, problem=problem, refused=False))
            text = ""
        if text:
            texts[field] = text
    return texts


def _read_lists(values: Mapping[str, str], problems: list[RowProblem]) -> dict[str, object]:
    texts = _read_texts(values, problems, _LIST_FIELDS)
    if not texts:
        return {}
    found: dict[str, object] = {"shop_urls": parts_of(texts.get("shop_urls", "")), "sites": sites(texts)}
    text = texts.get("former_names", "")
    try:
        found["former_names"], found["name_periods"] = former_names(text, read=read_date)
    except ValueError:
        found["former_names"] = parts_of(text)
        problem = f"曾用名“{text[:20]}”的起止日期不能识别，按名称导入"
        problems.append(RowProblem(field="former_names", problem=problem, refused=False))
    return found


def _parent_code(text: str, problems: list[RowProblem]) -> str:
    if not text.strip():
        return ""
    code, problem = _read_code(text)
    if problem is not None:
        told = f"隶属企业代码“{text.strip()[:20]}”不是号码，该项未导入"
        problems.append(RowProblem(field="parent_code", problem=told, refused=False))
    return code


def _region_code(values: Mapping[str, str], problems: list[RowProblem]) -> str:
    text = values.get("region_code", "").strip()
    if text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12):
        return text[:6].ljust(6, "0")
    number = _division(text or values.get("province", "").strip() + values.get("city", "").strip())
    if text and not number:
        problem = f"区划“{text[:20]}”不能识别，该项未导入"
        problems.append(RowProblem(field="region_code", problem=problem, refused=False))
    return number


@lru_cache(maxsize=20_000)
def _division(text: str) -> str:
    """A register has a few thousand divisions, each on very many rows."""
    code = region_of(text).code
    return code.ljust(6, "0") if code else ""
