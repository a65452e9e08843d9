"""The address that is told is one that answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


def test_told_address_takes_connections_at_once(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serving = subprocess.Popen(
        [sys.executable, "-m", "wangjian", "serve", "--port", str(port), "--data-dir", str(tmp_path)],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for line in serving.stderr:
            if "控制台" in line:
                break
        os.kill(serving.pid, signal.SIGSTOP)  # whatever is still to be built is not built now
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
    finally:
        serving.kill()
        serving.wait(timeout=30)
        serving.stderr.close()
