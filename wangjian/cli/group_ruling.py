"""`wangjian match split|merge|rulings|unrule`: what officers say of shops, which every later look obeys."""

from __future__ import annotations

from typing import Annotated

import typer

from matching.groups.remaking import regroup
from matching.groups.ruling import merge_ruling, split_ruling, withdrawal
from offices.audit import AuditAction, Caller, record
from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.groups import GroupRuling, RulingKind
from records.ports import Services
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened

__all__ = ["add_to"]

_WORDS = {RulingKind.TOGETHER: "同一经营者", RulingKind.APART: "不是同一经营者", RulingKind.WITHDRAWN: "撤销"}

Shops = Annotated[list[str], typer.Argument(metavar="SHOP…", help="网店编号")]
By = Annotated[str, typer.Option("--by", help="认定人姓名")]
Reason = Annotated[str, typer.Option("--reason", help="核实的经过与理由")]


def add_to(matching: typer.Typer) -> None:
    """Register the commands beneath `match`."""
    matching.command("split", help="认定这些网店与所在关联组的其他网店不是同一经营者")(split)
    matching.command("merge", help="认定这些网店是同一经营者，尽管没有共同的公示内容")(merge)
    matching.command("rulings", help="列出对关联的人工认定")(rulings)
    matching.command("unrule", help="撤销一项人工认定")(unrule)


def split(shops: Shops, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Take shops out of their group for good."""
    with opened(data_dir) as services:
        group = services.groups.group_of(services.survey.shop(shops[0]).shop_id)
        if group is None:
            raise NotFoundError(f"网店 {shops[0][:80]} 不在任何关联组中", cure="先运行 wangjian match groups")
        ruling = split_ruling(group, shops, actor=by, reason=reason, now=services.clock())
        return _keep(services, ruling, as_json=as_json)


def merge(shops: Shops, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Join shops for good."""
    with opened(data_dir) as services:
        for shop_id in shops:
            services.survey.shop(shop_id)  # says so when there is none
        ruling = merge_ruling(shops, actor=by, reason=reason, now=services.clock())
        return _keep(services, ruling, as_json=as_json)


def unrule(
    ruling: Annotated[str, typer.Argument(metavar="RULING", help="认定编号，见 match rulings")],
    by: By,
    reason: Reason,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Take an earlier ruling back; both stay on record."""
    with opened(data_dir) as services:
        known = services.groups.rulings()
        found = next((one for one in known if one.ruling_id == ruling), None)
        if found is None:
            raise NotFoundError(f"没有这项认定：{ruling[:80]}", cure="编号见 wangjian match rulings")
        if any(one.withdraws == ruling for one in known):
            raise InvalidInputError(f"{ruling} 已经撤销", cure="要恢复，重新作出认定")
        return _keep(services, withdrawal(found, actor=by, reason=reason, now=services.clock()), as_json=as_json)


def rulings(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All of them, oldest first."""
    with opened(data_dir) as services:
        found = services.groups.rulings()
    rows = [
        {
            "ruling_id": one.ruling_id,
            "kind": _WORDS[one.kind],
            "shops": "、".join(one.shop_ids) or one.withdraws,
            "others": "、".join(one.other_ids),
            "actor": one.actor,
            "reason": one.reason,
            "at": one.at.isoformat(),
        }
        for one in found
    ]
    columns = {
        "ruling_id": "编号",
        "kind": "认定",
        "shops": "网店",
        "others": "另一方",
        "actor": "认定人",
        "reason": "理由",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有人工认定")
    return ExitCode.DONE if rows else ExitCode.NO


def _keep(services: Services, ruling: GroupRuling, *, as_json: bool) -> int:
    services.groups.rule(ruling)
    changed = regroup(services).changed
    record(
        services.audit,
        Caller(account=None, origin="命令行"),
        action=AuditAction.GROUP_RULED,
        at=services.clock(),
        object_id=ruling.ruling_id,
        detail=f"{ruling.actor} {ruling.kind.value} {'、'.join(ruling.shop_ids) or ruling.withdraws}：{ruling.reason}",
    )
    lines = [f"已认定 {ruling.ruling_id}，此后归组照此办理"]
    lines += [f"{group.group_id}：{group.events[-1].sentence}" for group in changed if group.events]
    emit({"ruling": ruling, "changed": changed}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE
