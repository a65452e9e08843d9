"""Judge a file of texts, line by line (docs/how-to/scan-texts.md); a bad line loses no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog
from pydantic import ValidationError

from leads.judging import Judge
from leads.labelled import Comparison
from records.errors import InvalidInputError
from records.leads import ScanFields, ScanFinding, ScanInput
from records.market import Category, Speaker

__all__ = ["read_line", "scan_file"]

_log = structlog.get_logger(__name__)
_CATEGORIES = {category.value: category for category in Category}
_SOURCES = {speaker.value: speaker for speaker in Speaker}

_LINES_TOGETHER = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line as it was read: what to judge, or why not."""

    number: int
    data: dict[str, object]
    scan: ScanInput | None = None
    refusal: InvalidInputError | None = None


def scan_file(in_jsonl: Path, out_jsonl: Path, judge: Judge, *, labels: Comparison | None = None) -> dict[str, int]:
    """Judge each line and write its findings in the same order.

    A line that cannot be read is logged by its number, counted as `refused`, and written with its `error` and no
    findings. With `labels`, the verdicts are counted there against what each line says it should be.

    Returns:
        Counts: lines, refused, suspected, excluded, undetermined.

    Raises:
        InvalidInputError: The input is missing, or neither UTF-8 nor GB18030; the output cannot be written.
    """
    lines = _lines(in_jsonl)
    counts: Counter[str] = Counter(lines=0, refused=0, suspected=0, excluded=0, undetermined=0)
    try:
        with out_jsonl.open("w", encoding="utf-8", newline="\n") as out:
            while read := [_read(number, line) for number, line in islice(lines, _LINES_TOGETHER)]:
                answers = judge.judge_all([one.scan for one in read if one.scan is not None])
                for one in read:
                    out.write(_judged_line(one, answers, counts=counts, labels=labels) + "\n")
    except OSError as exc:
        raise InvalidInputError(f"结果文件 {out_jsonl} 无法写入：{exc.strerror}", cure="换一个可写的位置") from exc
    return dict(counts)


def read_line(line: str) -> ScanInput:
    """One line of the input.

    Raises:
        InvalidInputError: Not JSON, not an object, or a field of the wrong type; the field is named.
    """
    return _input_of(_object_of(line))


def _object_of(line: str) -> dict[str, object]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise InvalidInputError("不是 JSON", cure="每行一个 JSON 对象") from exc
    if not isinstance(data, dict):
        raise InvalidInputError("不是 JSON 对象", cure='如 {"id":"1","text":"…"}')
    return data


def _input_of(data: dict[str, object]) -> ScanInput:
    if not isinstance(data.get("text"), str):
        raise InvalidInputError("缺少 text", cure='如 {"id":"1","text":"…"}')
    category = data.get("category")
    if category is not None and category not in _CATEGORIES:
        raise InvalidInputError(f"category “{category}”不在类目表中", cure="、".join(_CATEGORIES))
    source = data.get("source")
    if source is not None and source not in _SOURCES:
        raise InvalidInputError(f"source “{source}”不认识", cure="、".join(_SOURCES))
    raw = data.get("fields")
    if raw is not None and not isinstance(raw, dict):
        raise InvalidInputError("fields 不是对象", cure="写法见 docs/how-to/scan-texts.md")
    known = {
        name: value for name, value in (raw or {}).items() if value is not None and name in ScanFields.model_fields
    }
    try:
        return ScanInput(
            id=str(data.get("id", "")),
            text=str(data["text"]),
            category=_CATEGORIES[str(category)] if category else Category.OTHER,
            source=_SOURCES[str(source)] if source else Speaker.MERCHANT,
            fields=ScanFields.model_validate(known),
        )
    except ValidationError as exc:
        wrong = "、".join(".".join(str(part) for part in error["loc"]) for error in exc.errors())
        raise InvalidInputError(f"fields 的 {wrong} 类型不对", cure="写法见 docs/how-to/scan-texts.md") from exc


def _read(number: int, line: str) -> _Line:
    data: dict[str, object] = {}
    try:
        data = _object_of(line)
        return _Line(number=number, data=data, scan=_input_of(data))
    except InvalidInputError as exc:
        return _Line(number=number, data=data, refusal=exc)


def _judged_line(
    line: _Line, answers: Iterator[tuple[ScanFinding, ...]], *, counts: Counter[str], labels: Comparison | None
) -> str:
    """The line's own answer, taken from those of its batch, or why it has none."""
    counts["lines"] += 1
    refusal = line.refusal
    findings = next(answers) if refusal is None else ()
    if refusal is None and labels is not None:
        try:
            labels.add(line.data, findings)
        except InvalidInputError as exc:
            refusal = exc
    line_id = line.data.get("id")
    if refusal is not None:
        counts["refused"] += 1
        _log.warning("scan_line_refused", line=line.number, reason=refusal.message)
        return _written({"id": line_id, "error": f"第 {line.number} 行：{refusal}", "findings": []})
    counts.update(finding.verdict.value for finding in findings)
    return _written({"id": line_id, "findings": [_finding(finding) for finding in findings]})


def _finding(finding: ScanFinding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "spans": [{"start": span.start, "end": span.end, "text": span.text} for span in finding.spans],
        "exemption": finding.exemption,
    }


def _written(answer: dict[str, object]) -> str:
    """JSON that is UTF-8 whatever the text held: lone surrogates are escaped."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answer, ensure_ascii=True)
    return text


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Non-empty lines with their numbers. A generator that has found its encoding before the first line is judged."""
    encoding = _encoding_of(path)

    def read() -> Iterator[tuple[int, str]]:
        with path.open(encoding=encoding, newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line

    return read()


def _encoding_of(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="\n") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        except OSError as exc:
            raise InvalidInputError(f"文件 {path} 读不出来：{exc.strerror}", cure="检查路径与权限") from exc
        return encoding
    raise InvalidInputError(f"文件 {path} 既不是 UTF-8 也不是 GB18030", cure="另存为 UTF-8 后重试")
