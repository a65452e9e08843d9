"""What is said to the person stays in one piece, wherever it goes."""

from __future__ import annotations

import pytest

from wangjian.cli.options import say


def test_long_line_of_progress_is_not_broken_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    line = "另有 1 个地址只在说明里出现，未采集：" + "、".join(f"http://shop-{number}.example/" for number in range(12))
    say(line)
    assert capsys.readouterr().err == f"{line}\n"
