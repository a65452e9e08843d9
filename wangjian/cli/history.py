"""`wangjian survey history|diff|changes|addresses`: what was there when, what changed, what addresses taught us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.history import AddressRule, AddressRules, ChangeKind, Difference, RuleState, RunChanges
from records.market import Source
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.history import Comparison, Subject, compare, find_subject, number_at

__all__ = ["add_history_to"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_KINDS = {ChangeKind.CHANGED: "变更", ChangeKind.ADDED: "新增", ChangeKind.REMOVED: "消失"}
_COUNTS = {
    "pages_new": "新网页",
    "pages_changed": "内容变更的网页",
    "pages_gone": "已不存在的网页",
    "pages_unchanged": "未变化的网页",
    "shops_new": "新网店",
    "shops_changed": "信息变更的网店",
    "listings_new": "新商品",
    "listings_changed": "信息变更的商品",
    "listings_gone": "下架的商品",
    "papers_changed": "新增、变更或消失的证照与规则页",
}
_STATES = {RuleState.ACTIVE: "生效", RuleState.REVOKED: "已撤销"}

Thing = Annotated[str, typer.Argument(metavar="URL|SHOP|LISTING|PAGE", help="网址，或网店、商品、网页编号")]
AsPage = Annotated[bool, typer.Option("--page", help="看网页本身的可读文字，而不是从中读出的网店或商品")]


def add_history_to(surveys: typer.Typer) -> None:
    """Register the commands under `survey`."""
    surveys.command("history", help="列出网店、商品或网页的历次版本及首末见到时间")(survey_history)
    surveys.command("diff", help="比较两个版本：哪些内容变了，从什么变成什么，读自哪页")(survey_diff)
    surveys.command("changes", help="一次采集与此前相比：新增、变更、消失、未变各多少")(survey_changes)
    surveys.command("addresses", help="查看或撤销从站点学到的网址规则")(survey_addresses)


def survey_history(thing: Thing, page: AsPage = False, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every version, oldest first."""
    with opened(data_dir) as services:
        subject = find_subject(services, thing, as_page=page)
    if as_json:
        emit(subject, as_json=True, text="")
        return ExitCode.DONE
    rows = [
        {
            "number": version.number,
            "first": _time(version.first_seen_at),
            "last": _time(version.last_seen_at),
            "gone": _time(version.gone_at) if version.gone_at else "",
            "page": version.page_id,
            "what": version.what,
        }
        for version in subject.versions
    ]
    columns = {
        "number": "版本",
        "first": "首次见到",
        "last": "最近见到",
        "gone": "已不存在",
        "page": "读自网页",
        "what": "内容",
    }
    typer.echo(f"{subject.kind} {subject.key}\n{subject.url}")
    emit_rows(rows, as_json=False, columns=columns, empty="没有版本")
    return ExitCode.DONE


def survey_diff(
    thing: Thing,
    from_number: Annotated[int, typer.Option("--from", min=0, help="较早的版本；不填为前一版")] = 0,
    to_number: Annotated[int, typer.Option("--to", min=0, help="较晚的版本；不填为最新版")] = 0,
    since: Annotated[str, typer.Option("--since", help="从该日（如 2026-11-01）起始时的版本比到最新版")] = "",
    page: AsPage = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What differs between two versions, field by field."""
    if since and (from_number or to_number):
        raise InvalidInputError("--since 与 --from、--to 不能同时使用", cure="选用一种")
    with opened(data_dir) as services:
        subject = find_subject(services, thing, as_page=page)
        last = to_number or subject.versions[-1].number
        first = number_at(subject, _day(since)) if since else from_number or _before(subject, last)
        found = compare(services, subject, first, last)
    emit(found, as_json=as_json, text=_told(found))
    return ExitCode.DONE


def survey_changes(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="采集编号，见 survey list")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What a run found changed."""
    with opened(data_dir) as services:
        found = services.history.run_changes(run_id)
    emit(found, as_json=as_json, text=_counted(found))
    return ExitCode.DONE


def survey_addresses(
    origin: Annotated[str, typer.Argument(metavar="[ORIGIN]", help="站点，如 http://shop.cn；不填为全部")] = "",
    revoke: Annotated[str, typer.Option("--revoke", help="撤销该站点的这条规则（网址参数名），以后不再学")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Rules learned of addresses, with their evidence; one can be revoked."""
    with opened(data_dir) as services:
        if revoke:
            services.history.save_address_rules(
                _revoked(services.history.address_rules(origin.rstrip("/")), revoke, at=services.clock())
            )
        found = [one for one in services.history.all_address_rules() if not origin or one.origin == origin.rstrip("/")]
    rows = [_rule_row(one.origin, rule) for one in found for rule in one.rules]
    if as_json:
        emit(found, as_json=True, text="")
        return ExitCode.DONE
    columns = {"origin": "站点", "key": "无关参数", "state": "状态", "learned": "学到时间", "evidence": "依据"}
    emit_rows(rows, as_json=False, columns=columns, empty="没有学到网址规则")
    return ExitCode.DONE


def _revoked(rules: AddressRules, key: str, *, at: datetime) -> AddressRules:
    if key not in {rule.key for rule in rules.rules}:
        raise NotFoundError(
            f"站点“{rules.origin}”没有参数 {key[:80]} 的规则", cure="规则与站点见 wangjian survey addresses"
        )
    update = {"state": RuleState.REVOKED, "revoked_at": at, "revoked_by": "人工"}
    return rules.model_copy(
        update={"rules": tuple(rule.model_copy(update=update) if rule.key == key else rule for rule in rules.rules)}
    )


def _rule_row(origin: str, rule: AddressRule) -> dict[str, object]:
    pairs = [f"{one} 与 {other} 内容相同" for one, other in rule.evidence[:3]]
    if rule.counterexample is not None:
        pairs.append(f"反例：{rule.counterexample[0]} 与 {rule.counterexample[1]} 内容不同")
    return {
        "origin": origin,
        "key": rule.key,
        "state": _STATES[rule.state] + (f"（{rule.revoked_by}）" if rule.revoked_by else ""),
        "learned": _time(rule.learned_at),
        "evidence": "；".join(pairs),
    }


def _before(subject: Subject, number: int) -> int:
    earlier = [version.number for version in subject.versions if version.number < number]
    return earlier[-1] if earlier else number


def _told(found: Comparison) -> str:
    subject = found.subject
    if found.from_number == found.to_number:
        return f"{subject.kind} {subject.url}：只有第 {found.to_number} 版，没有可比较的另一版"
    head = f"{subject.kind} {subject.url}：第 {found.from_number} 版 → 第 {found.to_number} 版"
    if not found.differences:
        return f"{head}\n没有可见的差别"
    return "\n".join([head, *(_line(one) for one in found.differences), *_read_on(found)])


def _line(one: Difference) -> str:
    if one.kind is ChangeKind.CHANGED:
        return f"  {_KINDS[one.kind]} {one.field}：{one.before} → {one.after}"
    return f"  {_KINDS[one.kind]} {one.field}：{one.before or one.after}"


def _read_on(found: Comparison) -> list[str]:
    first = found.differences[0]
    sources = (("变更前读自", first.before_source), ("变更后读自", first.after_source))
    return [f"  {label}：{_place(source)}" for label, source in sources if source is not None]


def _place(source: Source) -> str:
    return f"{source.url}（{_time(source.seen_at)}，SHA-256 {source.page_sha256}）"


def _counted(found: RunChanges) -> str:
    lines = [f"采集 {found.run_id} 与此前相比："]
    for name, words in _COUNTS.items():
        lines.append(f"  {words} {getattr(found, name)}")
        lines += [f"    {url}" for url in found.samples.get(name, ())]
    return "\n".join(lines)


def _day(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInputError(f"不是日期：{text[:40]}", cure="写成 2026-11-01") from exc
    return found if found.tzinfo else found.replace(tzinfo=_SHANGHAI)


def _time(moment: datetime) -> str:
    return moment.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
