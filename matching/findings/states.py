"""What the register says of the entity on the day of the capture: ended, listed, out of term.

The present state of the register counts where it gives a date, for it may have learned later what was true then; where
it gives none, the state it held at the capture counts.

Law: 《中华人民共和国市场主体登记管理条例》第三十条 (歇业), 第三十一条 (注销), 第四十条 and 第四十二条 (撤销 and its
being taken back); 《中华人民共和国公司法》第二百二十九条 (责令关闭); 《企业信息公示暂行条例》第十七条.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from matching.findings.grounds import Answer, Grounds, withheld
from matching.findings.items import OPEN_ENDED
from records.licence_findings import LicenceProblem
from records.register import Entity, EntityStatus
from records.register_history import ListedPeriod

__all__ = ["state_answers"]

_STATUS_PROBLEMS = {
    EntityStatus.CANCELLED: LicenceProblem.CANCELLED,
    EntityStatus.REVOKED: LicenceProblem.REVOKED,
    EntityStatus.MOVED_OUT: LicenceProblem.MOVED_OUT,
    EntityStatus.SUSPENDED: LicenceProblem.SUSPENDED,
    EntityStatus.ANNULLED: LicenceProblem.ANNULLED,
    EntityStatus.ORDERED_CLOSED: LicenceProblem.ORDERED_CLOSED,
}
_SOFT = {
    EntityStatus.MOVED_OUT: "迁出后由新登记机关管理，执照可能已换发，须向迁入地核实",
    EntityStatus.SUSPENDED: "歇业期间开展经营活动的视为恢复营业，应当办理恢复营业的公示",
    EntityStatus.ORDERED_CLOSED: "责令关闭可以只及于一处场所或一项业务，须核对决定书的范围，及其是否已被复议、诉讼改变",
}
_REMARKS = {
    **_SOFT,
    EntityStatus.ANNULLED: "撤销登记的决定认定错误的可以撤销、恢复原登记状态，处理前核对决定现行有效",
}
_TAKEN_BACK = (EntityStatus.ANNULLED, EntityStatus.ORDERED_CLOSED, EntityStatus.REVOKED)

_Listing = tuple[LicenceProblem, str, Callable[[Entity, date], ListedPeriod | None]]
_LISTS: tuple[_Listing, ...] = (
    (LicenceProblem.ABNORMAL, "经营异常名录", Entity.listed_as_abnormal),
    (LicenceProblem.SERIOUSLY_ILLEGAL, "严重违法失信名单", Entity.listed_as_seriously_illegal),
)


def state_answers(grounds: Grounds) -> Iterator[Answer]:
    """Status, lists and term of the entity; nothing when nobody is settled on."""
    entity = grounds.entity
    if entity is None:
        return
    yield from _status(grounds, entity)
    for listing in _LISTS:
        yield from _listed(grounds, entity, listing)
    yield from _term(grounds, entity)


def _status(grounds: Grounds, entity: Entity) -> Iterator[Answer]:
    problem = _STATUS_PROBLEMS.get(entity.status)
    if problem is None:
        yield from _taken_back(grounds)
        return
    since, on, word = entity.status_on, grounds.on, entity.status.value
    if since is not None and since > on:
        yield withheld(problem, f"“{entity.name}”{since.isoformat()}才{word}，在取证（{on.isoformat()}）之后")
        return
    if since is None and not _said_so_then(grounds, entity):
        yield withheld(problem, f"登记库现为{word}但未载日期，取证时（{on.isoformat()}）是否已{word}不能确定")
        return
    when = f"已于{since.isoformat()}" if since is not None else "（日期登记库未载）已"
    remark = _REMARKS.get(entity.status, "")
    used = "亮照" if grounds.licence.holder is not None else "经营"
    yield grounds.say(
        problem,
        f"“{entity.name}”{when}{word}，取证时（{on.isoformat()}）仍以其名义{used}",
        field="登记状态",
        values=(entity.code, f"{word} {since.isoformat() if since else ''}".strip()),
        to_check=entity.status in _SOFT,
        remarks=(remark,) if remark else (),
    )


def _taken_back(grounds: Grounds) -> Iterator[Answer]:
    """An entity that lives now: that it was struck off as the register had it at the capture is no longer said."""
    then = grounds.then
    if then is not None and then.status in _TAKEN_BACK:
        problem, word = _STATUS_PROBLEMS[then.status], then.status.value
        yield withheld(problem, f"取证时登记库曾载{word}，其后已恢复登记，可能是决定被撤销或更正")


def _said_so_then(grounds: Grounds, entity: Entity) -> bool:
    """Whether the register had the state by the capture: as it held it then, else by its newest date."""
    if grounds.then is not None:
        return grounds.then.status is entity.status
    return grounds.newest is None or grounds.on >= grounds.newest


def _listed(grounds: Grounds, entity: Entity, listing: _Listing) -> Iterator[Answer]:
    problem, title, covering = listing
    period, on = covering(entity, grounds.on), grounds.on
    if period is None:
        yield from _not_listed(grounds, entity, listing)
        return
    removed = period.removed_on
    until = f"，至{removed.isoformat()}（取证之后）移出" if removed else "，登记库未载移出"
    yield grounds.say(
        problem,
        f"“{entity.name}”自{period.listed_on.isoformat()}起列入{title}{until}；取证时（{on.isoformat()}）在列",
        field=title,
        values=("", f"{period.listed_on.isoformat()}列入" + (f"，{removed.isoformat()}移出" if removed else "")),
    )


def _not_listed(grounds: Grounds, entity: Entity, listing: _Listing) -> Iterator[Answer]:
    problem, title, _ = listing
    abnormal = problem is LicenceProblem.ABNORMAL
    since = entity.abnormal_since if abnormal else entity.seriously_illegal_since
    periods = entity.abnormal_periods if abnormal else entity.seriously_illegal_periods
    if since is not None and since > grounds.on:
        yield withheld(problem, f"{since.isoformat()}才列入{title}，在取证之后")
        return
    before = [period for period in periods if period.listed_on <= grounds.on]
    if not before:
        return
    last = max(before, key=lambda period: period.listed_on)
    if last.removed_on is not None:
        yield withheld(problem, f"曾列入{title}，{last.removed_on.isoformat()}已移出，在取证之前")
    else:
        yield withheld(problem, f"曾列入{title}，移出日期登记库未载，取证时是否在列不能确定")


def _term(grounds: Grounds, entity: Entity) -> Iterator[Answer]:
    until = entity.valid_until
    if entity.status is not EntityStatus.ACTIVE or until is None or until.year >= OPEN_ENDED:
        return
    if entity.established_on is not None and until < entity.established_on:
        return  # a slip in the register, which `registry check` reports
    if until >= grounds.on:
        yield from _renewed(grounds, entity, until)
        return
    stated = grounds.shown.valid_until.strip() if grounds.shown is not None else ""
    yield grounds.say(
        LicenceProblem.EXPIRED,
        f"“{entity.name}”营业期限至{until.isoformat()}届满，登记库未载延期",
        field="营业期限",
        values=(stated, until.isoformat()),
        to_check=True,
        remarks=(f"页面所示期限为“{stated[:40]}”，可能已延期而登记库未更新",) if stated else (),
    )


def _renewed(grounds: Grounds, entity: Entity, until: date) -> Iterator[Answer]:
    """Out of term as the register had it at the capture, renewed as it has it now: both are told."""
    then = grounds.then.valid_until if grounds.then is not None else None
    if then is None or then >= grounds.on:
        return
    approved = entity.approved_on
    if approved is not None and approved <= grounds.on:
        yield withheld(LicenceProblem.EXPIRED, f"取证前已于{approved.isoformat()}核准延期至{until.isoformat()}")
        return
    yield grounds.say(
        LicenceProblem.EXPIRED,
        f"取证时登记的营业期限已于{then.isoformat()}届满，其后延期至{until.isoformat()}",
        field="营业期限",
        values=("", f"{then.isoformat()}；现为{until.isoformat()}"),
        to_check=True,
        remarks=("延期何时核准登记库未载，须核实取证时是否已延期",),
    )
