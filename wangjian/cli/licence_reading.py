"""`wangjian match licence`: a picture of a 营业执照 read by OCR, and matched where there is a register.

`match licences`: the pictures surveys fetched, those that wait for the text recognition read now.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from matching.licence_images.asking import licence_query
from matching.licence_images.engine import RapidEngine
from matching.licence_images.images import MAX_IMAGE_BYTES
from matching.licence_images.reading import read_licence
from matching.resolver import Resolver
from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.licence_standing import standing_of
from records.licences_read import LicenceOutcome, LicenceReading
from records.register import Match, MatchDecision
from wangjian.cli.match_words import match_in_words
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.settings import load_settings

__all__ = ["match_licence", "match_licences"]

_ALL = 1_000_000


def match_licence(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="营业执照图片（JPEG、PNG、WebP）")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Read one picture; the register, where there is one, says whose licence it is."""
    reading = read_licence(_content(image), engine=RapidEngine(), clock=lambda: datetime.now(UTC))
    found = _matched(reading, data_dir)
    words = [match_in_words(found)] if found is not None else []
    text = "\n".join([*_reading_in_words(reading), *words])
    emit({"reading": reading, "match": found}, as_json=as_json, text=text)
    return _exit_code(reading, found)


def match_licences(
    target_id: Annotated[str, typer.Option("--target", help="只读这个监测对象的；不填为全部")] = "",
    most: Annotated[int | None, typer.Option("--most", min=0, help="最多读几张；不填读完")] = None,
    again: Annotated[bool, typer.Option("--again", help="已读过的也重新识别（更新识别部件之后）")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Read the licence pictures that wait, then match the shops again."""
    settings = load_settings(data_dir=data_dir)
    from wangjian import flow  # brings every room; the other ways of `match` need none of them
    from wangjian.licence_pictures import Asked, read_licence_pictures

    with opened(data_dir) as services:
        say("识别执照图片 …")
        asked = Asked(target_id=target_id, most=_ALL if most is None else most, again=again)
        report = read_licence_pictures(services, settings, asked)
        matched = flow.match(services, target_id=target_id)
        standing = standing_of(services.licences, target_id=target_id)
    lines = [standing.sentence or "还没有采集到执照图片", *report.missing]
    lines += ["已重新比对：" + "，".join(f"{name} {count}" for name, count in matched.counts.items())]
    emit({"pictures": report, "match": matched}, as_json=as_json, text="\n".join(lines))
    return ExitCode.PARTIAL if report.missing else ExitCode.DONE


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"没有这个文件：{path}", cure="检查路径")
    try:
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError as exc:
        raise InvalidInputError(f"图片读不出：{path}（{exc.strerror}）", cure="检查路径和权限") from exc


def _matched(reading: LicenceReading, data_dir: Path | None) -> Match | None:
    """The resolver's answer; None when nothing was read, or no register has been imported."""
    if reading.outcome is LicenceOutcome.UNREADABLE or not load_settings(data_dir=data_dir).data_dir.exists():
        return None
    with opened(data_dir) as services:
        if not services.register.stats().total:
            return None
        query = licence_query(reading, as_of=services.clock())
        made = services.reviews.current_recalibration()
        return Resolver(services.register, services.clock, recalibration=made).match(query)


def _exit_code(reading: LicenceReading, found: Match | None) -> ExitCode:
    if reading.outcome is LicenceOutcome.UNREADABLE or (found and found.decision is MatchDecision.NONE):
        return ExitCode.NO
    return ExitCode.PARTIAL if reading.outcome is LicenceOutcome.PARTIAL else ExitCode.DONE


def _reading_in_words(reading: LicenceReading) -> list[str]:
    lines = [f"读图：{reading.outcome.value}" + (f"（{reading.note}）" if reading.note else "")]
    for one in reading.fields:
        lines.append(f"  {one.field.value}：{one.text}（置信度 {one.confidence:.2f}）")
        if one.others:
            lines.append(f"    另读作：{'；'.join(one.others)}")
    if reading.code_problem:
        lines.append(f"  代码不合规则：{reading.code_problem}；所读与执照核对后方可认定")
    if reading.code_repairs:
        lines.append(f"  可能是：{'、'.join(reading.code_repairs[:5])}")
    lines += [f"  二维码：{one.text}" + ("（链接未访问）" if one.is_link else "") for one in reading.qr_codes]
    lines.append(f"  图片 SHA-256 {reading.image.sha256}；{reading.engine} {reading.engine_version}")
    return lines
