"""`wangjian exchange transfer|assist|answer|prolong|report|matters`: what waits for an answer between bureaus."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leads.clocks import day_in_china
from offices.audit import AuditAction, record
from records.errors import ExitCode, InvalidInputError
from records.exchange_matters import Matter, MatterQuery, MatterState
from records.ports import Services
from wangjian.cli.exchange_words import caller_of, content_of, who
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.exchanging_matters import answer, ask_assistance, card_of_matter, prolong, report, transfer
from wangjian.exchanging_sending import peer_in_use

__all__ = ["add_matters_to"]

_ANSWERS = {"accept": MatterState.ACCEPTED, "return": MatterState.RETURNED, "reply": MatterState.ANSWERED}
_MOST_ATTACHED = 200_000_000

By = Annotated[str, typer.Option("--by", help="经办人；不填用系统账户名")]
To = Annotated[str, typer.Option("--to", help="往来单位的代码，见 exchange peers list")]
LeadId = Annotated[str, typer.Argument(metavar="LEAD", help="线索编号")]
MatterId = Annotated[str, typer.Argument(metavar="MATTER", help="事项编号，见 exchange matters")]
PaperNo = Annotated[str, typer.Option("--paper-no", help="文号")]


def add_matters_to(exchange: typer.Typer) -> None:
    """Register the commands."""
    exchange.command("transfer", help="移送一条线索（给下级即交办），随下次 send 发出")(exchange_transfer)
    exchange.command("assist", help="就一条线索请对方协查，随下次 send 发出")(exchange_assist)
    exchange.command("answer", help="接收或退回移送，答复协查")(exchange_answer)
    exchange.command("prolong", help="协查延期，告知对方")(exchange_prolong)
    exchange.command("report", help="向上级回报专项，或报送统计")(exchange_report)
    exchange.command("matters", help="移送、协查与回报，及协查期限")(exchange_matters)


def exchange_transfer(
    lead_id: LeadId,
    to: To,
    reason: Annotated[str, typer.Option("--reason", help="移送或交办的理由")],
    paper_no: PaperNo,
    article: Annotated[str, typer.Option("--article", help="依据条款")] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The lead with its history, findings, pages and evidence goes to another bureau."""
    with opened(data_dir) as services:
        peer = peer_in_use(services, to)
        matter = transfer(services, lead_id, peer, words=(reason, article, paper_no), by=who(by))
        _note(services, matter, by)
    _tell_matter(
        matter, as_json=as_json, text=f"已{matter.kind}，待发往 {peer.name}：wangjian exchange send --to {to} -o 目录"
    )
    return ExitCode.DONE


def exchange_assist(
    lead_id: LeadId,
    to: To,
    ask: Annotated[str, typer.Option("--ask", help="请对方查什么")],
    paper_no: PaperNo = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Another bureau is asked; the lead waits 15 working days."""
    with opened(data_dir) as services:
        peer = peer_in_use(services, to)
        matter = ask_assistance(services, lead_id, peer, words=(ask, paper_no), by=who(by))
        _note(services, matter, by)
    due = f"，期限 {matter.due_on}" if matter.due_on else "，期限待定"
    _tell_matter(matter, as_json=as_json, text=f"已请求协查{due}，待发往 {peer.name}")
    return ExitCode.DONE


def exchange_answer(
    matter_id: MatterId,
    how: Annotated[str, typer.Argument(metavar="accept|return|reply", help="接收移送 | 退回移送 | 答复协查")],
    text: Annotated[str, typer.Option("--text", help="退回的理由，或查明的情况")] = "",
    attach: Annotated[list[Path] | None, typer.Option("--attach", help="附件，可重复")] = None,
    paper_no: PaperNo = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Our answer, which goes with the next sending."""
    if how not in _ANSWERS:
        raise InvalidInputError(f"没有这种答复：{how[:40]}", cure="accept 接收、return 退回、reply 答复协查")
    files = [(path.name, content_of(path, at_most=_MOST_ATTACHED)) for path in attach or ()]
    with opened(data_dir) as services:
        matter = answer(
            services, _matter_id(services, matter_id), _ANSWERS[how], words=(text, paper_no), files=files, by=who(by)
        )
        _note(services, matter, by)
    _tell_matter(matter, as_json=as_json, text=f"{matter.kind}{matter.state}，待发往 {matter.peer}")
    return ExitCode.DONE


def exchange_prolong(
    matter_id: MatterId,
    until: Annotated[str, typer.Option("--until", help="延至哪一天，如 2026-12-18")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A 协查 that came takes longer; whoever asked is told."""
    with opened(data_dir) as services:
        matter = prolong(services, _matter_id(services, matter_id), until=_day(until), reason=reason)
        _note(services, matter, by)
    _tell_matter(matter, as_json=as_json, text=f"协查延至 {matter.prolonged_to}，待告知 {matter.peer}")
    return ExitCode.DONE


def exchange_report(
    to: To,
    campaign: Annotated[str, typer.Option("--campaign", help="专项编号；不填则报送统计")] = "",
    since: Annotated[str, typer.Option("--since", help="统计自哪一天，如 2026-11-01")] = "",
    until: Annotated[str, typer.Option("--until", help="统计至哪一天，不填为今天")] = "",
    text: Annotated[str, typer.Option("--text", help="文字说明")] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Figures, or how a 专项 stands, for the upper bureau."""
    with opened(data_dir) as services:
        today = day_in_china(services.clock())
        last = _day(until) if until else today
        days = (_day(since) if since else last.replace(day=1), last)
        matter = report(services, peer_in_use(services, to), campaign_id=campaign, days=days, text=text, by=who(by))
        _note(services, matter, by)
    said = "，".join(f"{name} {count}" for name, count in matter.figures.items())
    _tell_matter(matter, as_json=as_json, text=f"{matter.title}：{said}；待发往 {matter.peer}")
    return ExitCode.DONE


def exchange_matters(
    peer: Annotated[str, typer.Option("--peer", help="只看这个单位")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Newest first, with the card of each open 协查."""
    with opened(data_dir) as services:
        today = day_in_china(services.clock())
        found = services.exchange.matters(MatterQuery(peer=peer))
    rows: list[dict[str, object]] = [
        {**one.model_dump(mode="json"), "card": card_of_matter(one, today).sentence} for one in found
    ]
    columns = {
        "matter_id": "编号",
        "way": "收发",
        "kind": "种类",
        "peer": "单位",
        "title": "事由",
        "state": "状态",
        "card": "期限",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有往来事项")
    return ExitCode.DONE


def _matter_id(services: Services, text: str) -> str:
    """A matter by its id or the unambiguous beginning of it."""
    found = services.exchange.matters(MatterQuery(starts=text), limit=2)
    return found[0].matter_id if len(found) == 1 else text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as exc:
        raise InvalidInputError(f"日期看不懂：{text[:40]}", cure="如 2026-12-18") from exc


def _note(services: Services, matter: Matter, by: str) -> Matter:
    said = f"{matter.kind}{matter.state}：{matter.title}"[:500]
    at, action = services.clock(), AuditAction.MATTER_ACTED
    record(services.audit, caller_of(by), action=action, at=at, object_id=matter.matter_id, detail=said)
    return matter


def _tell_matter(matter: Matter, *, as_json: bool, text: str) -> None:
    emit(matter, as_json=as_json, text=f"{text}\n事项编号 {matter.matter_id}")
