"""`wangjian leads show | act | claim | release | dispatch | recheck`: one lead whole, and carrying leads on."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from leads.clocks import day_in_china
from leads.dispatching import propose_dispatch
from leads.periods import card_of_lead, due_now
from leads.rule_life import named_unverified
from leads.states import OPEN_STATES, StepDetail, act, steps_of
from offices.audit import AuditAction, Caller, record
from offices.lead_desk import check_assignee
from records.claims import CLAIM_MINUTES, Claim, claim_for
from records.corrections import CorrectionCheck
from records.dispatching import DispatchProposal
from records.errors import ConflictError, ExitCode, InvalidInputError, TransitionRefusedError
from records.leads import Lead, LeadState, Verdict
from records.ports import Services
from records.wanted_captures import WANTED_WORDS
from ui.words import word_of
from wangjian.cli.credit_file import read_credit_classes
from wangjian.cli.duties import duty_officers
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.indexing import try_to_catch_up

if TYPE_CHECKING:
    from wangjian.ruling import AtWork

__all__ = ["add_acts_to"]

_REASONS = 5
_PAPERS_GO_OUT = (LeadState.GUIDED, LeadState.ORDERED, LeadState.FILED, LeadState.TRANSFERRED, LeadState.PLATFORM_ASKED)
_SHANGHAI = ZoneInfo("Asia/Shanghai")

LeadId = Annotated[str, typer.Argument(metavar="ID", help="线索编号")]
Actor = Annotated[str, typer.Option("--actor", "--by", help="经办人；不填用系统账户名")]


def add_acts_to(leads: typer.Typer) -> None:
    """Register the commands."""
    leads.command("show", help="一条线索的全部")(leads_show)
    leads.command("act", help="对线索采取一步处置")(leads_act)
    leads.command("claim", help="认领线索：一段时间内他人不能处置")(leads_claim)
    leads.command("release", help="释放认领")(leads_release)
    leads.command("dispatch", help="按管辖、分管类别与在办量提出派单建议；--assign 则派出")(leads_dispatch)
    leads.command("credit", help="导入主体信用风险分类（CSV：code,class,since），用于线索优先级")(leads_credit)
    leads.command("recheck", help="责令改正后的复查：各页是否改正；--now 立即再采一次")(leads_recheck)


def leads_show(lead_id: LeadId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """A lead with its findings, events, who holds it, how its period stands, and the steps it may take."""
    from wangjian.rechecking import correction_of, recheck_judge
    from wangjian.ruling import rules_at_work

    with opened(data_dir) as services:
        lead = services.leads.lead(lead_id)
        findings = [services.leads.finding(finding_id) for finding_id in lead.finding_ids]
        events = services.leads.lead_events(lead_id)
        captures = services.evidence.captures(lead_id=lead_id)
        wanted = services.wanted_captures.wanted(lead_id)
        group = services.groups.group_of(lead.shop_id)
        claim = _claim_now(services, lead_id)
        at_work = rules_at_work(services)
        hints = _hints(services, lead, at_work)
        card = card_of_lead(lead, day_in_china(services.clock()))
        ordered = lead.state is LeadState.ORDERED
        check = correction_of(services, lead, recheck_judge(services, [lead], at_work)) if ordered else None
    steps = [step.value for step in steps_of(lead)]
    lines = [f"{lead.title}（{lead.state.value}，优先 {lead.priority_score:.2f}）", *lead.priority_reasons]
    lines += [f"期限：{due_now(lead) or ''} {card.sentence}"] if card.sentence else []
    lines += [_claim_line(claim)] if claim else []
    for finding in findings:
        words = "、".join(span.text for span in finding.spans)
        lines.append(f"涉嫌：{finding.explanation} 命中：{words or '—'} 网址：{finding.url}")
        for basis in finding.basis:
            lines.append(f"  依据：{basis.instrument}{basis.article}（{'已核' if basis.verified else '待核'}）")
    waiting = named_unverified(basis for one in findings for basis in one.basis)
    lines += [f"待核条款：{'、'.join(waiting)}；核对官方文本前，据此制作的文书不得对外发出"] if waiting else []
    lines += [f"建议承办：{item.office}（{item.article}）{item.reason}" for item in lead.jurisdictions]
    lines += [f"提示：{hint}" for hint in hints]
    if group is not None:
        lines.append(f"同一经营者的其他网店（供核查）：组 {group.group_id}，{len(group.shop_ids)} 家")
        lines += [f"  理由（{link.weight:.1f}）：{link.sentence}" for link in group.links[:_REASONS]]
    lines += [f"证据：{item.capture_id} {word_of(item.state)} {item.timestamp.value}" for item in captures]
    lines += [f"先固后问：{one.url} {WANTED_WORDS[one.state]} {one.problem}".rstrip() for one in wanted]
    lines += _check_lines(check) if check else []
    lines += [f"{_moment(event.at)} {event.actor} {event.action} {event.reason}" for event in events]
    lines.append("可采取：" + ("、".join(steps) or "无"))
    document = {
        "lead": lead, "findings": findings, "events": events, "captures": captures, "lawful_steps": steps,
        "group": group, "claim": claim, "card": {"colour": card.colour.value, "sentence": card.sentence},
        "unverified_articles": waiting, "hints": hints, "wanted_captures": wanted, "correction": check,
    }  # fmt: skip
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def leads_act(
    lead_id: LeadId,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="处置，见 leads show 的“可采取”")],
    reason: Annotated[str, typer.Option("--reason", help="理由（排除时必填）")] = "",
    cause: Annotated[str, typer.Option("--cause", help="排除、不予立案、移送的规定原因；写错时列出可选的")] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="日期", help="责令改正、定期限的最后一日，如 2026-12-05")
    ] = "",
    to: Annotated[str, typer.Option("--to", help="派单给谁（账号）")] = "",
    office: Annotated[str, typer.Option("--office", help="派单给哪个机关")] = "",
    actor: Actor = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One lawful step, recorded with who and why."""
    from wangjian.ruling import demote_where_due

    detail = StepDetail(cause=cause, until=_day(until), assignee=to, office=office)
    with opened(data_dir) as services:
        lead = services.leads.lead(lead_id)
        who = actor.strip() or getpass.getuser()
        check_assignee(services, to)
        changed, event = act(lead, action, actor=who, reason=reason, now=services.clock(), detail=detail)
        saved = services.leads.save_lead(changed, event, expected_version=lead.version)
        _note(services, AuditAction.LEAD_ACTED, lead_id, f"{who} {event.action}：{event.reason}")
        _warn_of_unverified(services, saved)
        for demoted in demote_where_due(services) if saved.rule_hit is not lead.rule_hit else ():
            say(f"规则 {demoted.rule_id} {demoted.note}")
        _tell_lag(services)
    emit(
        saved, as_json=as_json, text=f"{saved.title}：{lead.state.value} → {saved.state.value}　{event.reason}".rstrip()
    )
    return ExitCode.DONE


def leads_claim(
    lead_id: LeadId,
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=1440, help="认领多少分钟")] = CLAIM_MINUTES,
    actor: Actor = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Hold a lead for a while; who already holds it is told."""
    with opened(data_dir) as services:
        who = actor.strip() or getpass.getuser()
        held = services.leads.claim(claim_for(lead_id, who, minutes=minutes, now=services.clock()))
        _note(services, AuditAction.LEAD_CLAIMED, lead_id, f"{who} {minutes} 分钟")
    emit(held, as_json=as_json, text=_claim_line(held))
    return ExitCode.DONE


def leads_release(lead_id: LeadId, actor: Actor = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Let go of one's claim."""
    with opened(data_dir) as services:
        who = actor.strip() or getpass.getuser()
        services.leads.lead(lead_id)
        released = services.leads.release(lead_id, who)
        claim = _claim_now(services, lead_id)
    said = "已释放" if released else f"{who} 没有认领这条线索" + (f"；{_claim_line(claim)}" if claim else "")
    emit({"released": released, "claim": claim}, as_json=as_json, text=said)
    return ExitCode.DONE if released else ExitCode.NO


def leads_dispatch(
    lead_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="线索编号；不填为全部待研判的")] = None,
    assign: Annotated[bool, typer.Option("--assign", help="照建议派出，理由记入经过")] = False,
    duties: Annotated[
        Path | None, typer.Option("--duties", help="分管表（TOML：[[duty]] officer、categories、rules）")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="一人至多在办多少件")] = 40,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="至多处理多少条，优先的在先")] = 200,
    actor: Actor = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Propose an office and a person for new leads, and with `--assign` send them there."""
    with opened(data_dir) as services:
        chosen = _to_dispatch(services, lead_ids or [])
        chosen = sorted(chosen, key=lambda lead: (-lead.priority_score, lead.lead_id))[:limit]
        officers = duty_officers(services, duties, load=services.leads.load_of(OPEN_STATES))
        proposals = propose_dispatch(chosen, officers, most_a_person=most)
        refused = _assign(services, proposals, actor.strip() or getpass.getuser()) if assign else []
    rows = [
        {**one.model_dump(mode="json"), "assigned": assign and one.lead_id not in {key for key, _ in refused}}
        for one in proposals
    ]
    if as_json:
        emit({"proposals": rows, "refused": dict(refused)}, as_json=True, text="")
    else:
        columns = {"lead_id": "线索", "title": "事由", "office": "承办机关", "assignee": "人员", "reason": "理由"}
        emit_rows(rows, as_json=False, columns=columns, empty="没有待派单的线索")
        for lead_id, why in refused:
            say(f"{lead_id} 未派出：{why}")
        say(f"{'已派出' if assign else '建议'} {len(rows) - len(refused)} 条" + ("" if assign else "；派出加 --assign"))
    return ExitCode.PARTIAL if refused else ExitCode.DONE


def leads_credit(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="列：code（主体代码）、class（A/B/C/D）、since（日期）")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Keep the credit class of subjects; the newest day of each counts. A wrong line loses the whole file, named."""
    classes = read_credit_classes(file)
    with opened(data_dir) as services:
        services.leads.save_credit_classes(classes)
    emit({"classes": len(classes)}, as_json=as_json, text=f"已导入 {len(classes)} 个主体的信用风险分类")
    return ExitCode.DONE


def leads_recheck(
    lead_id: LeadId,
    now: Annotated[bool, typer.Option("--now", help="请求立即再采一次（由 serve 或 schedule run 执行）")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What the last visits show of the lead's pages; nothing is closed by it."""
    from wangjian.rechecking import correction_of, note_rechecks, plan_rechecks, recheck_judge, recheck_now

    with opened(data_dir) as services:
        lead = services.leads.lead(lead_id)
        judge = recheck_judge(services, [lead])
        note_rechecks(services, [lead], judge)
        plan_rechecks(services)
        asked = recheck_now(services, lead) if now else None
        check = correction_of(services, lead, judge)
    if check is None:
        raise InvalidInputError(f"线索 {lead_id} 没有责令改正或通知平台，无从复查", cure="先采取“责令改正”")
    lines = _check_lines(check)
    lines += [f"已请求复采：{asked.occurrence_id}（{asked.state.value}）"] if asked else []
    emit({"correction": check, "asked": asked}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def _warn_of_unverified(services: Services, lead: Lead) -> None:
    """Where papers go out by articles nobody has checked (待核), say which must be checked before."""
    if lead.state not in _PAPERS_GO_OUT:
        return
    bases = [basis for one in lead.finding_ids for basis in services.leads.finding(one).basis if not basis.verified]
    named = "、".join(dict.fromkeys(f"{basis.instrument}{basis.article}" for basis in bases))
    if named:
        say(f"待核条款：{named}；核对官方文本前，据此制作的文书不得对外发出")


def _note(services: Services, action: AuditAction, lead_id: str, detail: str) -> None:
    """Into the audit chain: who acted through the command line is who they said they are."""
    caller = Caller(account=None, origin="命令行")
    record(services.audit, caller, action=action, at=services.clock(), object_id=lead_id, detail=detail[:500])


def _to_dispatch(services: Services, lead_ids: Sequence[str]) -> list[Lead]:
    if not lead_ids:
        return list(services.leads.leads_in({LeadState.NEW}))
    return [services.leads.lead(lead_id) for lead_id in dict.fromkeys(lead_ids)]


def _assign(services: Services, proposals: Sequence[DispatchProposal], actor: str) -> list[tuple[str, str]]:
    """Take the step for each; what was refused and why. One that somebody holds or has moved holds up no other."""
    refused: list[tuple[str, str]] = []
    for one in proposals:
        if not one.region_code:
            refused.append((one.lead_id, "实际经营地不明，须先确定管辖"))
            continue
        lead = services.leads.lead(one.lead_id)
        detail = StepDetail(assignee=one.assignee, office=one.office)
        try:
            changed, event = act(lead, "派单", actor=actor, reason=one.reason, now=services.clock(), detail=detail)
            services.leads.save_lead(changed, event, expected_version=lead.version)
            _note(services, AuditAction.LEAD_ACTED, one.lead_id, f"{actor} {event.action}：{event.reason}")
        except (ConflictError, InvalidInputError, TransitionRefusedError) as exc:
            refused.append((one.lead_id, str(exc)))
    _tell_lag(services)
    return refused


def _tell_lag(services: Services) -> None:
    """What was done stands; that a search does not find it yet is said."""
    _taken, behind = try_to_catch_up(services)
    if behind:
        say(behind)


def _hints(services: Services, lead: Lead, at_work: AtWork) -> list[str]:
    """What rules that make no leads (试行、降级) found at the shop."""
    titles = {rule.rule_id: rule.title for rule in at_work.judging if rule.rule_id not in at_work.leading}
    counts: dict[str, int] = {}
    for finding in services.leads.findings(shop_id=lead.shop_id) if titles else ():
        if finding.rule_id in titles and finding.verdict is Verdict.SUSPECTED:
            counts[finding.rule_id] = counts.get(finding.rule_id, 0) + 1
    return [
        f"{rule_id} {titles[rule_id]} {count} 处（规则未施行或已降级，仅供参考）" for rule_id, count in counts.items()
    ]


def _claim_now(services: Services, lead_id: str) -> Claim | None:
    claim = services.leads.claim_of(lead_id)
    return claim if claim is not None and claim.holds_at(services.clock()) else None


def _claim_line(claim: Claim) -> str:
    return f"{claim.holder} 认领处理中，至 {_moment(claim.until)}"


def _check_lines(check: CorrectionCheck) -> list[str]:
    lines = [f"复查（{_moment(check.ordered_at)} 责令之后）：{check.sentence}"]
    for page in check.pages:
        words = f"　{'、'.join(page.words)}" if page.words else ""
        visit = f"　{_moment(page.visited_at)} 访问，网页 {page.page_id}" if page.visited_at and page.page_id else ""
        digest = f"（SHA-256 {page.page_sha256[:16]}…）" if page.page_sha256 else ""
        lines.append(f"  {page.state.value}：{page.url}{words}{visit}{digest}")
    return lines


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"


def _day(said: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as exc:
        raise InvalidInputError(f"日期无法识别：{said[:20]}", cure="写成 2026-12-05") from exc
