"""Every word the command line says is Chinese, Typer's own included, and no argument brings it down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("words", [(), ("leads",), ("export",), ("demo",), ("match",)])
def test_help_is_in_chinese(command, words):
    answer = command(*words, "--help")
    assert answer.code == 0
    assert "用法：" in answer.out and "显示本说明" in answer.out
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this message", "required]", "default:"):
        assert english not in answer.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("leads", "search", "--limit", "0"), "参数 --limit 的值不对：不能小于 1"),
        (("leads", "search", "--limit", "x"), "参数 --limit 的值不对：应为整数"),
        (("leads", "search", "--limit"), "选项 --limit 的用法不对"),
        (
            ("export", "cats", "-o", "x"),
            "没有“cats”，可选：shops、listings、leads\n办法：用法见 wangjian export --help",
        ),
        (("rules", "list", "a", "b"), "多余的参数：a b"),
    ],
)
def test_wrong_argument_is_named_in_chinese(command, words, says):
    command(*words).assert_one_message(code=2, says=says)


def test_bare_command_shows_help_and_says_what_is_missing(command):
    command().assert_one_message(code=2, says="没有给出命令")


def test_argument_that_is_no_utf8_is_refused(tmp_path: Path):
    done = subprocess.run(
        [os.fsencode(sys.executable), b"-m", b"wangjian", b"match", b"--name", b"\xff\xfe"],
        capture_output=True,
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert "不是 UTF-8" in done.stderr.decode() and b"Traceback" not in done.stderr


def test_account_without_password_and_terminal_is_refused(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "wangjian", "users", "add", "zhang", "--role", "办案", "--json"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    assert done.returncode == 2 and '"invalid-input"' in done.stdout


def test_lists_are_told_without_programmers_brackets(command):
    command("targets", "add", "http://example.cn/")
    assert "['" not in command("targets", "list").out
