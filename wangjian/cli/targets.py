"""`wangjian targets …`: 监测对象库."""

from __future__ import annotations

from typing import Annotated

import typer

from network.guard import AddressGuard
from records.errors import ExitCode
from records.survey import TargetKind
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.targets.registering import target_at

__all__ = ["DelaySeconds", "MaxPages", "add_to"]

MaxPages = Annotated[int, typer.Option("--max-pages", min=1, max=1_000_000, help="每个网址最多读取的页数")]
DelaySeconds = Annotated[float, typer.Option("--delay", min=0.0, max=3600.0, help="同一主机两次访问的间隔（秒）")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    targets = typer.Typer(help="监测对象库", no_args_is_help=True)
    targets.command("add", help="登记一个监测对象")(targets_add)
    targets.command("list", help="列出监测对象")(targets_list)
    app.add_typer(targets, name="targets")


def targets_add(
    url: Annotated[str, typer.Argument(metavar="URL", help="入口网址")],
    name: Annotated[str, typer.Option("--name", help="名称；不填用主机名")] = "",
    kind: Annotated[TargetKind, typer.Option("--kind", help="平台 platform、网店 shop、网站 site")] = TargetKind.SITE,
    max_pages: MaxPages = 5000,
    delay: DelaySeconds = 1.0,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Record a target; the same address again changes it."""
    AddressGuard(allow_private=True).check_url(url)
    with opened(data_dir) as services:
        target = target_at(url, max_pages=max_pages, delay_seconds=delay, now=services.clock())
        target = target.model_copy(update={"name": name or target.name, "kind": kind})
        services.survey.save_target(target)
    emit(target, as_json=as_json, text=f"已登记监测对象 {target.name}（{target.target_id}）")
    return ExitCode.DONE


def targets_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every target."""
    with opened(data_dir) as services:
        rows = [target.model_dump(mode="json") for target in services.survey.targets()]
    columns = {"target_id": "对象", "name": "名称", "kind": "类型", "seeds": "入口", "max_pages": "页数上限"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有监测对象；用 wangjian targets add URL 登记")
    return ExitCode.DONE
