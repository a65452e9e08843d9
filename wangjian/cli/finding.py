"""`wangjian leads …`: search leads; the other commands about leads are added here."""

from __future__ import annotations

from typing import Annotated

import typer

from records.errors import ExitCode
from records.search import Facet, SearchKind, SearchQuery
from wangjian.cli.leading import add_acts_to
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.cli.searching import facet_filters, refreshed

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    leads = typer.Typer(help="线索", no_args_is_help=True)
    leads.command("search", help="检索线索")(leads_search)
    add_acts_to(leads)
    app.add_typer(leads, name="leads")


def leads_search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="词语与条件，空串列出全部")] = "",
    facet: Annotated[list[str] | None, typer.Option("--facet", metavar="字段=值", help="如 rule=A01，可重复")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Leads holding all the words, most pressing first."""
    filters = facet_filters(facet or [])
    with opened(data_dir) as services:
        counted = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY)
        asked = SearchQuery(kind=SearchKind.LEAD, text=query, filters=filters, limit=limit, count_facets=counted)
        result = refreshed(services, asked)
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
