"""A workbook taken out at the console is read by people: headings and values in Chinese, times of Beijing. The same
rows as CSV or JSON lines keep the names of the records, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from records.leads import Severity
from records.market import ContactKind
from records.search import Facet
from ui.words import FACET_TITLES, word_by_value

__all__ = ["about_in_words", "cell_in_words", "heading"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "lead_id": "线索编号", "rule_id": "规则", "rule_title": "涉嫌情形", "severity": "级别",
        "shop_id": "网店编号", "shop_name": "网店", "entity_code": "统一社会信用代码", "entity_name": "主体",
        "title": "标题", "summary": "命中", "categories": "类目", "finding_ids": "规则发现编号", "urls": "网址",
        "priority_score": "优先级", "priority_reasons": "优先级的理由", "jurisdictions": "建议承办机关",
        "region_code": "区划代码", "state": "状态", "assignee": "承办人", "due_on": "期限",
        "rule_version": "规则版本", "office": "承办机关", "step_due_on": "本步期限", "extended": "已延期",
        "stopped_on": "停止计算日", "rule_hit": "规则对错", "decided_at": "处置时间", "first_seen_at": "首次发现",
        "last_seen_at": "最近发现", "version": "记录版本", "target_id": "监测对象编号", "url": "网址",
        "name": "名称", "family": "页面族", "disclosure": "亮照公示", "contacts": "联系方式", "texts": "页面文字",
        "front_page_read": "首页已读", "licence_page_read": "亮照页已读", "unread": "未读到", "sources": "出处",
        "listing_id": "商品编号", "category": "类目", "prices": "价格", "list_price_fen": "划线价（分）",
        "image_urls": "图片", "sales_count": "销量", "stock_count": "库存", "promotions": "促销",
        "variants": "规格", "approval_nos": "批准文号", "reviews": "评价", "complete": "已读全", "source": "出处",
        "gone_at": "下架时间", "gone_page_id": "下架所见页面",
    }
)  # fmt: skip
_ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "read_at": "读取时间（北京时间）", "asked_by": "导出人", "region": "辖区", "subject": "内容", "format": "格式",
        "text": "检索式", "filters": "筛选", "rows": "条数",
    }
)  # fmt: skip
_SUBJECTS = {"leads": "线索", "shops": "网店", "listings": "商品"}
_TOLD = ("text", "office")
"""What of a part is told in a cell; parts with neither stand whole."""


def heading(field: str) -> str:
    """The heading of a record's field; one without words stands as it is."""
    return _HEADINGS.get(field, field)


def cell_in_words(field: str, value: object) -> object:
    """A value as a person reads it.

    >>> cell_in_words("severity", "high"), cell_in_words("urls", ["甲", "乙"]), cell_in_words("extended", True)
    ('高', '甲；乙', '是')
    >>> cell_in_words("first_seen_at", "2026-11-22T12:14:28Z"), cell_in_words("jurisdictions", [{"office": "甲局"}])
    ('2026-11-22 20:14:28', '甲局')
    """
    if field == "severity":
        return word_by_value(Severity, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.endswith("_at") and isinstance(value, str) and value:
        return f"{datetime.fromisoformat(value).astimezone(_SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list):
        return "；".join(_part(one) for one in value)
    return value


def about_in_words(head: Mapping[str, str]) -> dict[str, str]:
    """What the file says of itself: asked what, by whom, when, over which region."""
    told = {_ABOUT.get(name, name): value for name, value in head.items()}
    told[_ABOUT["read_at"]] = str(cell_in_words("read_at", head["read_at"]))
    told[_ABOUT["subject"]] = _SUBJECTS.get(head["subject"], head["subject"])
    if "filters" in head:
        told[_ABOUT["filters"]] = "；".join(
            f"{FACET_TITLES.get(Facet(name), name)}：{'、'.join(_value(name, one) for one in values)}"
            for name, values in json.loads(head["filters"]).items()
        )
    return told


def _value(name: str, value: str) -> str:
    return word_by_value(Severity, value) if name == Facet.SEVERITY else value


def _part(part: object) -> str:
    if isinstance(part, dict) and {"kind", "value"} <= part.keys():
        return f"{word_by_value(ContactKind, part['kind'])} {part['value']}"
    if isinstance(part, dict):
        return next((str(part[key]) for key in _TOLD if part.get(key)), json.dumps(part, ensure_ascii=False))
    return str(part)
