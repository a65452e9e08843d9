"""Answers about patterns kept between processes: never believed when anything about the file is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leads.needles import required_words
from leads.remembering import Answers, answers

PATTERN = "(?:满意度|好评率)"


@pytest.fixture(autouse=True)
def bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def _kept(path: Path, *, made_by: str = "1") -> Answers:
    first = Answers(path, made_by=made_by)
    first.answer("required", PATTERN, lambda: ["好评率", "满意度"])
    first.keep()
    return first


def _is_known(path: Path, *, made_by: str = "1", about: str = PATTERN) -> bool:
    """Whether a process that starts now knows the answer without finding it."""
    later = Answers(path, made_by=made_by)
    found = later.answer("required", about, lambda: ["anew"])
    assert later.has_new == (found == ("anew",))
    return found == ("好评率", "满意度")


def test_what_one_process_found_the_next_one_knows(tmp_path: Path) -> None:
    kept = _kept(tmp_path / "answers.json")
    assert kept.answer("required", PATTERN, lambda: ["anew"]) == ("好评率", "满意度")
    assert _is_known(tmp_path / "answers.json")
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]


def test_another_pattern_or_question_is_not_yet_answered(tmp_path: Path) -> None:
    _kept(tmp_path / "answers.json")
    assert not _is_known(tmp_path / "answers.json", about=PATTERN + "?")
    assert Answers(tmp_path / "answers.json", made_by="1").answer("starts", PATTERN, lambda: ["满"]) == ("满",)


def test_answers_of_other_code_are_not_believed(tmp_path: Path) -> None:
    _kept(tmp_path / "answers.json")
    assert not _is_known(tmp_path / "answers.json", made_by="2")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[:-9],
        lambda body: body.replace(b"\\u597d", b"\\u574f"),
        lambda body: body.split(b"\n", 1)[1],
        lambda body: b"",
        lambda body: b"\xff\n\xff\n[]",
    ],
    ids=["half-written", "one-word-altered", "without-its-first-line", "empty", "not-ours"],
)
def test_file_that_is_wrong_is_not_believed(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "answers.json"
    _kept(path)
    whole = path.read_bytes()
    assert spoil(whole) != whole
    path.write_bytes(spoil(whole))
    assert not _is_known(path)
    _kept(path)
    assert _is_known(path), "what is found anew takes its place"


def test_where_nothing_can_be_written_answers_are_found_anew(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    _kept(tmp_path / "file" / "answers.json")
    assert not _is_known(tmp_path / "file" / "answers.json")
    nowhere = Answers(None, made_by="1")
    assert nowhere.answer("required", PATTERN, lambda: ["满"]) == ("满",)
    nowhere.keep()


def test_nothing_is_written_where_python_writes_no_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    _kept(tmp_path / "answers.json")
    assert list(tmp_path.iterdir()) == []


def test_required_words_are_those_that_are_kept() -> None:
    pattern = "(?:从未见过的模式|仅此一处)"
    assert required_words(pattern) == {"从未见过的模式", "仅此一处"}
    assert set(answers().answer("required", pattern, lambda: ["anew"])) == {"从未见过的模式", "仅此一处"}
