"""`wangjian rules read-images`: the pictures of listings surveys fetched, those that wait read, then judged."""

from __future__ import annotations

from typing import Annotated

import typer

from records.errors import ExitCode
from wangjian import flow
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.detail_images import AskedImages, read_detail_images
from wangjian.settings import load_settings

__all__ = ["add_images_to"]

_ALL = 1_000_000


def add_images_to(rules: typer.Typer) -> None:
    """Register the command."""
    rules.command("read-images", help="识别采集到而未读的商品图片上的文字，并重新研判")(read_images)


def read_images(
    target_id: Annotated[str, typer.Option("--target", help="只读这个监测对象的；不填为全部")] = "",
    most: Annotated[int | None, typer.Option("--most", min=0, help="最多读几张；不填读完")] = None,
    again: Annotated[bool, typer.Option("--again", help="已读过的也重新识别（更新识别部件之后）")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Read the pictures that wait, then judge and make leads again."""
    settings = load_settings(data_dir=data_dir)
    with opened(data_dir) as services:
        say("识别商品图片 …")
        asked = AskedImages(target_id=target_id, most=_ALL if most is None else most, again=again)
        report = read_detail_images(services, settings, asked)
        stages = [flow.assess(services, target_id=target_id)] if report.counts["pictures"] else []
        stages += [flow.lead(services, target_id=target_id) for _ in stages]
    counts = report.counts
    lines = [
        f"商品图片 {counts['pictures']} 张：读出 {counts['read'] + counts['partial']}"
        f"（其中只读了一部分 {counts['partial']}），没有文字 {counts['no_text']}，图标或缩略图 {counts['small']}，"
        f"不能辨认 {counts['unreadable']}，未读 {counts['waiting']}",
        *report.missing,
    ]
    if not counts["pictures"]:
        lines = ["还没有采集到商品图片；在设置 images 中开启后采集（docs/how-to/read-detail-images.md）"]
    emit({"images": report, "stages": stages}, as_json=as_json, text="\n".join(lines))
    return ExitCode.PARTIAL if report.missing else ExitCode.DONE
