"""What blows up when it is unpacked or parsed ends in a refusal, within 300 MB, in the program a court runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import forgeries_by_insiders, forgeries_of_containers, test_forgeries
from tests.attacks.forging import BOMBS, FORGERIES

pytestmark = pytest.mark.browser
assert forgeries_by_insiders, forgeries_of_containers
assert test_forgeries
PROGRAM = Path(__file__).parents[2] / "evidence" / "standalone" / "verify.py"
MOST_MEGABYTES = 300


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_the_memory_allowed(name: str, forger: Any, stranger: Any, tmp_path: Path) -> None:
    package = tmp_path / "bomb.wacz"
    package.write_bytes(FORGERIES[name][1](forger, stranger))
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(PROGRAM, alone)
    (alone / "anchors.pem").write_text(forger.house.anchors_pem)
    words = [sys.executable, "-I", "verify.py", str(package), "--anchors", "anchors.pem", "--json"]
    with (tmp_path / "said").open("wb") as said:
        running = subprocess.Popen(words, cwd=alone, stdout=said, stderr=said)
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    told = json.loads((tmp_path / "said").read_text(encoding="utf-8"))
    assert (running.returncode, told["valid"]) == (1, False), told
    assert FORGERIES[name][0] in {check["check_id"] for check in told["checks"] if check["result"] == "failed"}
    assert usage.ru_maxrss / 1024 < MOST_MEGABYTES, usage.ru_maxrss
