"""`wangjian survey page …` and `wangjian survey archive …`: exchanges out of the survey's archive, verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from crawlers.archive.members import split_message
from crawlers.archive.reading import StoredExchange, page_bytes, read_exchange
from crawlers.archive.verifying import ArchiveReport, DestroyedFile, is_there, verify_archive
from network.hours import shanghai_words
from records.errors import ExitCode, IntegrityError, InvalidInputError, NotFoundError
from records.ports import Services
from records.survey import Page
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["add_archive_to"]


def add_archive_to(surveys: typer.Typer) -> None:
    """Register the commands."""
    surveys.command("page", help="从存档取出一页的完整往来，并核验摘要")(survey_page)
    archives = typer.Typer(help="采集存档", no_args_is_help=True)
    archives.command("verify", help="核验采集存档：每条记录、每个网页的位置与两种摘要；分清已销毁与缺失")(
        archive_verify
    )
    surveys.add_typer(archives, name="archive")


def survey_page(
    page: Annotated[str, typer.Argument(metavar="PAGE_ID|URL", help="网页编号，或网址（取最近一次采集的）")],
    run_id: Annotated[str, typer.Option("--run", metavar="RUN", help="按网址查找时，只在这次采集中找")] = "",
    raw: Annotated[bool, typer.Option("--raw", help="输出线上原样的答复（报文头与正文，逐字节）")] = False,
    headers: Annotated[bool, typer.Option("--headers", help="输出请求与答复的报文头")] = False,
    body: Annotated[bool, typer.Option("--body", help="输出网页内容（已解压缩；浏览器渲染的为渲染结果）")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One page as it went over the wire, with every digest checked."""
    if raw + headers + body > 1:
        raise InvalidInputError("--raw、--headers、--body 只能选一个", cure="去掉多余的选项")
    from wangjian.proving_pages import page_named

    with opened(data_dir) as services:
        found = page_named(services, page, run_id=run_id)
        exchange, content = _checked(services, found)
    if raw:
        typer.echo(_raw(exchange), nl=False)
    elif headers:
        head = exchange.source.head if exchange.source is not None else exchange.message.head
        typer.echo(exchange.request + head, nl=False)
    elif body:
        typer.echo(content, nl=False)
    else:
        emit(_facts(found, exchange), as_json=as_json, text="\n".join(_lines(found, exchange)))
    return ExitCode.DONE


def archive_verify(
    run_id: Annotated[str, typer.Argument(metavar="[RUN]", help="采集编号；不填核验全部")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Read the archive of a run, or of all, from end to end; NO when anything is damaged or missing. What two persons
    destroyed is named with its certificate and is neither."""
    with opened(data_dir) as services:
        runs = [services.survey.run(run_id)] if run_id else list(services.survey.runs())
        destroyed = _destroyed(services)
        reports = [_verified(services, run.run_id, destroyed) for run in runs]
    lines = [line for report in reports for line in _report_lines(report)]
    emit({"runs": reports}, as_json=as_json, text="\n".join(lines) or "还没有采集过")
    return ExitCode.NO if any(report.damaged for report in reports) else ExitCode.DONE


def _destroyed(services: Services) -> Mapping[str, DestroyedFile]:
    from evidence.verify import LibraryTrust
    from wangjian.disposed import disposed_archives

    return disposed_archives(services, LibraryTrust(services.trust_anchors_pem))


def _verified(services: Services, run_id: str, destroyed: Mapping[str, DestroyedFile]) -> ArchiveReport:
    root, pages = services.archive, services.survey.pages(run_id)
    return verify_archive(root, run_id, pages, blobs=services.blobs, destroyed=destroyed)


def _report_lines(report: ArchiveReport) -> list[str]:
    gone = [one for one in report.destroyed if not one.present]
    sound = f"其余完好，{len(gone)} 个文件已依证书销毁" if gone else "完好"
    state = f"{len(report.damaged)} 处损坏或缺失" if report.damaged else sound
    none = f"，其中 {report.unarchived} 页没有往来可存" if report.unarchived else ""
    lines = [
        f"{report.run_id} {state}：文件 {report.files} 个，记录 {report.records} 条，{report.size_bytes} 字节；"
        f"网页 {report.pages} 页{none}"
    ]
    lines += [f"  残尾（进程中断时写到一半，没有网页指向）：{name}" for name in report.torn]
    lines += [_destroyed_line(one) for one in report.destroyed]
    return lines + [f"  损坏或缺失：{line}" for line in report.damaged]


def _destroyed_line(one: DestroyedFile) -> str:
    certificate = f"销毁证书 {one.certificate}，{one.destroyed_on}，SHA-256 {one.certificate_sha256}"
    if one.present:
        return f"  已批准销毁而文件仍在：{one.file}（{certificate}）；销毁中断的，再批准一次即办完"
    return f"  已销毁：{one.file}，网页 {one.pages} 页（{certificate}）"


def _checked(services: Services, page: Page) -> tuple[StoredExchange, bytes]:
    """The exchange with its digests checked, and the page's content. A record that is missing is damage."""
    if page.archive is None:
        raise NotFoundError(
            f"这一页没有存档：{page.url[:200]}（{page.reason or '采集时还没有存档'}）", cure="换一页", key=page.page_id
        )
    root = services.archive
    try:
        exchange = read_exchange(root, page.archive)
        content = page_bytes(root, page, blob=services.blobs.get) if page.body is not None else b""
    except NotFoundError as exc:
        gone = _destroyed(services).get(str(exc.data.get("file", "")))
        if gone is not None and not is_there(root, gone.file):
            raise NotFoundError(
                f"这一页的存档已于 {gone.destroyed_on} 依销毁证书 {gone.certificate} 销毁：{gone.file}",
                cure="证书见 wangjian retention list",
                key=page.page_id,
            ) from exc
        raise IntegrityError(exc.message, cure="用备份恢复该存档文件") from exc
    if not exchange.fits(page):
        raise IntegrityError(
            f"存档内容的摘要与网页记录不符：{page.url[:200]}", cure="运行 wangjian survey archive verify"
        )
    return exchange, content


def _raw(exchange: StoredExchange) -> bytes:
    """The answer as it came; of a revisit its own head with the body of the record it refers to."""
    if exchange.holder is exchange.record:
        return exchange.record.block
    block = exchange.holder.block
    return exchange.message.head + block[len(split_message(block).head) :]


def _facts(page: Page, exchange: StoredExchange) -> dict[str, object]:
    record = exchange.record
    return {
        "page": page,
        "record": dict(record.fields),
        "request": exchange.request.decode("latin-1"),
        "response_head": exchange.message.head.decode("latin-1"),
        "verified": True,
    }


def _lines(page: Page, exchange: StoredExchange) -> list[str]:
    place, record = page.archive, exchange.record
    at = shanghai_words(page.fetched_at)
    lines = [
        f"{page.page_id} {page.url}",
        f"采集 {page.run_id}，{at}（北京时间），答复 {page.status or '—'}，{page.outcome.value}",
    ]
    if page.final_url != page.url:
        lines.append(f"最终网址：{page.final_url}")
    if place is not None:
        lines.append(f"存档：{place.file} 偏移 {place.offset} 长度 {place.length}（{record.field('WARC-Type')}）")
    if original := record.field("WARC-Refers-To-Date"):
        lines.append(f"内容与 {original} 所存相同，正文取自那次的记录")
    if exchange.rendered:
        lines.append("由浏览器渲染；渲染结果与主文档的往来都在存档中")
    if cut := record.field("WARC-Truncated"):
        lines.append(f"答复被截断：{cut}")
    for name, digests in (("线上正文", page.wire), ("网页内容", page.body)):
        if digests is not None:
            lines.append(f"{name} {digests.size_bytes} 字节")
            lines += [f"  SHA-256 {digests.sha256}", f"  SM3     {digests.sm3}"]
    return [*lines, "核验通过：记录、两种摘要与网页记录一致"]
