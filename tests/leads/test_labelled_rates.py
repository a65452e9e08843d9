from __future__ import annotations

import json

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import scan_file


def _scanned(tmp_path, judge: Judge, *lines: dict[str, object]) -> tuple[Comparison, dict[str, int]]:
    given, comparison = tmp_path / "in.jsonl", Comparison()
    given.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    counts = scan_file(given, tmp_path / "out.jsonl", judge, labels=comparison)
    return comparison, counts


def test_labels_are_compared_rule_by_rule(tmp_path, judge: Judge) -> None:
    comparison, _ = _scanned(
        tmp_path,
        judge,
        {"id": 1, "text": "国家级品质", "expect": ["A01"]},
        {"id": 2, "text": "国家级品质的拖把", "expect": []},
        {"id": 3, "text": "普通拖把", "expect": ["A01"]},
        {"id": 4, "text": "国家级品质的扫把", "expect": [], "may": ["A01"]},
        {"id": 5, "text": "国家级品质的簸箕"},
    )
    (rates,) = comparison.by_rule()
    assert (rates.rule, rates.right, rates.wrong, rates.missed) == ("A01", 1, 1, 1)
    assert (rates.precision, rates.recall, comparison.texts) == (0.5, 0.5, 4)


def test_alarms_are_counted_on_texts_marked_clean(tmp_path, judge: Judge) -> None:
    comparison, _ = _scanned(
        tmp_path,
        judge,
        {"id": 1, "text": "普通拖把 一把", "expect": [], "clean": True},
        {"id": 2, "text": "国家级品质", "expect": [], "clean": True},
        {"id": 3, "text": "国家级品质的扫把", "expect": []},
    )
    assert (comparison.clean, comparison.false_alarms, comparison.alarm_rate) == (2, 1, 0.5)


@pytest.mark.parametrize("expect", ["A01", [1], {"A01": True}])
def test_label_that_is_no_list_of_ids_is_a_refused_line(tmp_path, judge: Judge, expect: object) -> None:
    comparison, counts = _scanned(tmp_path, judge, {"id": 1, "text": "国家级品质", "expect": expect})
    assert (counts["refused"], counts["suspected"], comparison.texts) == (1, 0, 0)
    assert "规则编号的列表" in (tmp_path / "out.jsonl").read_text("utf-8")


def test_nothing_labelled_is_no_rate(tmp_path, judge: Judge) -> None:
    comparison, _ = _scanned(tmp_path, judge, {"id": 1, "text": "国家级品质"})
    assert comparison.by_rule() == ()
    assert (comparison.overall().precision, comparison.alarm_rate) == (1.0, 0.0)
