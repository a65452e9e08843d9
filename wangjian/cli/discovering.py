"""`wangjian targets discover` and `wangjian targets candidates …`: new shops looked for and decided on."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.discovery.looking import SearchPlan
from records.candidates import CandidateState, DiscoveryMethod, TargetCandidate
from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.ports import Services
from records.survey import Target, TargetKind
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, emit_rows, opened
from wangjian.settings import load_settings
from wangjian.targets.cadence import read_cadence
from wangjian.targets.discovering import (
    Discovery,
    DiscoveryReport,
    accept,
    alike_of,
    candidate_at,
    ignore,
)
from wangjian.targets.registering import TargetBook
from wangjian.targets.wishes import KIND_WORDS, TargetWish

__all__ = ["add_to"]

_STATES = {CandidateState.NEW: "待定", CandidateState.ACCEPTED: "已登记", CandidateState.IGNORED: "已忽略"}
_METHODS = {
    DiscoveryMethod.LINKS: "链接清单",
    DiscoveryMethod.SITEMAP: "站点地图",
    DiscoveryMethod.SEARCH: "平台检索",
    DiscoveryMethod.REGISTER: "年报申报",
    DiscoveryMethod.PLATFORM: "平台网店外链",
}
_SHOWN = 20

Candidates = Annotated[list[str], typer.Argument(metavar="CANDIDATE…", help="候选编号或网址")]


def add_to(targets: typer.Typer) -> None:
    """Register the commands beneath `targets`."""
    targets.command("discover", help="发现新的网店与网站，列为候选对象")(discover)
    candidates = typer.Typer(help="候选对象：发现了、还没决定是否监测的", no_args_is_help=True)
    candidates.command("list", help="列出候选对象")(candidates_list)
    candidates.command("show", help="查看一个候选对象及其出处")(candidates_show)
    candidates.command("accept", help="登记为监测对象")(candidates_accept)
    candidates.command("ignore", help="忽略；以后再见到也不再提示")(candidates_ignore)
    targets.add_typer(candidates, name="candidates")


def discover(
    links: Annotated[
        str, typer.Option("--links", metavar="FILE|URL", help="链接清单：文本、网页、xlsx 文件，或一个网页的网址")
    ] = "",
    sitemap: Annotated[
        str, typer.Option("--sitemap", metavar="URL", help="站点地图，或网站首页（按其 robots.txt 找）")
    ] = "",
    search: Annotated[
        str, typer.Option("--search", metavar="URL", help="平台检索页，用 {词} 代替检索词、{页} 代替页码")
    ] = "",
    words: Annotated[list[str] | None, typer.Option("--word", help="检索词，可重复")] = None,
    pages: Annotated[int, typer.Option("--pages", min=1, max=100, help="每个检索词最多看几页")] = 5,
    goods: Annotated[
        int, typer.Option("--goods", min=0, max=200, help="结果只有商品、没有店铺时，每个词打开几个商品页")
    ] = 10,
    encoding: Annotated[str, typer.Option("--encoding", help="检索词的网址编码，老平台用 gbk")] = "utf-8",
    register: Annotated[bool, typer.Option("--register", help="登记库年报申报的网站网店")] = False,
    region: Annotated[str, typer.Option("--region", help="只看这个行政区划开头的主体，如 3301")] = "",
    platform: Annotated[
        str, typer.Option("--platform", metavar="TARGET", help="已采集平台上的网店所链接的自有网站")
    ] = "",
    delay: Annotated[
        float, typer.Option("--delay", min=0.0, max=3600.0, help="同一主机两次访问的间隔（秒）；已登记的按其设定")
    ] = 1.0,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Look in one way or several; what could not be read is told and the exit code is then 4."""
    if not any((links, sitemap, search, register, platform)):
        raise InvalidInputError(
            "没有说到哪里去找", cure="给出 --links、--sitemap、--search、--register、--platform 之一"
        )
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    with opened(data_dir, allow_private=allow_private) as services:
        discovery = Discovery(services, settings, delay_seconds=delay)
        reports: list[DiscoveryReport] = []
        if links:
            reports.append(discovery.links(links))
        if sitemap:
            reports.append(discovery.sitemaps(sitemap))
        if search:
            plan = SearchPlan(template=search, words=tuple(words or ()), pages=pages, goods=goods, encoding=encoding)
            reports.append(discovery.search(plan))
        if register:
            reports.append(discovery.declarations(region=region))
        if platform:
            reports.append(discovery.platform(_platform(services, platform)))
        alike = alike_of(services, (each for report in reports for each in report.candidates))
    emit({"looks": reports}, as_json=as_json, text="\n".join(_in_words(reports, alike)))
    return ExitCode.PARTIAL if any(report.problems for report in reports) else ExitCode.DONE


def candidates_list(
    state: Annotated[
        CandidateState | None, typer.Option("--state", help="待定 new、已登记 accepted、已忽略 ignored")
    ] = CandidateState.NEW,
    everything: Annotated[bool, typer.Option("--all", help="全部状态")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Candidates of one state."""
    with opened(data_dir) as services:
        found = list(services.candidates.candidates(None if everything else state))
        alike = alike_of(services, found)
    rows = [each.model_dump(mode="json") | {"alike": alike.get(each.candidate_id, "")} for each in found]
    if not as_json:
        for row, each in zip(rows, found, strict=True):
            methods = dict.fromkeys(_METHODS[sighting.method] for sighting in each.sightings)
            row |= {
                "kind": KIND_WORDS[each.kind], "state": _STATES[each.state], "how": "、".join(methods),
                "last_seen_at": f"{each.last_seen_at:%Y-%m-%d}",
            }  # fmt: skip
    columns = {
        "candidate_id": "候选", "name": "名称", "url": "网址", "kind": "类型", "how": "发现方式",
        "seen_count": "见到次数", "last_seen_at": "最近", "alike": "提示", "state": "状态",
    }  # fmt: skip
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有候选对象；用 wangjian targets discover 发现")
    return ExitCode.DONE


def candidates_show(
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="候选编号或网址")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One candidate, and every place it was kept as seen."""
    with opened(data_dir) as services:
        found = candidate_at(services, candidate)
    lines = [f"{found.name or found.url}（{found.candidate_id}）{_STATES[found.state]}", f"网址：{found.url}"]
    for each in found.sightings:
        said = (
            f"，检索“{each.query}”" if each.method is DiscoveryMethod.SEARCH else f"，{each.query}" * bool(each.query)
        )
        digest = f"，SHA-256 {each.place_sha256[:16]}…" if each.place_sha256 else ""
        lines.append(f"{each.seen_at:%Y-%m-%d %H:%M} {_METHODS[each.method]}：{each.place}{said}{digest}")
        lines.append(f"    原文网址 {each.url}" + (f"，文字“{each.text}”" if each.text else ""))
    emit(found, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def candidates_accept(
    candidates: Candidates,
    kind: Annotated[TargetKind | None, typer.Option("--kind", help="类型；不填按发现时的判断")] = None,
    cron: Annotated[str, typer.Option("--cron", help="周期，如“每天 03:30”或五段 cron")] = "",
    adaptive: Annotated[bool, typer.Option("--adaptive", help="自适应复访")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Make candidates targets."""
    cadence = read_cadence("自适应" if adaptive and not cron else cron) if cron or adaptive else None
    with opened(data_dir) as services:
        wanted = [candidate_at(services, each) for each in candidates]
        targets = [accept(services, each, TargetWish(kind=kind, cadence=cadence)) for each in wanted]
    lines = [f"已登记监测对象 {target.name}（{target.target_id}）" for target in targets]
    emit(targets, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def candidates_ignore(
    candidates: Candidates,
    reason: Annotated[str, typer.Option("--reason", help="理由")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Leave candidates alone."""
    with opened(data_dir) as services:
        wanted = [candidate_at(services, each) for each in candidates]
        ignored = [ignore(services, each, reason=reason) for each in wanted]
    emit(ignored, as_json=as_json, text="\n".join(f"已忽略 {each.name or each.url}" for each in ignored))
    return ExitCode.DONE


def _platform(services: Services, text: str) -> Target:
    book = TargetBook(services.survey.targets())
    found = book.by_id(text) or (book.find(text) if "." in text or "/" in text else None)
    if found is None:
        raise NotFoundError(f"没有这个监测对象：{text[:200]}", cure="用 wangjian targets list 查看编号")
    return found


def _in_words(reports: list[DiscoveryReport], alike: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for report in reports:
        lines.append(
            f"{_METHODS[report.method]}：看了 {report.places} 处、{report.links} 个链接，发现 {report.found} 个，"
            f"其中新候选 {report.new}，见过 {report.seen_again}，已是监测对象 {report.already_targets}"
        )
        lines += [_line(each, alike) for each in report.candidates[:_SHOWN]]
        if len(report.candidates) > _SHOWN:
            lines.append(f"  ……共 {len(report.candidates)} 个待定，见 wangjian targets candidates list")
        lines += [f"未读到：{problem}" for problem in report.problems[:_SHOWN]]
    return lines


def _line(candidate: TargetCandidate, alike: dict[str, str]) -> str:
    told = alike.get(candidate.candidate_id, "")
    return f"  {KIND_WORDS[candidate.kind]} {candidate.name} {candidate.url} {told}".rstrip()
