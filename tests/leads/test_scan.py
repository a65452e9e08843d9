from __future__ import annotations

import json

import pytest

from leads.scan import scan_file
from records.errors import InvalidInputError


def _scan(tmp_path, judge, content: bytes):
    given, written = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(content)
    counts = scan_file(given, written, judge)
    return counts, [json.loads(line) for line in written.read_text("utf-8").splitlines()]


def _lines(*objects: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def test_findings_are_written_as_designed(tmp_path, judge) -> None:
    text = _lines({"id": 7, "text": "全网最 好的面膜", "category": "化妆品", "source": "merchant", "fields": {}})
    counts, (answer,) = _scan(tmp_path, judge, text.encode())
    assert answer["id"] == 7
    (finding,) = answer["findings"]
    assert set(finding) == {"rule", "verdict", "severity", "spans", "exemption"}
    assert (finding["rule"], finding["verdict"], finding["severity"]) == ("A01", "suspected", "medium")
    (span,) = finding["spans"]
    assert "全网最 好的面膜"[span["start"] : span["end"]] == span["text"] == "全网最 好"
    assert (counts["lines"], counts["refused"], counts["suspected"]) == (1, 0, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_any_usual_encoding_is_read(tmp_path, judge, encoding: str) -> None:
    counts, answers = _scan(tmp_path, judge, _lines({"id": "a", "text": "国家级品质"}).encode(encoding))
    assert answers[0]["findings"][0]["rule"] == "A01"
    assert counts["refused"] == 0


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        "[1]",
        '{"id":"b"}',
        '{"id":"b","text":3}',
        '{"id":"b","text":"x","category":"玩意"}',
        '{"id":"b","text":"x","source":"somebody"}',
        '{"id":"b","text":"x","fields":[1]}',
        '{"id":"b","text":"x","fields":{"price_fen":"many"}}',
        "[" * 100_000,
    ],
)
def test_bad_line_is_named_and_loses_no_other(tmp_path, judge, bad: str) -> None:
    good = _lines({"id": "a", "text": "国家级品质"})
    counts, answers = _scan(tmp_path, judge, (good + bad + "\n\n" + good).encode())
    assert (counts["lines"], counts["refused"], counts["suspected"]) == (3, 1, 2)
    assert "第 2 行" in answers[1]["error"]
    assert [bool(answer["findings"]) for answer in answers] == [True, False, True]


def test_unknown_fields_and_nulls_are_not_looked_at(tmp_path, judge) -> None:
    line = {"id": "a", "text": "首页", "category": None, "fields": {"licence_no": "", "page_complete": None, "new": 1}}
    _, (answer,) = _scan(tmp_path, judge, _lines(line).encode())
    assert [(one["rule"], one["verdict"]) for one in answer["findings"]] == [("N01", "undetermined")]


def test_lone_surrogate_is_carried_through(tmp_path, judge) -> None:
    _, (answer,) = _scan(tmp_path, judge, b'{"id":"a","text":"\\ud800\xe5\x9b\xbd\xe5\xae\xb6\xe7\xba\xa7"}\n')
    assert answer["findings"][0]["spans"][0]["start"] == 1


def test_missing_or_unreadable_file_is_one_clear_error(tmp_path, judge) -> None:
    with pytest.raises(InvalidInputError, match="读不出来"):
        scan_file(tmp_path / "none.jsonl", tmp_path / "out.jsonl", judge)
    (tmp_path / "odd").write_bytes(b"\xff\xfe\x00\xd8\xff" * 5)
    with pytest.raises(InvalidInputError, match="既不是 UTF-8 也不是 GB18030"):
        scan_file(tmp_path / "odd", tmp_path / "out.jsonl", judge)
    (tmp_path / "in.jsonl").write_text('{"id":"a","text":"x"}\n', "utf-8")
    with pytest.raises(InvalidInputError, match="无法写入"):
        scan_file(tmp_path / "in.jsonl", tmp_path / "no" / "out.jsonl", judge)
