"""What blows up when it is unpacked or parsed ends in a refusal, within 300 MB, in the program a court runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.forgeries import BOMBS, FORGERIES

pytestmark = pytest.mark.browser
PROGRAM = Path(__file__).parents[2] / "evidence" / "standalone" / "verify.py"
MOST_MEGABYTES = 300
# The program keeps its own highest memory at its end: what the system tells of a child counts the parent's as well.
WATCHED = """
import atexit, pathlib, runpy, sys
atexit.register(lambda: pathlib.Path("peak").write_text(pathlib.Path("/proc/self/status").read_text()))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_the_memory_allowed(name: str, forger: Any, stranger: Any, tmp_path: Path) -> None:
    package = tmp_path / "bomb.wacz"
    package.write_bytes(FORGERIES[name][1](forger, stranger))
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(PROGRAM, alone)
    (alone / "anchors.pem").write_text(forger.house.anchors_pem)
    words = [sys.executable, "-I", "-c", WATCHED, "verify.py", str(package), "--anchors", "anchors.pem", "--json"]
    with (tmp_path / "said").open("wb") as said:
        running = subprocess.run(words, cwd=alone, stdout=said, stderr=said, check=False)
    told = json.loads((tmp_path / "said").read_text(encoding="utf-8"))
    assert (running.returncode, told["valid"]) == (1, False), told
    assert FORGERIES[name][0] in {check["check_id"] for check in told["checks"] if check["result"] == "failed"}
    peak = re.search(r"^VmHWM:\s+(\d+) kB", (alone / "peak").read_text(), re.MULTILINE)
    assert peak is not None and int(peak[1]) / 1024 < MOST_MEGABYTES, peak
