"""What differs between two versions, field by field, in the words an officer reads; a difference is never empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from records.history import ChangeKind, Difference
from records.market import ContactKind, Disclosure, Listing, Price, PriceRole, Shop, Source
from records.steadying import steady

__all__ = ["listing_differences", "shop_differences", "text_differences"]

_ROLES = {
    PriceRole.NOW: "现价",
    PriceRole.STRUCK: "划线价",
    PriceRole.FROM: "起价",
    PriceRole.COUPON: "券后价",
    PriceRole.MEMBER: "会员价",
    PriceRole.DEPOSIT: "定金",
}
_CONTACTS = {
    ContactKind.PHONE: "电话",
    ContactKind.WECHAT: "微信",
    ContactKind.EMAIL: "电子邮箱",
    ContactKind.ADDRESS: "地址",
    ContactKind.RETURN_ADDRESS: "退货地址",
    ContactKind.QQ: "QQ",
}
_DISCLOSED = {
    "licence_no": "营业执照代码",
    "holder_name": "执照名称",
    "subject_kind": "主体类型",
    "address": "执照住所",
    "legal_representative": "法定代表人",
    "registered_on": "成立日期",
    "valid_until": "有效期",
    "scope": "经营范围",
    "has_licence_link": "亮照链接",
    "licence_image_urls": "执照图片",
    "exemption_text": "免登记声明",
    "approval_nos": "许可批准文号",
    "icp_no": "ICP备案号",
    "police_no": "公安备案号",
}
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_MAX_SENTENCES = 2000


def listing_differences(before: Listing, after: Listing) -> tuple[Difference, ...]:
    """What differs between two versions of a listing, with the page each was read on. Reviews are compared as a set."""
    sources = before.source, after.source
    found = [*_value("标题", before.title, after.title, sources), *_prices(before.prices, after.prices, sources)]
    found += _value("列表页价格", _yuan(before.list_price_fen), _yuan(after.list_price_fen), sources)
    named = [[f"{each.name} {_yuan(each.price_fen)}" for each in one.variants] for one in (before, after)]
    found += _set("规格价格", named[0], named[1], sources)
    found += _set("促销", before.promotions, after.promotions, sources)
    found += _set("批准文号", before.approval_nos, after.approval_nos, sources)
    old, new = ([block.text for block in one.texts] for one in (before, after))
    found += text_differences("文字", old, new, sources=sources)
    words = [[f"{one.author_masked}：{one.text}" for one in each.reviews] for each in (before, after)]
    found += _set("评价", words[0], words[1], sources)
    if before.gone_at is not None:  # a later version of it: it is back
        found += _value("在架", "已下架", "在架" if after.gone_at is None else "已下架", sources)
    return tuple(found)


def shop_differences(before: Shop, after: Shop) -> tuple[Difference, ...]:
    """What differs between two versions of a shop."""
    sources = _source(before), _source(after)
    found = [*_value("店铺名称", before.name, after.name, sources)]
    for name, label in _DISCLOSED.items():
        found += _value(label, _said(before.disclosure, name), _said(after.disclosure, name), sources)
    for kind, label in _CONTACTS.items():
        old, new = ([one.value for one in each.contacts if one.kind is kind] for each in (before, after))
        found += _set(label, old, new, sources)
    old, new = ([block.text for block in each.texts] for each in (before, after))
    return tuple(found) + text_differences("文字", old, new, sources=sources)


def text_differences(
    field: str,
    before: Sequence[str],
    after: Sequence[str],
    *,
    sources: tuple[Source | None, Source | None] = (None, None),
) -> tuple[Difference, ...]:
    """Sentences changed, added and removed; counters, clocks and the order of equal sentences within a move aside."""
    old, new = _sentences(before), _sentences(after)
    rest = old[_MAX_SENTENCES:], new[_MAX_SENTENCES:]
    old, new = old[:_MAX_SENTENCES], new[:_MAX_SENTENCES]
    matcher = SequenceMatcher(None, [steady(one) for one in old], [steady(one) for one in new], autojunk=False)
    found: list[Difference] = []
    for tag, start, end, from_, to in matcher.get_opcodes():
        if tag != "equal":
            found += _value(field, "".join(old[start:end]), "".join(new[from_:to]), sources)
    if rest[0] != rest[1]:
        said = (f"其余 {len(one)} 句（过长，未逐句比较）" for one in rest)
        found += _value(field, next(said), f"{next(said)}，内容有变", sources)
    return tuple(found)


def _sentences(texts: Sequence[str]) -> list[str]:
    return [one.strip() for text in texts for one in _SENTENCE.findall(text) if one.strip()]


def _value(field: str, before: str, after: str, sources: tuple[Source | None, Source | None]) -> Iterator[Difference]:
    if steady(before) == steady(after):
        return
    kind = ChangeKind.CHANGED if before and after else ChangeKind.ADDED if after else ChangeKind.REMOVED
    yield Difference(
        field=field, kind=kind, before=before, after=after, before_source=sources[0], after_source=sources[1]
    )


def _set(
    field: str, before: Sequence[str], after: Sequence[str], sources: tuple[Source | None, Source | None]
) -> Iterator[Difference]:
    gone = [one for one in dict.fromkeys(before) if one not in after]
    new = [one for one in dict.fromkeys(after) if one not in before]
    if len(gone) == len(new) == 1:
        yield from _value(field, gone[0], new[0], sources)
        return
    for one in gone:
        yield from _value(field, one, "", sources)
    for one in new:
        yield from _value(field, "", one, sources)


def _prices(
    before: Sequence[Price], after: Sequence[Price], sources: tuple[Source | None, Source | None]
) -> Iterator[Difference]:
    for role, label in _ROLES.items():
        old, new = ("、".join(_amount(one) for one in each if one.role is role) for each in (before, after))
        yield from _value(label, old, new, sources)


def _amount(price: Price) -> str:
    most = "" if price.amount_max_fen is None else f"至{_yuan(price.amount_max_fen)}"
    return f"{_yuan(price.amount_fen)}{most}{'/' + price.unit if price.unit else ''}"


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}元"


def _said(disclosure: Disclosure, name: str) -> str:
    value = getattr(disclosure, name)
    if isinstance(value, bool):
        return "有" if value else ""
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _source(shop: Shop) -> Source | None:
    own = next((source for source in shop.sources if source.url == shop.url), None)
    return own or next(iter(shop.sources), None)
