"""Machine facts of case papers: what the records say of a case, and which record says it. Never typed, never edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from documents.labels import ACCOMPANYING_ROLES, role_title
from documents.printable import beijing, beijing_date, beijing_short, grouped, size_text
from records.case_parts import Deadline, HandlerPart, Party, PartyRole
from records.evidence import Capture, CaptureState, PackageKind, TimestampState
from records.leads import Jurisdiction, Lead
from records.papers import CaseRecords, Paper, PaperFact, PaperState

__all__ = ["FACT_LABELS", "case_facts"]

_MOST_LEADS, _MOST_STEPS, _MOST_QUOTED = 6, 24, 60
_CASE, _LEADS, _EVIDENCE = "案件", "线索", "固证记录"
_STATES = {CaptureState.COMPLETE: "完整", CaptureState.PARTIAL: "部分完成", CaptureState.FAILED: "失败"}
_STAMPS = {
    TimestampState.STAMPED: "已取得可信时间戳（RFC 3161）",
    TimestampState.LOCAL: "内部授时：由本系统自带时间戳服务签发，不是第三方可信时间",
    TimestampState.PENDING: "待加戳",
}

FACT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "organisation": "办案机关",
        "cause": "案由",
        "case_id": "案件编号",
        "opened_at": "登记时间",
        "found_at": "发现时间",
        "found": "发现经过",
        "lead_ids": "线索编号",
        "articles": "涉嫌违反的条款",
        "shops": "涉案网店",
        "party_name": "当事人",
        "party_kind": "主体类型",
        "party_code": "统一社会信用代码",
        "party_address": "住所（经营场所）",
        "party_person": "法定代表人（负责人、经营者）",
        "party_phone": "联系电话",
        "handlers": "办案人员",
        "lead_officer": "主办人员",
        "assist_officer": "协办人员",
        "check_due": "核查期限",
        "handle_due": "办案期限",
        "jurisdiction_office": "建议承办机关",
        "jurisdiction_reason": "管辖理由",
        "evidence": "证据",
        "evidence_table": "证据清单",
        "contents": "卷内文件",
        "capture_id": "固证编号",
        "capture_title": "网页标题",
        "capture_url": "网址或来源",
        "capture_at": "提取时间",
        "capture_operator": "系统操作人",
        "capture_method": "提取方法",
        "capture_process": "提取过程",
        "capture_state": "提取结果",
        "capture_sha256": "证据包 SHA-256",
        "capture_sm3": "证据包 SM3",
        "capture_timestamp": "可信时间",
        "files_table": "固定清单",
    }
)

_Said = tuple[str, str]
"""A value and the record it comes from."""


def case_facts(records: CaseRecords, keys: Iterable[str]) -> tuple[PaperFact, ...]:
    """These facts, in the order of `FACT_LABELS`; what the records do not say has an empty value."""
    wanted, said = set(keys), _all(records)
    return tuple(
        PaperFact(key=key, label=label, value=said[key][0], source=said[key][1])
        for key, label in FACT_LABELS.items()
        if key in wanted
    )


def _all(records: CaseRecords) -> dict[str, _Said]:
    return {
        **_of_case(records),
        **_of_leads(records),
        **_of_party(records),
        **_of_evidence(records),
        **_of_capture(next((one for one in records.captures if one.capture_id == records.subject), None)),
    }


def _of_case(records: CaseRecords) -> dict[str, _Said]:
    case = records.case
    filed = next((one.document_no for one in records.papers if one.kind == "07" and one.document_no), "")
    handlers = [f"{one.name}（执法证号 {one.card_no}）" for one in case.handlers]
    by_part = {one.part: f"{one.name}　执法证号 {one.card_no}" for one in case.handlers}
    return {
        "organisation": (records.organisation, "系统设置"),
        "cause": (case.cause, _CASE),
        "case_id": (filed or case.case_id, "立案审批表文号" if filed else _CASE),
        "opened_at": (_when(case.opened_at), _CASE),
        "handlers": ("、".join(handlers), f"{_CASE}，承办人员"),
        "lead_officer": (by_part.get(HandlerPart.LEAD, ""), f"{_CASE}，承办人员"),
        "assist_officer": (by_part.get(HandlerPart.ASSIST, ""), f"{_CASE}，承办人员"),
        "check_due": (_due(case.deadlines, "check"), "期限（法定节假日表）"),
        "handle_due": (_due(case.deadlines, "handle"), "期限（法定节假日表）"),
        "contents": (_contents(records), "文书与证据"),
    }


def _due(periods: Iterable[Deadline], named: str) -> str:
    found = next((one for one in periods if one.deadline_id == named), None)
    return _day(found.due_on) if found is not None and found.due_on else ""


def _of_leads(records: CaseRecords) -> dict[str, _Said]:
    leads = sorted(records.leads, key=lambda lead: (lead.first_seen_at, lead.lead_id))
    quoted = {one.finding_id: one for one in records.findings}
    told = [_told(lead, quoted) for lead in leads[:_MOST_LEADS]]
    if len(leads) > _MOST_LEADS:
        told.append(f"另有 {len(leads) - _MOST_LEADS} 条线索，见线索编号")
    articles = dict.fromkeys(
        f"《{basis.instrument.strip('《》')}》{basis.article}{'' if basis.verified else '〔条文待核〕'}"
        for one in records.findings
        for basis in one.basis
    )
    shops = dict.fromkeys(f"{lead.shop_name or lead.shop_id}" for lead in leads)
    first = next((lead.jurisdictions[0] for lead in leads if lead.jurisdictions), None)
    earliest = _when(leads[0].first_seen_at) if leads else ""
    numbers = "、".join(sorted(lead.lead_id for lead in leads))
    return {
        "found_at": (earliest, _LEADS),
        "found": ("；".join(told) + ("。" if told else ""), f"{_LEADS} {numbers}" if numbers else _LEADS),
        "lead_ids": (numbers, _LEADS),
        "articles": ("、".join(articles), "规则所载条文（行为时有效的版本）"),
        "shops": ("、".join(shops), "监测记录"),
        "jurisdiction_office": (first.office if first and first.region_code else "", "管辖建议"),
        "jurisdiction_reason": (_ground(first) if first else "", "管辖建议"),
    }


def _ground(suggested: Jurisdiction) -> str:
    instrument, mark, article = suggested.article.partition("第")
    return f"依照《{instrument.strip('《》')}》{mark}{article}，{suggested.reason}" if mark else suggested.reason


def _when(moment: datetime) -> str:
    there = beijing(moment)
    day = beijing_date(moment)
    return f"{_day(day)}{there[11:]}".removesuffix("00秒")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _told(lead: Lead, quoted: Mapping[str, object]) -> str:
    words = next((_quote(quoted[one]) for one in lead.finding_ids if one in quoted and _quote(quoted[one])), "")
    day = beijing_date(lead.first_seen_at)
    where = f"网店“{lead.shop_name or lead.shop_id}”"
    page = f"（{lead.urls[0]}）" if lead.urls else ""
    shown = f"载有“{words}”，" if words else ""
    return f"{_day(day)}监测发现{where}{page}{shown}涉嫌{lead.rule_title}"


def _quote(finding: object) -> str:
    spans = getattr(finding, "spans", ())
    words = "”“".join(dict.fromkeys(span.text for span in spans[:3])) or str(getattr(finding, "text", ""))
    return words if len(words) <= _MOST_QUOTED else f"{words[:_MOST_QUOTED]}……"


def _of_party(records: CaseRecords) -> dict[str, _Said]:
    parties = [one for one in records.case.parties if one.role is PartyRole.SUBJECT]

    def each(pick: Callable[[Party], str]) -> _Said:
        said = [pick(one) for one in parties if pick(one)]
        sources = "、".join(dict.fromkeys(one.source for one in parties if one.source))
        return "、".join(said), sources or f"{_CASE}，当事人"

    return {
        "party_name": each(lambda one: one.name),
        "party_kind": each(lambda one: one.kind),
        "party_code": each(lambda one: one.code),
        "party_address": each(lambda one: one.address),
        "party_person": each(lambda one: one.person),
        "party_phone": each(lambda one: one.phone),
    }


def _of_evidence(records: CaseRecords) -> dict[str, _Said]:
    kept = [one for one in records.captures if one.package is not None]
    lines = [
        f"{number}. {_name(one)}（{one.capture_id}，{beijing_short(one.started_at)}）"
        for number, one in enumerate(kept, 1)
    ]
    rows = [
        "\t".join(
            (
                f"{_name(one)}\n{one.final_url or one.url}".strip(),
                f"{one.capture_id}\n{beijing_short(one.started_at)}\n{_state(one)}",
                grouped(one.package.sha256) if one.package else "",
            )
        ).replace("\n", "\v")
        for one in kept
    ]
    return {"evidence": ("\n".join(lines), _EVIDENCE), "evidence_table": ("\n".join(rows), _EVIDENCE)}


def _name(one: Capture) -> str:
    flat = " ".join((one.title or one.url or one.capture_id).split())
    return f"{one.kind.value}：{flat[:80]}"


def _state(one: Capture) -> str:
    return _STATES.get(one.state, one.state.value)


def _of_capture(one: Capture | None) -> dict[str, _Said]:
    keys = [key for key in FACT_LABELS if key.startswith("capture_")] + ["files_table"]
    if one is None:
        return {key: ("", _EVIDENCE) for key in keys}
    source = f"{_EVIDENCE} {one.capture_id}"
    until = f" 至 {beijing(one.finished_at)}" if one.finished_at else ""
    missing = f"，缺：{'、'.join(one.missing)}" if one.missing else ""
    told = {
        "capture_id": one.capture_id,
        "capture_title": " ".join(one.title.split())[:120],
        "capture_url": one.final_url or one.url or one.title,
        "capture_at": f"{beijing(one.started_at)}{until}（北京时间，系统记录）",
        "capture_operator": one.operator,
        "capture_method": _method(one),
        "capture_process": _process(one),
        "capture_state": f"{_state(one)}{missing}",
        "capture_sha256": grouped(one.package.sha256) if one.package else "",
        "capture_sm3": grouped(one.package.sm3) if one.package else "",
        "capture_timestamp": _STAMPS[one.timestamp],
        "files_table": _files(one),
    }
    return {key: (value, source) for key, value in told.items()}


def _method(one: Capture) -> str:
    if one.kind is PackageKind.UPLOAD:
        return "接收提供人提交的电子数据：读取原件的同时计算完整性校验值，原样存入只写一次的存储"
    kept = dict.fromkeys(role_title(part.role) for part in one.artefacts if part.role not in ACCOMPANYING_ROLES)
    what = f"，固定{'、'.join(list(kept)[:10])}{'等' if len(kept) > 10 else ''}" if kept else ""
    return f"网络在线提取：以浏览器在空白环境中公开访问网页{what}；逐件计算 SHA-256 与 SM3 校验值，签名、授时后封存"


def _process(one: Capture) -> str:
    parts = sorted(
        (part for part in one.artefacts if part.role not in ACCOMPANYING_ROLES), key=lambda part: part.made_at
    )
    steps = [
        f"{beijing_short(one.started_at)} 开始，访问 {one.url}"
        if one.url
        else f"{beijing_short(one.started_at)} 开始接收"
    ]
    steps += [f"{beijing_short(part.made_at)} 形成{role_title(part.role)}" for part in parts[:_MOST_STEPS]]
    if one.finished_at:
        steps.append(f"{beijing_short(one.finished_at)} 结束并封存")
    return "\n".join(steps)


def _files(one: Capture) -> str:
    rows = (
        "\t".join(
            (
                f"{part.path}\v{role_title(part.role)}　{beijing_short(part.made_at)}",
                f"SHA-256 {grouped(part.digests.sha256)}\vSM3 {grouped(part.digests.sm3)}",
                size_text(part.digests.size_bytes),
            )
        )
        for part in one.artefacts
    )
    return "\n".join(rows)


def _contents(records: CaseRecords) -> str:
    """文书 signed off in the order they were, then the evidence."""
    papers = sorted((one for one in records.papers if _in_file(one)), key=lambda one: (one.sealed_at, one.paper_id))
    rows = [
        "\t".join((one.document_no, records.organisation, one.title, f"{beijing_date(one.sealed_at):%Y-%m-%d}", ""))
        for one in papers
        if one.sealed_at
    ]
    rows += [
        "\t".join(
            (one.capture_id, one.operator, _name(one), f"{beijing_date(one.started_at):%Y-%m-%d}", "电子数据，见光盘")
        )
        for one in records.captures
        if one.package is not None
    ]
    return "\n".join(rows)


def _in_file(one: Paper) -> bool:
    return one.kind != "55" and one.sealed_number > 0 and (one.state is PaperState.SEALED or one.sealed_at is not None)
