"""`wangjian registry show`: an entity with its history, and how it stood and was known at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from matching.as_known import RegisterAsKnown
from matching.entity_rows import code_of
from matching.standing import standing_on
from matching.ties import branches_of, parent_of
from records.errors import ExitCode, InvalidInputError
from records.register import Entity, EntityState, Standing
from records.register_history import DeclaredSite, ListedPeriod, NamePeriod
from records.register_ports import RegisterStore
from wangjian.cli.options import AsJson, DataDir, emit, opened, plain

__all__ = ["add_to"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_BRANCHES = 20
_TITLES = {
    "name": "名称",
    "kind": "主体类型",
    "status": "登记状态",
    "status_on": "状态日期",
    "established_on": "成立日期",
    "valid_from": "营业期限自",
    "valid_until": "营业期限止",
    "approved_on": "核准日期",
    "region_code": "区划代码",
    "address": "住所",
    "legal_representative": "法定代表人（经营者、负责人）",
    "phone": "联系电话",
    "scope": "经营范围",
    "former_names": "曾用名",
    "name_periods": "曾用名期间",
    "abnormal_since": "列入经营异常名录日期",
    "abnormal_periods": "已移出的经营异常",
    "seriously_illegal_since": "列入严重违法失信名单日期",
    "seriously_illegal_periods": "已移出的严重违法失信",
    "shop_urls": "网站网店",
    "sites": "年报网站网店",
    "parent_code": "隶属企业代码",
    "parent_name": "隶属企业",
    "gone": "来源现状",
    "source": "来源",
}


def add_to(registry: typer.Typer) -> None:
    """Register the command."""
    registry.command("show", help="一户主体的登记事项、历次变化，以及某日情形和当时所知")(registry_show)


def registry_show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="统一社会信用代码或注册号")],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="TIME", help="某日或某时（如 2025-06-30 或 2025-06-30T15:00，北京时间）")
    ] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The entity, every state the register has held, its parent and branches; with a time, what was so and known."""
    at = _moment(as_of) if as_of else None
    wanted = code_of(code) or code.strip()[:60]
    with opened(data_dir) as services:
        register = services.register
        history = register.history(wanted)
        if not history:
            emit({"code": wanted, "found": False}, as_json=as_json, text=f"登记库中没有 {wanted}；查无不等于无照")
            return ExitCode.NO
        ties = _ties(history[-1].entity, register)
        then = None if at is None else RegisterAsKnown(register, at).by_code(wanted)
    standing = None if at is None else standing_on(history, at.astimezone(_SHANGHAI).date())
    document = {
        "entity": history[-1].entity,
        "history": history,
        **ties,
        **({} if at is None else {"as_of": at.isoformat(), "standing": standing, "as_known": then}),
    }
    lines = [*_entity_lines(history[-1].entity), *_tie_lines(ties), *_history_lines(history)]
    if at is not None and standing is not None:
        lines += _then_lines(at, standing, then)
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def _moment(text: str) -> datetime:
    """A day means its end: what was known on it was known by then."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise InvalidInputError(f"“{text[:40]}”不是时间", cure="写成 2025-06-30 或 2025-06-30T15:00") from exc
    if len(text.strip()) <= len("2025-06-30"):
        found += timedelta(days=1, microseconds=-1)
    return (found if found.tzinfo else found.replace(tzinfo=_SHANGHAI)).astimezone(UTC)


def _ties(entity: Entity, register: RegisterStore) -> dict[str, object]:
    parent = parent_of(entity, register)
    count, branches = branches_of(entity, register, most=_BRANCHES)
    return {
        "parent": {"code": parent.code, "name": parent.name} if parent else None,
        "branch_count": count,
        "branches": [{"code": branch.code, "name": branch.name} for branch in branches],
    }


def _entity_lines(entity: Entity) -> list[str]:
    lines = [f"{entity.name}（{entity.code}）"]
    return lines + [f"  {title}：{text}" for title, text in _told(entity) if title != "名称"]


def _told(entity: Entity) -> Iterator[tuple[str, str]]:
    for field, title in _TITLES.items():
        text = _text(getattr(entity, field))
        if text:
            yield title, text


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "；".join(map(_text, value))
    if isinstance(value, ListedPeriod):
        return _period(value)
    if isinstance(value, NamePeriod):
        seen = "（登记库所见）" if value.learned else ""
        return f"{value.name}（{value.since or '不详'}至{value.until or '不详'}）{seen}"
    if isinstance(value, DeclaredSite):
        return " ".join(filter(None, (value.name, value.url, value.icp_no)))
    return str(value or "")


def _period(period: ListedPeriod) -> str:
    if period.removed_on is not None:
        return f"{period.listed_on}列入，{period.removed_on}移出"
    if period.seen_until is not None:
        return f"{period.listed_on}列入，{period.seen_until}仍在列，其后移出（日期不详）"
    return f"{period.listed_on}列入"


def _tie_lines(ties: dict[str, object]) -> list[str]:
    found = plain(ties)
    assert isinstance(found, dict)
    lines = [f"  隶属：{found['parent']['name']}（{found['parent']['code']}）"] if found["parent"] else []
    if found["branch_count"]:
        lines.append(f"分支机构 {found['branch_count']} 户：")
        lines += [f"  {branch['name']}（{branch['code']}）" for branch in found["branches"]]
    return lines


def _history_lines(history: tuple[EntityState, ...]) -> list[str]:
    lines = ["登记库所知的历次情形："]
    before: dict[str, str] | None = None
    for state in history:
        told = dict(_told(state.entity))
        since = _time(state.known_from) if state.known_from else "（未记时间）"
        until = _time(state.known_until) if state.known_until else "今"
        lines.append(f"  {since} 至 {until}　快照 {state.brought_by or state.entity.snapshot_id}")
        lines += [f"    {change}" for change in _changes(before, told)]
        before = told
    return lines


def _changes(before: dict[str, str] | None, told: dict[str, str]) -> list[str]:
    if before is None:
        return []
    differing = [title for title in _TITLES.values() if before.get(title) != told.get(title)]
    return [f"{title}：{before.get(title, '无')} → {told.get(title, '无')}" for title in differing]


def _then_lines(at: datetime, standing: Standing, then: Entity | None) -> list[str]:
    lines = [f"{standing.on}的情形（按现在所知）："]
    lines.append(f"  名称：{standing.name}")
    lines.append(f"  登记状态：{standing.status.value if standing.status else '不能确定'}")
    if standing.within_term is not None:
        lines.append(f"  营业期限：{'在期限内' if standing.within_term else '不在期限内'}")
    for title, period in (("经营异常名录", standing.abnormal), ("严重违法失信名单", standing.seriously_illegal)):
        lines.append(f"  {title}：{_period(period) if period else '未见载入'}")
    lines.append(f"当时（{_time(at)}）登记库所知：")
    lines += [f"  {line.strip()}" for line in _entity_lines(then)] if then else ["  尚无此主体"]
    return lines


def _time(moment: datetime) -> str:
    return moment.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
