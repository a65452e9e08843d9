"""`wangjian leads …`: search leads, read one, carry it a step on."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from leads.states import act, lawful_steps
from records.errors import ExitCode, InvalidInputError
from records.search import Facet, SearchKind, SearchQuery
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.indexing import catch_up

__all__ = ["add_to"]

_REASONS = 5


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    leads = typer.Typer(help="线索", no_args_is_help=True)
    leads.command("search", help="检索线索")(leads_search)
    leads.command("show", help="一条线索的全部")(leads_show)
    leads.command("act", help="对线索采取一步处置")(leads_act)
    app.add_typer(leads, name="leads")


def leads_search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="词语；空串列出全部")] = "",
    facet: Annotated[list[str] | None, typer.Option("--facet", metavar="字段=值", help="如 rule=A01，可重复")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Leads holding all the words, most pressing first."""
    filters = _filters(facet or [])
    with opened(data_dir) as services:
        catch_up(services)
        counted = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY)
        asked = SearchQuery(kind=SearchKind.LEAD, text=query, filters=filters, limit=limit, count_facets=counted)
        result = services.index.search(asked)
        leads = [services.leads.lead(hit.doc_id) for hit in result.hits]
    if as_json:
        emit({"total": result.total, "leads": leads, "facets": result.facets}, as_json=True, text="")
        return ExitCode.DONE if result.total else ExitCode.NO
    rows = [
        {
            "lead_id": lead.lead_id,
            "priority": f"{lead.priority_score:.2f}",
            "rule": f"{lead.rule_id} {lead.rule_title}",
            "shop": lead.shop_name,
            "entity": lead.entity_name or "未确认",
            "state": lead.state.value,
        }
        for lead in leads
    ]
    columns = {
        "lead_id": "线索", "priority": "优先", "rule": "涉嫌情形", "shop": "店铺", "entity": "主体", "state": "状态",
    }  # fmt: skip
    emit_rows(rows, as_json=False, columns=columns, empty="没有符合的线索")
    say(f"共 {result.total} 条")
    return ExitCode.DONE if result.total else ExitCode.NO


def leads_show(
    lead_id: Annotated[str, typer.Argument(metavar="ID", help="线索编号")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A lead with its findings, events and the steps it may take."""
    with opened(data_dir) as services:
        lead = services.leads.lead(lead_id)
        findings = [services.leads.finding(finding_id) for finding_id in lead.finding_ids]
        events = services.leads.lead_events(lead_id)
        captures = services.evidence.captures(lead_id=lead_id)
        group = services.groups.group_of(lead.shop_id)
    steps = [step.value for step in lawful_steps(lead.state)]
    lines = [f"{lead.title}（{lead.state.value}，优先 {lead.priority_score:.2f}）", *lead.priority_reasons]
    for finding in findings:
        words = "、".join(span.text for span in finding.spans)
        lines.append(f"涉嫌：{finding.explanation} 命中：{words or '—'} 网址：{finding.url}")
        for basis in finding.basis:
            lines.append(f"  依据：{basis.instrument}{basis.article}（{'已核' if basis.verified else '待核'}）")
    lines += [f"建议承办：{item.office}（{item.article}）{item.reason}" for item in lead.jurisdictions]
    if group is not None:
        lines.append(f"同一经营者的其他网店（供核查）：组 {group.group_id}，{len(group.shop_ids)} 家")
        lines += [f"  理由（{link.weight:.1f}）：{link.sentence}" for link in group.links[:_REASONS]]
    lines += [f"证据：{item.capture_id} {item.state.value} {item.timestamp.value}" for item in captures]
    lines += [f"{event.at:%Y-%m-%d %H:%M} {event.actor} {event.action} {event.reason}" for event in events]
    lines.append("可采取：" + ("、".join(steps) or "无"))
    document = {"lead": lead, "findings": findings, "events": events, "captures": captures, "lawful_steps": steps}
    document["group"] = group
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def leads_act(
    lead_id: Annotated[str, typer.Argument(metavar="ID", help="线索编号")],
    action: Annotated[str, typer.Argument(metavar="ACTION", help="处置，见 leads show 的“可采取”")],
    reason: Annotated[str, typer.Option("--reason", help="理由（排除时必填）")] = "",
    actor: Annotated[str, typer.Option("--actor", help="经办人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One lawful step, recorded with who and why."""
    with opened(data_dir) as services:
        lead = services.leads.lead(lead_id)
        changed, event = act(lead, action, actor=actor or getpass.getuser(), reason=reason, now=services.clock())
        saved = services.leads.save_lead(changed, event, expected_version=lead.version)
        catch_up(services)
    emit(saved, as_json=as_json, text=f"{saved.title}：{lead.state.value} → {saved.state.value}")
    return ExitCode.DONE


def _filters(words: list[str]) -> dict[Facet, tuple[str, ...]]:
    chosen: dict[Facet, tuple[str, ...]] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator or name not in set(Facet):
            known = "、".join(facet.value for facet in Facet)
            raise InvalidInputError(f"筛选条件不对：{word}", cure=f"写成 字段=值，字段有 {known}")
        chosen[Facet(name)] = (*chosen.get(Facet(name), ()), value)
    return chosen
