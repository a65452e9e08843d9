"""What files are received with, handed in by the flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evidence.manifest import Paper
from records.ports import BlobStore, Clock, EvidenceLog, EvidenceStore, Signer, TimestampAuthority
from records.uploads import UploadedFiles, UploadManifest

__all__ = ["UploadMeans"]


def _no_papers(_: UploadManifest, __: UploadedFiles) -> Sequence[Paper]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadMeans:
    """As `evidence.means.Means` of captures. `papers` gives documents to be sealed beside the originals, from the
    manifest so far and what was noted of each file."""

    blobs: BlobStore
    evidence: EvidenceStore
    log: EvidenceLog
    signer: Signer
    authorities: Sequence[TimestampAuthority]
    anchors_pem: str
    clock: Clock
    sm2_signer: Signer | None = None
    papers: Callable[[UploadManifest, UploadedFiles], Sequence[Paper]] = _no_papers
