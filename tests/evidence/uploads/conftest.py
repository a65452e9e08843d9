"""An office that receives files: real keys, store, database and authority, and files as people bring them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.trust import load_anchors
from evidence.uploads.intake import file_at
from evidence.uploads.means import UploadMeans
from evidence.uploads.receiving import receive
from records.evidence import Capture
from records.leads import Officer
from records.uploads import Receipt, UploadRequest
from stores.backends import open_blobs, open_records
from tests.evidence.uploads.samples import utc_now


@pytest.fixture(scope="session")
def upload_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("upload-keys")


@pytest.fixture
def upload_means(tmp_path: Path, upload_keys: Path, new_database: Callable[[Path], Path]) -> Iterator[UploadMeans]:
    new_database(tmp_path / "wangjian.db")
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    signer = open_signer(upload_keys, organisation="测试市场监督管理局", clock=utc_now)
    yield UploadMeans(
        blobs=open_blobs(f"file:///{tmp_path}/blobs"),
        evidence=records.evidence,
        log=records.evidence_log,
        signer=signer,
        authorities=(LocalTimestampAuthority(upload_keys, clock=utc_now),),
        anchors_pem=load_anchors(upload_keys),
        clock=utc_now,
    )
    records.close()


@pytest.fixture
def bring(upload_means: UploadMeans) -> Callable[..., Capture]:
    """Receive files by their paths; keywords replace fields of the receipt."""

    def bring(*paths: Path, **changes: object) -> Capture:
        receipt = Receipt(source="当事人微信聊天记录", obtained_at=datetime.now(UTC), handed_by="李某", device="手机")
        receipt = receipt.model_copy(update=changes)
        request = UploadRequest(files=tuple(map(file_at, paths)), receipt=receipt, operator="张三", lead_id="lead_1")
        return receive(request, upload_means)

    return bring


@pytest.fixture
def two_officers() -> tuple[Officer, ...]:
    return (Officer(name="张三", card_no="浙A001"), Officer(name="王五", card_no="浙A002"))
