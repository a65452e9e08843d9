"""The record of files received or taken from outside with its 固定清单, in the form of 电子数据证据提取笔录.

Form: 市场监督管理行政处罚文书格式范本（2021）第 12 号; its fields and order. Words of files are printed, never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from documents.extraction_record import paper_docx, paper_pdf
from documents.extraction_words import ExtractionWords, Line, article_lines, environment_lines, file_line
from documents.facts import ReceivingFacts
from documents.printable import beijing, beijing_short, grouped, printable, size_text
from records.evidence import CaptureState
from records.uploads import ObtainWay, Receipt, UploadedFile

__all__ = ["receiving_record_docx", "receiving_record_pdf", "receiving_words", "taken_on_site"]

_ON_SITE = (ObtainWay.FOUND, ObtainWay.PHOTOGRAPHED, ObtainWay.RECORDED, ObtainWay.SEIZED)
_INTERNAL_NOTICE = "未载明两名以上执法人员及其执法证号，仅供内部监测与研判，不作为对外执法文书使用。"
_MOST_LISTED = 20


def receiving_record_pdf(facts: ReceivingFacts, *, font_folders: Sequence[Path] = ()) -> bytes:
    """As PDF/A-3b. Raises AwayError when there is no Chinese font."""
    return paper_pdf(receiving_words(facts), facts, font_folders=font_folders)


def receiving_record_docx(facts: ReceivingFacts) -> bytes:
    """As docx, to be completed and signed."""
    return paper_docx(receiving_words(facts))


def taken_on_site(receipt: Receipt) -> bool:
    """Whether officers took it themselves (提取), rather than were given it (接收)."""
    return receipt.way in _ON_SITE


def receiving_words(facts: ReceivingFacts) -> ExtractionWords:
    """Put the facts into the words and places of the form."""
    manifest, formal = facts.manifest, facts.manifest.formal
    on_site = taken_on_site(manifest.receipt)
    return ExtractionWords(
        organisation=printable(facts.organisation),
        title="电子数据证据提取笔录" if on_site else "电子数据证据接收笔录",
        document_no="",
        internal="" if formal else "内部监测件",
        notice="" if formal else _INTERNAL_NOTICE,
        subject=_subject(facts),
        source=_source(facts),
        steps=_steps(facts),
        environment=environment_lines(manifest.environment),
        result=_result(facts),
        files=tuple(file_line(number, one) for number, one in enumerate(manifest.artefacts, 1)),
        articles=article_lines(facts.articles),
        signatures=_signatures(facts, on_site=on_site),
        footer=f"接收编号 {printable(manifest.capture_id, longest=80)}",
    )


def _subject(facts: ReceivingFacts) -> tuple[Line, ...]:
    manifest, receipt = facts.manifest, facts.manifest.receipt
    named = [f"{printable(one.name)}　执法证号 {printable(one.card_no)}" for one in receipt.officers]
    named += [""] * max(0, 2 - len(named))
    reason = printable(facts.lead_title)
    return (
        Line(label="案由", value=printable(facts.case_title)),
        Line(label="案件编号", value=printable(manifest.case_id)),
        Line(label="线索编号", value=printable(manifest.lead_id)),
        Line(label="接收事由", value=f"核查线索：{reason}" if reason else ""),
        Line(label="取得时间", value=f"{beijing(receipt.obtained_at)}（北京时间，经办人填报）"),
        Line(
            label="接收时间",
            value=f"{beijing(manifest.started_at)} 至 {beijing(manifest.finished_at)}（北京时间，系统记录）",
        ),
        Line(label="取得地点", value=printable(receipt.place)),
        Line(label="系统操作人", value=printable(manifest.operator)),
        *(
            Line(label=f"执法人员{number}", value=value)
            for number, value in zip("一二三四五六七八九", named, strict=False)
        ),
    )


def _source(facts: ReceivingFacts) -> tuple[Line, ...]:
    receipt = facts.manifest.receipt
    return (
        Line(label="材料来源", value=printable(receipt.source)),
        Line(label="取得方式", value=receipt.way.value),
        Line(label="提供人", value=printable(receipt.handed_by)),
        Line(label="原始设备或载体", value=printable(receipt.device)),
        Line(label="见证人", value=printable(receipt.witness)),
        Line(
            label="固定方法",
            value="读取原件的同时计算 SHA-256 与 SM3（GB/T 32905）完整性校验值，先于其他任何处理；"
            "原样存入只写一次的存储；种类按内容判明；压缩包只列清单，不解压；文档中的宏与脚本不运行",
        ),
    )


def _steps(facts: ReceivingFacts) -> tuple[Line, ...]:
    manifest, files = facts.manifest, facts.files.files
    steps = [Line(label=beijing_short(manifest.started_at), value=f"开始接收，共 {len(files)} 个文件")]
    steps += [Line(label=beijing_short(one.received_at), value=_received(one)) for one in files]
    return (*steps, Line(label=beijing_short(manifest.finished_at), value="接收结束"))


def _received(one: UploadedFile) -> str:
    facts = {label: value for label, value in one.facts.items() if label != "种类"}
    told = [
        f"收到“{printable(one.name)}”，{size_text(one.digests.size_bytes)} 字节，存为 {one.path}",
        f"内容为{printable(one.facts.get('种类', one.media_type))}",
        *(f"{printable(label)} {printable(value, longest=120)}" for label, value in facts.items()),
    ]
    if one.mismatch:
        told.append(printable(one.mismatch))
    if one.personal:
        told.append(f"另含{'、'.join(printable(label) for label in one.personal)}（见接收登记）")
    if one.entries:
        names = "、".join(printable(entry.name, longest=80) for entry in one.entries[:_MOST_LISTED])
        told.append(f"压缩包内：{names}{'等' if len(one.entries) > _MOST_LISTED else ''}")
    told += [printable(text) for text in (one.entries_note, *one.warnings) if text]
    if one.same_as:
        told.append(f"与 {one.same_as} 所收内容相同，原件只存一份")
    return "；".join(told)


def _result(facts: ReceivingFacts) -> tuple[Line, ...]:
    manifest, names = facts.manifest, "、".join(printable(name) for name in facts.authorities)
    whole = manifest.state is CaptureState.COMPLETE
    lines = [Line(label="接收结果", value="完整：所列文件均已接收并固定" if whole else "部分完成")]
    if manifest.missing:
        lines.append(Line(label="未能形成", value="；".join(printable(part) for part in manifest.missing)))
    internal = "（内部授时：由本系统自带时间戳服务签发，不是第三方可信时间）" if facts.authorities_internal else ""
    plan = f"；封存时向 {names} 申请{internal}" if names else ""
    stamp = f"待加戳：本笔录形成时尚未取得时间戳{plan}，以证据包内时间戳令牌及核验结果为准"
    lines.append(Line(label="可信时间", value=stamp))
    if manifest.custody_head_sha256:
        lines.append(Line(label="保管链当前节点 SHA-256", value=grouped(manifest.custody_head_sha256)))
    sealed = (
        "本笔录与清单所列文件一并封存于证据包；任何人可用证据包内 evidence/verify.py 或 sha256sum、openssl 离线核验，"
        "改动任何一个字节即不能通过。接收之前是否真实，由提供人、提取过程与其他证据证明"
    )
    return (*lines, Line(label="封存与核验", value=sealed))


def _signatures(facts: ReceivingFacts, *, on_site: bool) -> tuple[Line, ...]:
    receipt = facts.manifest.receipt
    officers = [printable(one.name, longest=20) for one in receipt.officers] or ["", ""]
    giver = f"（{printable(receipt.handed_by, longest=40)}）" if receipt.handed_by else ""
    witness = f"（{printable(receipt.witness, longest=40)}）" if receipt.witness else ""
    return (
        *(Line(label=f"执法人员{f'（{name}）' if name else ''}签名") for name in officers),
        Line(label=f"{'当事人' if on_site else '提供人'}{giver}签名（不在场或拒绝签名的，注明原因）"),
        Line(label=f"见证人{witness}签名（没有的，注明原因）"),
        Line(label="告知事项（出示证件，告知陈述、申辩、申请回避权利）"),
        Line(label="备注"),
    )
