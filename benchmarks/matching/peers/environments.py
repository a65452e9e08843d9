"""A virtual environment for each peer, made from the pinned file beside this one; never the product's own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["python_of"]

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[2] / ".cache/matching-peers"


def python_of(peer: str) -> tuple[Path | None, str]:
    """The peer's interpreter; or None and why it cannot be installed. Made once for each content of its lock."""
    lock = HERE / f"{peer}.lock"
    place = CACHE / f"{peer}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    python = place / "bin/python"
    if (place / "ready").is_file():
        return python, ""
    print(f"{peer}: installing into an environment of its own", file=sys.stderr, flush=True)
    venv.create(place, with_pip=True, clear=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line or "error" in line]
        return None, (lines or done.stderr.splitlines() or ["pip failed"])[-1].strip()[:200]
    (place / "ready").touch()
    return python, ""
