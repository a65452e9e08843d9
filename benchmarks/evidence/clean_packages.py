"""Clean packages are never refused: `clean_packages.py [COUNT] [SEED] [REAL]` (200, 1 and 5 when not said).

Packages of every kind (pages in eight encodings packed and framed four ways, 1 to 30 exchanges, 0 bytes to 1.2 MB, with
and without film, PDF, papers, officers, SM2, RSA, one to three tokens, archive time stamps, page proofs) and REAL more
of a real browser; each verified by the library behind `wangjian evidence verify` and by the stand-alone program in a
process and a folder of its own.
Exit code 0 when both accept every one.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import structlog

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from varied import ROOT, Made, Offices, real_packages, varied_packages  # noqa: E402

from evidence.verify import verify_package  # noqa: E402

PROGRAM = ROOT / "evidence" / "standalone" / "verify.py"


def main(count: int, seed: int, real: int) -> int:
    """Print one JSON document."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    kinds: Counter[str] = Counter()
    refused: list[dict[str, object]] = []
    sizes: list[int] = []
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "alone"
        alone.mkdir()
        shutil.copy(PROGRAM, alone)
        offices = Offices.open(Path(folder) / "offices")
        packages = chain(varied_packages(offices, count, seed=seed), real_packages(offices, real, seed=seed))
        for number, made in enumerate(packages, 1):
            kinds[made.kind] += 1
            sizes.append(made.path.stat().st_size)
            refused += [{"number": number, "kind": made.kind, **problem} for problem in _refusals(made, alone)]
            if number % 50 == 0:
                print(f"{number} made, refused {len(refused)}", file=sys.stderr, flush=True)
        offices.close()
    facts = {
        "packages": len(sizes),
        "seed": seed,
        "kinds": dict(sorted(kinds.items())),
        "bytes": {"smallest": min(sizes), "largest": max(sizes)},
        "own_cpu_seconds": round(time.process_time() - started, 1),
        "refused": refused,
    }
    print(json.dumps(facts, ensure_ascii=False, indent=2))
    return 1 if refused else 0


def _refusals(made: Made, alone: Path) -> list[dict[str, object]]:
    """What either verifier holds against the package; nothing when both accept it."""
    found: list[dict[str, object]] = []
    report = verify_package(made.path, anchors_pem=made.anchors_pem, now=datetime.now(UTC))
    if not report.valid:
        wrong = [f"{check.check_id}: {check.detail}" for check in report.checks if check.result != "passed"]
        found.append({"by": "wangjian evidence verify", "checks": wrong})
    anchors = alone / "anchors.pem"
    anchors.write_text(made.anchors_pem, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "verify.py", str(made.path), "--anchors", str(anchors), "--json"],
        cwd=alone,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if ended.returncode != 0:
        said = json.loads(ended.stdout) if ended.stdout.startswith("{") else {"checks": []}
        wrong = [f"{one['check_id']}: {one['detail']}" for one in said["checks"] if one["result"] != "passed"]
        found.append({"by": "verify.py", "code": ended.returncode, "checks": wrong, "stderr": ended.stderr[-500:]})
    return found


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(words + [200, 1, 5][len(words) :])))
