"""`wangjian retention …`: what is past its time, what holds it, and how two persons destroy the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from records.errors import ExitCode, InvalidInputError
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.custody_notes import COMMAND_LINE
from wangjian.settings import load_settings

if TYPE_CHECKING:
    from records.disposals import Disposal, DisposalWish, RetentionItem, RetentionList
    from wangjian.disposing import Disposing

__all__ = ["add_to"]

_SHOWN = 50
_KINDS = {"archives": "采集存档", "leads": "线索"}

By = Annotated[str, typer.Option("--by", help="办理人的账号")]
Reason = Annotated[str, typer.Option("--reason", help="理由或依据，写入审计链与销毁证书")]
RequestId = Annotated[str, typer.Argument(metavar="DISPOSAL_ID", help="销毁申请的编号")]
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="存档文件名或线索编号")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    retention = typer.Typer(help="留存：哪些已过留存期，哪些另有理由留着；由两人销毁", no_args_is_help=True)
    retention.command("list", help="列出留存期满的采集存档、线索与证据，以及销毁申请；只列出，不销毁")(retention_list)
    retention.command("ask", help="申请销毁留存期满的采集存档或线索，三十日内由另一人批准")(retention_ask)
    retention.command("approve", help="批准并销毁（须由申请人以外的负责人办理），出具销毁证书")(retention_approve)
    retention.command("withdraw", help="撤回尚未批准的申请")(retention_withdraw)
    retention.command("hold", help="冻结存档文件或线索：解除之前任何人不得销毁")(retention_hold)
    retention.command("release", help="解除冻结（须由冻结人以外的负责人办理）")(retention_release)
    app.add_typer(retention, name="retention")


def retention_list(
    only_free: Annotated[bool, typer.Option("--free", help="只列没有理由再留的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A dry run: nothing is taken away."""
    with _desk(data_dir) as (desk, _):
        found, disposals, holds = desk.listed(), desk.disposals(), desk.holds()
    items = [item for item in found.items if not (only_free and item.kept_for)]
    lines = [
        f"{kind}：共 {found.counted[kind]} 件，留存 {days} 天，期满 {len(_of(found, kind))} 件，"
        f"其中可销毁 {sum(not item.kept_for for item in _of(found, kind))} 件"
        for kind, days in found.days.items()
    ]
    lines += [f"  {item.kind.value} {item.item_id}（{item.kept_for or '可销毁'}）" for item in items[:_SHOWN]]
    lines += [_told(one) for one in disposals[:_SHOWN]]
    lines.append(
        "这是清单，没有销毁任何内容。采集存档与线索由两人销毁：wangjian retention ask、approve；"
        "证据：wangjian evidence destroy"
    )
    document = {
        **found.model_dump(mode="json"),
        "items": [item.model_dump(mode="json") for item in items],
        "disposals": [one.model_dump(mode="json") for one in disposals],
        "holds": [one.model_dump(mode="json") for one in holds],
    }
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def retention_ask(  # options of a command
    kind: Annotated[str, typer.Argument(metavar="KIND", help="archives（采集存档）或 leads（线索）")],
    by: By,
    reason: Reason,
    item: Annotated[list[str] | None, typer.Option("--item", help="只申请这些；不写是全部可销毁的")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The first of two persons."""
    from records.disposals import RetentionClass

    if kind not in _KINDS:
        raise InvalidInputError(f"没有这一类：{kind[:40]}", cure="archives（采集存档）或 leads（线索）")
    with _desk(data_dir) as (desk, wish):
        disposal = desk.ask(RetentionClass(_KINDS[kind]), tuple(item or ()), wish(by, reason))
    text = f"已申请销毁{disposal.kind} {len(disposal.items)} 件（{disposal.disposal_id}），三十日内由另一人批准"
    emit(disposal, as_json=as_json, text=text)
    return ExitCode.DONE


def retention_approve(
    disposal_id: RequestId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False
) -> int:
    """The second person; again after it was cut off, it finishes."""
    with _desk(data_dir) as (desk, wish):
        disposal = desk.approve(disposal_id, wish(by, reason))
    lines = [
        f"已销毁{disposal.kind} {len(disposal.destroyed)} 件，销毁证书 SHA-256 {disposal.certificate_sha256}",
        *(f"  留下 {line}" for line in disposal.left[:_SHOWN]),
    ]
    emit(disposal, as_json=as_json, text="\n".join(lines))
    return ExitCode.PARTIAL if disposal.left else ExitCode.DONE


def retention_withdraw(
    disposal_id: RequestId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False
) -> int:
    """Nothing is destroyed under it any more."""
    with _desk(data_dir) as (desk, wish):
        disposal = desk.withdraw(disposal_id, wish(by, reason))
    emit(disposal, as_json=as_json, text=f"已撤回 {disposal_id}")
    return ExitCode.DONE


def retention_hold(item: ItemId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """A legal hold."""
    with _desk(data_dir) as (desk, wish):
        hold = desk.hold(item, wish(by, reason))
    emit(hold, as_json=as_json, text=f"已冻结 {item}")
    return ExitCode.DONE


def retention_release(item: ItemId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """End a hold."""
    with _desk(data_dir) as (desk, wish):
        desk.release(item, wish(by, reason))
    emit({"item_id": item, "released_by": by}, as_json=as_json, text=f"已解除冻结 {item}")
    return ExitCode.DONE


class _Wishes:
    """Who stands behind a login."""

    def __init__(self, desk: Disposing) -> None:
        self._desk = desk

    def __call__(self, login: str, reason: str) -> DisposalWish:
        from records.disposals import DisposalWish

        account = self._desk.account(login)
        return DisposalWish(account=account, origin=COMMAND_LINE, reason=reason)


@contextmanager
def _desk(data_dir: Path | None) -> Iterator[tuple[Disposing, _Wishes]]:
    from wangjian.disposing import Disposing

    with opened(data_dir) as services:
        desk = Disposing(services, load_settings(data_dir=data_dir))
        yield desk, _Wishes(desk)


def _told(one: Disposal) -> str:
    who = f"{one.asked_by} 申请" + (f"，{one.approved_by} 批准" if one.approved_by else "")
    return f"  申请 {one.disposal_id}（{one.kind} {len(one.items)} 件，{one.state}，{who}）"


def _of(found: RetentionList, kind: str) -> list[RetentionItem]:
    return [item for item in found.items if item.kind.value == kind]
