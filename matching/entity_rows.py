"""One row of a register file as an Entity: dates, states and kinds in the many ways suppliers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matching.identifiers.cleaning import clean_code
from matching.names.regions import region_of
from records.register import Entity, EntityKind, EntityStatus

__all__ = ["RowProblem", "entity_of", "read_date"]

_OPEN_WORDS = "长期 无固定期限 永久 永续 长期有效 至今 / - -- — 无 n/a null none"
_OPEN_ENDED = frozenset(_OPEN_WORDS.split()) | {""}
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
_ACTIVE_WORDS = "存续 在营 开业 在业 正常 在册 存续（在营、开业、在册） 在营（开业） 登记成立 迁入"
_ACTIVE = frozenset(_ACTIVE_WORDS.split()) | {""}
_SEPARATORS = re.compile(r"[；;|\n]+")
_DATE_TITLES = {
    "status_on": "状态日期",
    "established_on": "成立日期",
    "valid_until": "营业期限止",
    "approved_on": "核准日期",
    "abnormal_since": "列入经营异常日期",
    "seriously_illegal_since": "列入严重违法日期",
}
_TEXT_FIELDS = ("address", "legal_representative", "phone", "scope", "former_names", "shop_urls")
_ADVICE = {
    "code": "填写18位统一社会信用代码（或15位、13位旧注册号），该列设为文本格式",
    "name": "按营业执照填写名称全称",
    "status": "填写存续、注销、吊销或迁出",
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
        return _DATE_ADVICE if self.field in _DATE_TITLES else _ADVICE.get(self.field, "请核对该项")


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
    dates = _read_dates(values, problems)
    texts = _read_texts(values, problems)
    region_code = _region_code(values, problems)
    if status is None or any(found.refused for found in problems):
        return None, problems
    entity = Entity(
        code=code,
        name=name[:400],
        kind=_read_kind(values.get("kind", ""), code, name),
        status=status,
        region_code=region_code,
        address=texts["address"],
        legal_representative=texts["legal_representative"],
        phone=texts["phone"],
        scope=texts["scope"],
        former_names=_split(texts["former_names"]),
        shop_urls=_split(texts["shop_urls"]),
        source=source,
        snapshot_id=snapshot_id,
        **dates,
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


def _read_texts(values: Mapping[str, str], problems: list[RowProblem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for field in _TEXT_FIELDS:
        text = values.get(field, "").strip()
        if "\ufffd" in text:
            problem = f"“{text[:20]}”含有无法解码的字符，该项未导入"
            problems.append(RowProblem(field=field, problem=problem, refused=False))
            text = ""
        texts[field] = text
    return texts


def _region_code(values: Mapping[str, str], problems: list[RowProblem]) -> str:
    text = values.get("region_code", "").strip()
    if text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12):
        return text[:6].ljust(6, "0")
    found = region_of(text or values.get("province", "").strip() + values.get("city", "").strip())
    if text and not found.code:
        problem = f"区划“{text[:20]}”不能识别，该项未导入"
        problems.append(RowProblem(field="region_code", problem=problem, refused=False))
    return found.code.ljust(6, "0") if found.code else ""


def _split(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(part.strip() for part in _SEPARATORS.split(text) if part.strip())
