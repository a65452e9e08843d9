"""A match as a supervisor reads it: who, how sure, why, what is wrong with the licence, what was not called wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta, timezone

from matching.identifiers.permits.reading import read_permit
from matching.identifiers.reading import IdentifierKind, read_identifier
from matching.identifiers.uscc import kind_of
from matching.quality.divisions import DivisionHistory
from records.licence_findings import LicenceFinding, WithheldFinding
from records.register import Candidate, Match, MatchDecision, MatchQuery, Reason

__all__ = ["DECISIONS", "finding_lines", "match_in_words", "reason_lines"]

DECISIONS = {
    MatchDecision.MATCH: "匹配",
    MatchDecision.POSSIBLE: "疑似，需人工确认",
    MatchDecision.NONE: "登记库中未找到",
}

_CHINA = timezone(timedelta(hours=8))
_LONGEST = 160
_MOST_LISTED = 10
_LEAST_LISTED = 0.01
_TOGETHER = {"industry": "core", "form": "core"}
"""Parts of one name whose weights were fitted together: apart, an agreement may carry a negative weight."""

_NOT_COMPARED = "未参与比对"


def match_in_words(found: Match) -> str:
    """The whole answer, a line each."""
    day = found.query.as_of.astimezone(_CHINA).date().isoformat()
    lines = [f"结论：{DECISIONS[found.decision]}", *_subject(found), *_number(found.query)]
    if found.reasons:
        lines += [_heading(found), *reason_lines(found.reasons)]
    if found.licence_findings:
        lines += [f"亮照核查（按{day}的情形）：", *finding_lines(found.licence_findings)]
    if found.withheld_findings:
        lines += ["看似有问题而未认定的：", *(_withheld(one) for one in found.withheld_findings)]
    lines += _others(found)
    lines.append(f"不在登记库中的可能性 {_chance(found.not_in_register_probability)}")
    lines.append(f"登记库快照 {found.snapshot_id or '（空，尚未导入）'}；模型 {found.model_version}")
    return "\n".join(lines)


def reason_lines(reasons: Sequence[Reason]) -> list[str]:
    """Evidence with its weight, then what limits the decision; each sentence at most a few lines long."""
    merged: dict[str, tuple[float, list[str]]] = {}
    remarks: list[str] = []
    for reason in reasons:
        if reason.feature == "margin" or not reason.weight or _NOT_COMPARED in reason.sentence:
            remarks.append(_cut(reason.sentence))
        else:
            name = _TOGETHER.get(reason.feature, reason.feature)
            name = name if name in merged or name == reason.feature else reason.feature
            weight, sentences = merged.get(name, (0.0, []))
            merged[name] = (weight + reason.weight, [*sentences, reason.sentence])
    lines = [f"  {weight:+6.1f}  {_cut('；'.join(sentences))}" for weight, sentences in merged.values()]
    return [*lines, *(f"    说明  {remark}" for remark in remarks)]


def finding_lines(findings: Sequence[LicenceFinding]) -> list[str]:
    """Findings with their certainty, what an officer should know beside them, and where they come from."""
    lines = []
    for finding in findings:
        lines.append(f"  【{finding.problem.value}】{finding.certainty.value}：{_cut(finding.sentence)}")
        lines += [f"      注意：{remark}" for remark in finding.remarks]
        lines += [f"      依据：{origin}" for origin in _origin(finding)]
    return lines


def _origin(finding: LicenceFinding) -> Iterator[str]:
    parts = [f"核对项 {finding.field}"] if finding.field else []
    if finding.registered:
        parts.append(f"登记为 {_cut(finding.registered)}")
    if finding.source:
        parts.append(f"来源 {finding.source}")
    if finding.snapshot_on is not None:
        parts.append(f"登记库最新至{finding.snapshot_on.isoformat()}")
    if parts:
        yield "；".join(parts)


def _withheld(one: WithheldFinding) -> str:
    return f"  【{one.problem.value}】不认定：{_cut(one.because)}"


def _subject(found: Match) -> Iterator[str]:
    if found.entity_code:
        yield f"主体：{found.entity_name}（{found.entity_code}），可能性 {_chance(found.probability)}"
    elif found.decision is MatchDecision.POSSIBLE and found.candidates:
        top = found.candidates[0]
        likely = "最可能是" if top.probability >= found.not_in_register_probability else "最接近的是"
        yield f"{likely}：{top.name}（{top.code}），可能性 {_chance(top.probability)}"


def _heading(found: Match) -> str:
    if found.decision is MatchDecision.NONE and found.candidates:
        return f"与最接近的“{_cut(found.candidates[0].name)}”比较（正数支持，负数不支持）："
    return "理由（正数支持，负数不支持）：" if any(one.weight for one in found.reasons) else "理由："


def _number(query: MatchQuery) -> Iterator[str]:
    """What the number shown is by itself."""
    shown = query.code.strip()
    if not shown:
        return
    permit = read_permit(shown, query.as_of.astimezone(_CHINA).date())
    identifier = read_identifier(shown)
    if permit is not None and identifier.kind is not IdentifierKind.USCC:
        yield f"所示号码：{permit.kind.value} {permit.number}，不是主体的登记号码；{permit.problem or permit.untold}"
    elif identifier.kind is IdentifierKind.NONE:
        yield f"所示号码：“{_cut(shown)}”不是号码或只是占位内容，按未填写处理"
    else:
        place = DivisionHistory.load().name(identifier.division) if identifier.division else ""
        told = [kind_of(identifier.code) if identifier.kind is IdentifierKind.USCC else "", place]
        tail = f"（{'，'.join(filter(None, told))}）" if any(told) else ""
        fault = f"；{identifier.problem}" if identifier.problem else "，校验无误"
        yield f"所示号码：{identifier.kind.value} {identifier.code}{tail}{fault}"


def _others(found: Match) -> Iterator[str]:
    first = 0 if found.decision is MatchDecision.NONE else 1
    listed = [one for one in found.candidates[first:_MOST_LISTED] if one.probability >= _LEAST_LISTED]
    if listed:
        yield "其他候选：" if first else "相近而不足以认定的："
        yield from (f"  {_chance(one.probability)}  {one.name}（{one.code}）" for one in map(_named, listed))
    elif found.candidates[first:]:
        yield f"其余{len(found.candidates) - first}个相近的主体可能性都不到{_LEAST_LISTED}，未列"


def _named(one: Candidate) -> Candidate:
    return one.model_copy(update={"name": _cut(one.name)})


def _chance(probability: float) -> str:
    """Three places, without pretending to be certain.

    >>> _chance(1.0), _chance(0.0004), _chance(0.5)
    ('大于0.999', '小于0.001', '0.500')
    """
    if probability > 0.999:
        return "大于0.999"
    return "小于0.001" if probability < 0.001 else f"{probability:.3f}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……（共{len(text)}字）"
