"""电子数据证据提取笔录 in words: what stands in which place, for the PDF and the docx alike.

Form: 市场监督管理行政处罚文书格式范本（2021）第 12 号; its fields and order.
A `Line` without a value is a ruled blank for the hand. Values are plain text; templates print them, never read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.facts import CitedArticle, ExtractionFacts
from documents.labels import ACCOMPANYING_ROLES, environment_in_order, role_title
from documents.printable import beijing, beijing_short, grouped, printable, size_text, with_digests_grouped
from records.evidence import Artefact, CaptureState, Manifest, TimestampState

__all__ = ["ExtractionWords", "FileLine", "Line", "article_lines", "environment_lines", "extraction_words", "file_line"]

_TITLE = "电子数据证据提取笔录"
_INTERNAL = "内部监测件"
_INTERNAL_NOTICE = "未载明两名以上执法人员及其执法证号，仅供内部监测与研判，不作为对外执法文书使用。"
_STATES = {
    CaptureState.COMPLETE: "完整：应固定的各项均已固定",
    CaptureState.PARTIAL: "部分完成",
    CaptureState.FAILED: "失败",
    CaptureState.INTERRUPTED: "中断",
    CaptureState.RUNNING: "未结束",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled value; an empty value is a blank to fill by hand."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of the 固定清单."""

    number: str
    path: str
    role: str
    media_type: str
    size: str
    made_by: str
    method: str
    made_at: str
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionWords:
    """The whole paper in words."""

    organisation: str
    title: str
    document_no: str
    internal: str
    notice: str
    subject: tuple[Line, ...]
    source: tuple[Line, ...]
    steps: tuple[Line, ...]
    environment: tuple[Line, ...]
    result: tuple[Line, ...]
    files: tuple[FileLine, ...]
    articles: tuple[str, ...]
    signatures: tuple[Line, ...]
    footer: str


_UNVERIFIED = "注：以上标明待核的条款尚未与官方文本核对，核对前不得据以对外出具文书。"


def extraction_words(facts: ExtractionFacts) -> ExtractionWords:
    """Put the facts into the words and places of the form."""
    manifest = facts.manifest
    return ExtractionWords(
        organisation=printable(facts.organisation),
        title=_TITLE,
        document_no=printable(facts.document_no, longest=40),
        internal="" if facts.is_formal else _INTERNAL,
        notice="" if facts.is_formal else _INTERNAL_NOTICE,
        subject=_subject(facts),
        source=_source(manifest),
        steps=_steps(manifest),
        environment=environment_lines(manifest.environment),
        result=_result(facts),
        files=tuple(file_line(number, one) for number, one in enumerate(manifest.artefacts, 1)),
        articles=article_lines(facts.articles),
        signatures=_signatures(facts),
        footer=f"固证编号 {printable(manifest.capture_id, longest=80)}",
    )


def environment_lines(environment: Mapping[str, str]) -> tuple[Line, ...]:
    """What was noted of the environment, in the order of the form."""
    return tuple(
        Line(label=title, value=with_digests_grouped(printable(value)) or "（空）")
        for title, value in environment_in_order(environment)
    )


def article_lines(articles: Sequence[CitedArticle]) -> tuple[str, ...]:
    """The articles, those nobody compared with the official text marked, and what the mark means."""
    named = tuple(
        f"《{printable(one.instrument)}》{printable(one.article)}{'' if one.verified else '【待核】'}"
        for one in articles
    )
    return named if all(one.verified for one in articles) else (*named, _UNVERIFIED)


def _subject(facts: ExtractionFacts) -> tuple[Line, ...]:
    party = printable(facts.party_name)
    if party and facts.party_code:
        party = f"{party}（统一社会信用代码 {printable(facts.party_code, longest=40)}）"
    reason = printable(facts.lead_title)
    return (
        Line(label="案由", value=printable(facts.case_title)),
        Line(label="案件编号", value=printable(facts.case_id)),
        Line(label="线索编号", value=printable(facts.lead_id)),
        Line(label="提取事由", value=f"核查线索：{reason}" if reason else ""),
        Line(label="当事人", value=f"{party}（系统比对结果，待核实）" if party else ""),
        Line(label="网店名称", value=printable(facts.shop_name)),
        Line(
            label="提取时间",
            value=f"{beijing(facts.manifest.started_at)} 至 {beijing(facts.manifest.finished_at)}（北京时间）",
        ),
        Line(label="提取地点", value=printable(facts.place)),
        Line(label="系统操作人", value=printable(facts.manifest.operator)),
        *_officers(facts),
    )


def _officers(facts: ExtractionFacts) -> tuple[Line, ...]:
    named = [f"{printable(one.name)}　执法证号 {printable(one.card_no)}" for one in facts.officers]
    blanks = [""] * max(0, 2 - len(named))
    return tuple(
        Line(label=f"执法人员{number}", value=value)
        for number, value in zip("一二三四五六七八九", (*named, *blanks), strict=False)
    )


def _source(manifest: Manifest) -> tuple[Line, ...]:
    tools = "、".join(dict.fromkeys(printable(one.made_by) for one in manifest.artefacts)) or "（无文件）"
    lines = [Line(label="提取对象（网址）", value=printable(manifest.url))]
    if manifest.final_url and manifest.final_url != manifest.url:
        lines.append(Line(label="实际到达网址", value=printable(manifest.final_url)))
    return (
        *lines,
        Line(label="网页标题", value=printable(manifest.title) or "（网页没有标题）"),
        Line(
            label="提取方法",
            value=f"网络在线提取。制作工具：{tools}。"
            "每个文件计算 SHA-256 与 SM3（GB/T 32905）两种完整性校验值，见固定清单",
        ),
    )


def _steps(manifest: Manifest) -> tuple[Line, ...]:
    steps = [Line(label=beijing_short(manifest.started_at), value=f"开始访问 {printable(manifest.url)}")]
    hops = [f"{status} {printable(address)}" for status, address in manifest.navigation]
    if hops:
        steps.append(Line(label="页面到达", value="；→ ".join(hops)))
    made = (one for one in manifest.artefacts if one.role not in ACCOMPANYING_ROLES)
    for one in sorted(made, key=lambda artefact: artefact.made_at):
        how = printable(one.method)
        told = f"生成{role_title(one.role)}（{printable(one.path)}，{size_text(one.digests.size_bytes)} 字节）"
        steps.append(Line(label=beijing_short(one.made_at), value=f"{told}{f'，方法：{how}' if how else ''}"))
    steps.append(Line(label=beijing_short(manifest.finished_at), value="提取结束"))
    return tuple(steps)


def _result(facts: ExtractionFacts) -> tuple[Line, ...]:
    manifest = facts.manifest
    lines = [Line(label="提取结果", value=_STATES[manifest.state])]
    if manifest.missing:
        lines.append(Line(label="未能固定", value="；".join(printable(part) for part in manifest.missing)))
    lines.append(Line(label="可信时间", value=_time_stamp(facts)))
    if manifest.custody_head_sha256:
        lines.append(Line(label="保管链当前节点 SHA-256", value=grouped(manifest.custody_head_sha256)))
    lines.append(
        Line(
            label="封存与核验",
            value="本笔录与清单所列文件一并封存于证据包；任何人可用证据包内 evidence/verify.py 或 "
            "sha256sum、openssl 离线核验，改动任何一个字节即不能通过",
        )
    )
    return tuple(lines)


def _time_stamp(facts: ExtractionFacts) -> str:
    names = "、".join(printable(name) for name in facts.authorities)
    internal = "（内部授时：由本系统自带时间戳服务签发，不是第三方可信时间）"
    if facts.timestamp is TimestampState.PENDING or facts.timestamp_at is None:
        plan = f"；封存时向 {names} 申请{internal if facts.authorities_internal else ''}" if names else ""
        return f"待加戳：本笔录形成时尚未取得时间戳{plan}，以证据包内时间戳令牌及核验结果为准"
    if facts.timestamp is TimestampState.LOCAL:
        return f"{beijing(facts.timestamp_at)}{internal}"
    return f"{beijing(facts.timestamp_at)}，时间戳机构：{names or '见令牌'}（RFC 3161）"


def file_line(number: int, one: Artefact) -> FileLine:
    """A file of the package as the list of a record shows it; both digests grouped."""
    return FileLine(
        number=str(number),
        path=printable(one.path),
        role=role_title(one.role),
        media_type=printable(one.media_type, longest=100),
        size=size_text(one.digests.size_bytes),
        made_by=printable(one.made_by),
        method=printable(one.method),
        made_at=beijing_short(one.made_at),
        sha256=grouped(one.digests.sha256),
        sm3=grouped(one.digests.sm3),
    )


def _signatures(facts: ExtractionFacts) -> tuple[Line, ...]:
    officers = [printable(one.name, longest=20) for one in facts.officers] or ["", ""]
    return (
        *(Line(label=f"执法人员{f'（{name}）' if name else ''}签名") for name in officers),
        Line(label="当事人签名（不在场或拒绝签名的，注明原因）"),
        Line(label="见证人签名（没有的，注明原因）"),
        Line(label="告知事项（出示证件，告知陈述、申辩、申请回避权利）"),
        Line(label="备注"),
    )
