"""Receives one file in a process of its own, to be killed by a test: DATA_DIR FILE."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path

from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.trust import load_anchors
from evidence.uploads.intake import file_at
from evidence.uploads.means import UploadMeans
from evidence.uploads.receiving import receive
from records.uploads import Incoming, Receipt, UploadRequest
from stores.backends import open_blobs, open_records
from tests.evidence.uploads.samples import utc_now


def means_of(folder: Path) -> UploadMeans:
    """What files are received with in this folder."""
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    keys = folder / "keys"
    return UploadMeans(
        blobs=open_blobs(f"file:///{folder}/blobs"),
        evidence=records.evidence,
        log=records.evidence_log,
        signer=open_signer(keys, organisation="测试局", clock=utc_now),
        authorities=(LocalTimestampAuthority(keys, clock=utc_now),),
        anchors_pem=load_anchors(keys),
        clock=utc_now,
    )


def request_for(*files: Incoming) -> UploadRequest:
    return UploadRequest(files=files, receipt=Receipt(source="当事人U盘", obtained_at=utc_now()), operator="张三")


def main(folder: Path, path: Path) -> None:
    """Say `halfway` when the second file is asked for, and wait there for the end."""

    @contextmanager
    def never():
        sys.stdout.write("halfway\n")
        sys.stdout.flush()
        sys.stdin.read()
        yield sys.stdin.buffer

    receive(request_for(file_at(path), Incoming(name=b"b", open=never)), means_of(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
