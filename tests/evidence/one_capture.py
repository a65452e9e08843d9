"""Captures one address in a process of its own, to be killed by a test: DATA_DIR URL."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from evidence.authority import LocalTimestampAuthority
from evidence.preserving import CaptureRequest, Means, preserve
from evidence.signing import open_signer
from evidence.trust import load_anchors
from network.guard import AddressGuard
from stores.backends import open_blobs, open_records


def utc_now() -> datetime:
    return datetime.now(UTC)


def main(folder: Path, url: str) -> None:
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    keys = folder / "keys"
    means = Means(
        blobs=open_blobs(f"file:///{folder}/blobs"),
        evidence=records.evidence,
        log=records.evidence_log,
        signer=open_signer(keys, organisation="测试局", clock=utc_now),
        authorities=(LocalTimestampAuthority(keys, clock=utc_now),),
        anchors_pem=load_anchors(keys),
        clock=utc_now,
        guard=AddressGuard(allow_private=True),
    )
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    preserve(CaptureRequest(url=url, operator="张三"), means)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
