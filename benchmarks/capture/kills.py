"""kill -9 at random moments of captures: `kills.py [COUNT] [SEED]` (100 and 7 when not said).

Each capture runs in a process of its own with its browser; the whole group is killed at a moment drawn evenly from one
and a half times what a capture takes (measured anew after every ten), so that some end first. One in four is of the
large page, the others of a small one, of which sealing is the greater part. Then, as at the next start: every capture
is whole and verifies, or is listed as interrupted; the chain verifies; what is stored re-hashes; nothing stays behind.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

from shop_page import shop_page  # noqa: E402

from evidence.audit import audit_evidence  # noqa: E402
from evidence.liveness import scratch_root  # noqa: E402
from evidence.preserving import recover_interrupted  # noqa: E402
from evidence.trust import load_anchors  # noqa: E402
from evidence.verify import verify_package  # noqa: E402
from records.chain import check_chain  # noqa: E402
from records.evidence import CaptureState  # noqa: E402
from wangjian.settings import load_settings  # noqa: E402
from wangjian.wiring import open_services, utc_now  # noqa: E402


def main(count: int, seed: int = 7) -> int:
    """Exit code 0 when every capture was whole or listed."""
    drawn = random.Random(seed)
    ends: Counter[str] = Counter()
    problems: list[str] = []
    with shop_page() as page, tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        urls = (page.url, f"{page.url}api/0.json")
        usual = {url: _captured(data, url, page.root_pem, after=None) for url in urls}
        print(f"captures take {', '.join(f'{took:.1f} s' for took in usual.values())}; {count} are killed", flush=True)
        for number in range(count):
            url = urls[number % 4 > 0]
            _captured(data, url, page.root_pem, after=drawn.uniform(0.0, usual[url] * 1.5))
            if number % 10 == 9 or number == count - 1:
                found, wrong = _look(data)
                ends, problems = found, problems + wrong
                print(f"{number + 1}: {dict(ends)}, problems {len(problems)}", flush=True)
                usual = {url: _captured(data, url, page.root_pem, after=None) for url in urls}
    print(json.dumps({"killed": count, "ends": dict(ends), "problems": problems}, ensure_ascii=False))
    return 1 if problems else 0


def _captured(data: Path, url: str, roots: str, *, after: float | None) -> float:
    """One capture, killed with its whole group after so many seconds from its beginning; how long it took."""
    roots_file = data.parent / "roots.pem"
    roots_file.write_text(roots)
    command = [sys.executable, str(HERE / "worker.py"), str(data), str(roots_file), url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        if line == b"ready\n":
            break
    began = time.perf_counter()
    process.stdin.write(b"go\n")
    process.stdin.flush()
    timer = threading.Timer(after, lambda: os.killpg(process.pid, signal.SIGKILL)) if after is not None else None
    if timer:
        timer.start()
    for line in process.stdout:
        if line.startswith(b"{"):
            break
    took = time.perf_counter() - began
    if timer:
        timer.cancel()
        timer.join()
    process.stdin.close()
    process.stdout.close()
    process.wait()
    return took


def _look(data: Path) -> tuple[Counter[str], list[str]]:
    """What stands after a restart, and what is wrong with it."""
    problems = []
    with open_services(load_settings(data_dir=data, allow_private=True)) as services:
        recover_interrupted(services.evidence, clock=utc_now)
        anchors = load_anchors(data / "keys")
        captures = services.evidence.captures()
        for capture in captures:
            if capture.state not in (CaptureState.COMPLETE, CaptureState.PARTIAL, CaptureState.INTERRUPTED):
                problems.append(f"{capture.capture_id} is {capture.state.value}: {capture.reason}")
            if (capture.package is None) != (capture.state is CaptureState.INTERRUPTED):
                problems.append(f"{capture.capture_id} is {capture.state.value} and has package {capture.package}")
            if (scratch_root() / capture.capture_id).exists():
                problems.append(f"{capture.capture_id} left files behind")
            if capture.package is not None:
                with tempfile.NamedTemporaryFile() as file:
                    Path(file.name).write_bytes(services.blobs.get(capture.package.sha256))
                    if not verify_package(Path(file.name), anchors_pem=anchors, now=utc_now()).valid:
                        problems.append(f"{capture.capture_id} does not verify")
        list(check_chain(services.evidence.custody()))
        problems += audit_evidence(services.blobs, services.evidence).problems
        return Counter(capture.state.value for capture in captures), problems


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(words + [100, 7][len(words) :])))
