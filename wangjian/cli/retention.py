"""`wangjian retention list`: what is past its time, and what holds it; a list, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from records.errors import ExitCode
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.settings import load_settings

if TYPE_CHECKING:
    from wangjian.retention_listing import RetentionItem, RetentionList

__all__ = ["add_to"]

_SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    retention = typer.Typer(help="留存：哪些已过留存期，哪些另有理由留着", no_args_is_help=True)
    retention.callback()(_group)
    retention.command("list", help="列出留存期满的采集存档、线索与证据；只列出，不销毁")(retention_list)
    app.add_typer(retention, name="retention")


def _group() -> None:
    """One command so far: without this it would not need its name."""


def retention_list(
    only_free: Annotated[bool, typer.Option("--free", help="只列没有理由再留的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A dry run: nothing is taken away."""
    from wangjian.retention_listing import list_retention

    with opened(data_dir) as services:
        found = list_retention(services, load_settings(data_dir=data_dir))
    items = [item for item in found.items if not (only_free and item.kept_for)]
    lines = [
        f"{kind}：共 {found.counted[kind]} 件，留存 {days} 天，期满 {len(_of(found, kind))} 件，"
        f"其中可销毁 {sum(not item.kept_for for item in _of(found, kind))} 件"
        for kind, days in found.days.items()
    ]
    lines += [f"  {item.kind.value} {item.item_id}（{item.kept_for or '可销毁'}）" for item in items[:_SHOWN]]
    lines.append("这是清单，没有销毁任何内容。证据由两人销毁：wangjian evidence destroy；采集存档与线索目前只列出")
    document = {**found.model_dump(mode="json"), "items": [item.model_dump(mode="json") for item in items]}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def _of(found: RetentionList, kind: str) -> list[RetentionItem]:
    return [item for item in found.items if item.kind.value == kind]
