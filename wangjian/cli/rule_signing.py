"""`wangjian rules sign | suspend | demote | status`: who answers for a rule, and what officers' decisions say of it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from leads.rule_life import PRECISION_FLOOR, STATE_WORDS, rule_event, unverified
from leads.rule_standing import RuleStanding, known_rules, standing_of
from leads.selftest import run_examples
from offices.audit import AuditAction, Caller, record
from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.leads import Rule
from records.ports import Services
from records.rule_life import RuleAct, RuleEvent
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.ruling import demote_where_due

__all__ = ["add_signing_to", "life_document", "life_lines"]

RuleIds = Annotated[list[str], typer.Argument(metavar="ID…", help="规则编号，如 A01；ALL 为全部")]
By = Annotated[str, typer.Option("--by", help="签批人或决定人；不填用系统账户名")]
Office = Annotated[str, typer.Option("--office", help="单位及部门，如 某市市场监督管理局法规科")]
Note = Annotated[str, typer.Option("--note", help="审核意见或原因，写入记录")]


def add_signing_to(rules: typer.Typer) -> None:
    """Register the commands."""
    rules.command("sign", help="签批规则：法制审核后施行（先运行其全部示例）")(rules_sign)
    rules.command("suspend", help="停用规则：不再研判，直至重新签批")(rules_suspend)
    rules.command("demote", help="降级规则：仍研判，只作提示，不形成线索")(rules_demote)
    rules.command("status", help="规则的签批、停用、降级记录与精确率")(rules_status)


def rules_sign(
    rule_ids: RuleIds,
    by: By = "",
    office: Office = "",
    note: Note = "",
    floor: Annotated[
        float, typer.Option("--floor", min=0.0, max=1.0, help="精确率下限，低于它即自动降级")
    ] = PRECISION_FLOOR,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Put rules at work in their present versions, after every example came out as written."""
    if not note.strip():
        raise InvalidInputError("签批须写明审核意见", cure='如 --note "条款与情形相符，同意施行"')
    with opened(data_dir) as services:
        chosen = _chosen(services, rule_ids)
        _check_examples(chosen, services)
        events = _append(services, chosen, RuleAct.SIGNED, by=(by, office), note=note, floor=floor)
        day = services.clock().date()
    lines = [f"{event.rule_id} 第 {event.rule_version} 版已签批，精确率下限 {event.floor:.0%}" for event in events]
    for rule in chosen:
        waiting = "、".join(f"{one.instrument}{one.article}" for one in unverified(rule, on=day))
        lines += [f"{rule.rule_id} 待核：{waiting}；核对官方文本前，据此制作的文书不得对外发出"] if waiting else []
    emit({"events": events}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def rules_suspend(
    rule_ids: RuleIds,
    by: By = "",
    office: Office = "",
    note: Note = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Silence rules until they are signed again; leads that are there stay."""
    return _decide(rule_ids, RuleAct.SUSPENDED, by=(by, office), note=note, where=(data_dir, as_json))


def rules_demote(
    rule_ids: RuleIds,
    by: By = "",
    office: Office = "",
    note: Note = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Let rules go on judging without making leads until they are signed again."""
    return _decide(rule_ids, RuleAct.DEMOTED, by=(by, office), note=note, where=(data_dir, as_json))


def rules_status(
    rule_id: Annotated[str, typer.Argument(metavar="[ID]", help="规则编号；不填则全部")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """How every rule stands; of one rule, everything that was done about it. Demotions that are due are made."""
    with opened(data_dir) as services:
        chosen = _chosen(services, [rule_id] if rule_id else ["ALL"])
        fresh = demote_where_due(services, chosen)
        standings = standing_of(services, chosen)
        events = services.rules.rule_events(chosen[0].rule_id) if rule_id else ()
    lines = [f"自动降级：{event.rule_id} {event.note}" for event in fresh]
    for one in standings:
        lines.append(f"{one.rule.rule_id} {one.rule.title}　{'；'.join(life_lines(one))}")
    lines += [_event_line(event) for event in events]
    rows = [{"rule": one.rule.rule_id, "title": one.rule.title, **life_document(one)} for one in standings]
    document = {"demoted_now": fresh, "rules": rows, "events": events}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def life_document(one: RuleStanding) -> dict[str, object]:
    """How a rule stands, as values."""
    tally, last = one.precision.tally, one.life.last
    return {
        "state": one.life.state.value,
        "signed_by": one.life.signed.actor if one.life.signed else "",
        "signed_office": one.life.signed.office if one.life.signed else "",
        "signed_on": one.life.signed.on.isoformat() if one.life.signed else None,
        "state_since": last.on.isoformat() if last else None,
        "state_reason": last.note if last else "本版本尚未签批",
        "precision": one.precision.value,
        "precision_low": one.precision.low,
        "precision_high": one.precision.high,
        "right": tally.right,
        "wrong": tally.wrong,
        "floor": one.life.floor,
    }


def life_lines(one: RuleStanding) -> list[str]:
    """The same in words."""
    said = STATE_WORDS[one.life.state]
    last = one.life.last
    who = f"，{last.actor}{f'（{last.office}）' if last.office else ''} {last.on}{last.act.value}" if last else ""
    return [f"{said}{who}", one.precision.sentence]


def _decide(
    rule_ids: Sequence[str], act: RuleAct, *, by: tuple[str, str], note: str, where: tuple[DataDir, bool]
) -> int:
    if not note.strip():
        raise InvalidInputError(f"{act.value}须写明原因", cure='如 --note "条款已修订，待改"')
    with opened(where[0]) as services:
        events = _append(services, _chosen(services, rule_ids), act, by=by, note=note, floor=0.0)
    text = "\n".join(f"{event.rule_id} 已{act.value}：{event.note}" for event in events)
    emit({"events": events}, as_json=where[1], text=text)
    return ExitCode.DONE


def _append(
    services: Services, rules: Sequence[Rule], act: RuleAct, *, by: tuple[str, str], note: str, floor: float
) -> list[RuleEvent]:
    now, who = services.clock(), (by[0].strip() or getpass.getuser(), by[1].strip())
    events = [rule_event(rule, act, by=who, note=note.strip(), floor=floor, now=now) for rule in rules]
    for event in events:
        services.rules.append_rule_event(event)
        said = f"{event.act.value} 第 {event.rule_version} 版，{event.actor}：{event.note}"
        record(
            services.audit,
            Caller(account=None, origin="命令行"),
            action=AuditAction.RULE_DECIDED,
            at=now,
            object_id=event.rule_id,
            detail=said[:500],
        )
    return events


def _chosen(services: Services, rule_ids: Sequence[str]) -> list[Rule]:
    known = {rule.rule_id: rule for rule in known_rules(services)}
    wanted = list(known) if [one.upper() for one in rule_ids] == ["ALL"] else [one.upper() for one in rule_ids]
    for rule_id in wanted:
        if rule_id not in known:
            raise NotFoundError(f"没有规则 {rule_id[:40]}", cure="编号见 wangjian rules list")
    return [known[rule_id] for rule_id in dict.fromkeys(wanted)]


def _check_examples(rules: Sequence[Rule], services: Services) -> None:
    failed = [result for result in run_examples(rules, on=services.clock().date()) if not result.passed]
    if failed:
        first = failed[0]
        raise InvalidInputError(
            f"规则 {first.rule_id} 有 {len(failed)} 条示例不符，未签批：{first.text[:60]}",
            cure="改正规则，至 wangjian rules test 全部通过",
        )


def _event_line(event: RuleEvent) -> str:
    articles = "、".join(f"{one.instrument}{one.article}{'' if one.verified else '（待核）'}" for one in event.articles)
    who = f"{event.actor}{f'（{event.office}）' if event.office else ''}"
    return f"{event.on} {event.act.value} 第 {event.rule_version} 版　{who}：{event.note}" + (
        f"　条款：{articles}" if articles else ""
    )
