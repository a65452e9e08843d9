"""Hits of confirmed watch lists as findings: under the rule, reason and article the list was confirmed with.

A name alone is a likeness: it is suspected only where the list gives more that the page shows too (its batch, its maker
or model), or where the list forbids the word itself. Another batch is excluded, an unseen one undetermined.
Law: 《中华人民共和国产品质量法》第三十五条.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from leads.clocks import day_in_china
from leads.rules.recalled import OTHER_BATCH
from leads.versions import in_force
from records.base import stable_id
from records.leads import Basis, Finding, Rule, Verdict
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchKind, WatchList

__all__ = ["PLACE", "watch_findings"]

PLACE = "watch_list"
_TAKEN_BACK = re.compile(
    r"召回公告|(?:已|立即)(?:全部)?(?:下架|停止销售|停售)|停止使用|办理(?:退款|召回)|请勿购买|谨防|不售|不卖|非召回"
    r"|不在[^。]{0,6}(?:召回|名单)"
)


def watch_findings(
    lists: Sequence[WatchList], hits: Iterable[WatchHit], rules: Mapping[str, Rule]
) -> Iterator[Finding]:
    """A finding for each hit of a confirmed list whose rule is at work; lists nobody confirmed give none."""
    by_list = {one.list_id: one for one in lists if one.confirmed is not None}
    for hit in hits:
        watched = by_list.get(hit.list_id)
        item = next((one for one in watched.items if one.item_id == hit.item_id), None) if watched else None
        if watched is None or item is None or watched.confirmed is None:
            continue
        rule = rules.get(watched.confirmed.rule_id)
        if rule is not None:
            yield _finding(watched, item, hit, rule)


def _finding(watched: WatchList, item: WatchItem, hit: WatchHit, rule: Rule) -> Finding:
    verdict, exemption, why = _verdict(watched.kind, item, hit)
    conduct_on = day_in_china(hit.seen_at)
    return Finding(
        finding_id=stable_id(
            "finding", rule.rule_id, verdict, hit.hit_id, str(hit.list_version), hit.page_sha256 or "", hit.text
        ),
        rule_id=rule.rule_id,
        rule_version=rule.version,
        verdict=verdict,
        severity=rule.severity,
        shop_id=hit.shop_id,
        listing_id=hit.listing_id,
        url=hit.url,
        page_id=hit.page_id,
        page_sha256=hit.page_sha256,
        text=hit.text,
        place=PLACE,
        spans=hit.spans,
        exemption=exemption,
        explanation=f"{_named(watched, item, hit)}；{why}",
        proof_needed=rule.proof_needed,
        basis=_basis(watched) or in_force(rule.basis, on=conduct_on),
        conduct_on=conduct_on,
        found_at=hit.found_at,
    )


def _verdict(kind: WatchKind, item: WatchItem, hit: WatchHit) -> tuple[Verdict, str | None, str]:
    if hit.certainty is WatchCertainty.OTHER_BATCH:
        return Verdict.EXCLUDED, OTHER_BATCH, "页面所示批号不在名单之列，需当事人举证"
    if _TAKEN_BACK.search(hit.text):
        return Verdict.UNDETERMINED, None, "所在文字似为召回、下架或者警示，须人工核对"
    if hit.certainty is WatchCertainty.BATCH_UNKNOWN:
        return Verdict.UNDETERMINED, None, "页面未见批号，须核对实物或者询问"
    if hit.certainty is WatchCertainty.SAME_BATCH:
        return Verdict.SUSPECTED, None, "名称与批号均与名单相符"
    if item.also:
        return Verdict.SUSPECTED, None, f"名称与“{'、'.join(item.also)}”均与名单相符"
    if kind is WatchKind.BANNED:
        return Verdict.SUSPECTED, None, "页面所用正是名单所禁的名称"
    return Verdict.UNDETERMINED, None, "只有名称相同，名单未给出批号、生产者或者型号，须核对实物"


def _named(watched: WatchList, item: WatchItem, hit: WatchHit) -> str:
    source = f"（{watched.source}）" if watched.source else ""
    row = f"第 {item.line} 行" if item.line else "其中一项"
    words = "、".join(dict.fromkeys(span.text for span in hit.spans)) or "、".join(item.words[:3])
    note = f"，名单注：{item.note}" if item.note else ""
    confirmed = watched.confirmed
    reason = f"；名单事由：{confirmed.reason}" if confirmed is not None and confirmed.reason else ""
    return f"与监控名单“{watched.title}”{source}第 {watched.version} 版{row}“{words}”相符{note}{reason}"


def _basis(watched: WatchList) -> tuple[Basis, ...]:
    """The article the list itself was confirmed with; of its own words nothing was checked, so it is 待核."""
    confirmed = watched.confirmed
    if confirmed is None or not confirmed.article:
        return ()
    return (
        Basis(
            instrument=confirmed.article,
            article="",
            text=confirmed.reason,
            in_force_from=day_in_china(confirmed.confirmed_at),
        ),
    )
