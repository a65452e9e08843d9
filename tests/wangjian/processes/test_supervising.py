"""Processes begun by one that does nothing else: begun again, ended in order."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from wangjian.logs import set_up_logging
from wangjian.processes.supervising import Supervisor

def steady(ending):
    print("steady", os.getpid(), flush=True)
    ending.wait()
    ending._ask(15, None)  # a service manager and the first process both ask
    print("in order", flush=True)

def failing(ending):
    print("failing", os.getpid(), flush=True)
    if os.path.exists(sys.argv[1]):
        ending.wait()
    open(sys.argv[1], "w").close()
    raise SystemExit(7)

set_up_logging("error")
Supervisor({"steady": steady, "failing": failing}).run(before_end=lambda: print("before", flush=True))
print("all ended", flush=True)
"""


def test_who_fails_is_begun_again_and_all_end_in_order(tmp_path: Path):
    words = [sys.executable, "-c", PROGRAM, str(tmp_path / "failed")]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    ) as program:
        begun = [program.stdout.readline().split() for _ in range(3)]
        assert sorted(name for name, _ in begun) == ["failing", "failing", "steady"]
        assert len({pid for _, pid in begun}) == 3
        program.send_signal(signal.SIGTERM)
        said, logged = (one.splitlines() for one in program.communicate(timeout=60))
    assert program.returncode == 0
    assert [said[0], said[-1]] == ["before", "all ended"]
    assert "in order" in said
    assert [line for line in logged if '"event": "process_ended"' in line and '"code": 1' in line]
