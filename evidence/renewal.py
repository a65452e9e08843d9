"""Archive time stamps: an old package gets a new one over everything it holds, before the old algorithms or
certificates are too weak to be believed.

The new package holds every byte of the old one, a list of its members by both digests, the signature the old package
had as a whole, and stamps over that list; as a whole it is signed anew.
Standard: RFC 4998 sections 4 and 5 (one archive time stamp over an object group; docs/decisions).
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from evidence.package import write_box
from evidence.stamping import Stamps, stamp
from evidence.standalone.verify import Box, canonical, renewal_members, renewal_names
from evidence.transparency import LogMeans
from evidence.verify import verify_package
from records.digests import digests_of, digests_of_chunks
from records.errors import NotFoundError, TimestampAwayError, VerificationError
from records.evidence import PackageKind, VerificationReport

__all__ = ["renew_package"]

_DATAPACKAGE, _DIGEST = "datapackage.json", "datapackage-digest.json"
_MOST = 9


def renew_package(package: Path, output: Path, means: LogMeans) -> Stamps:
    """Write the package with one archive time stamp more; the old file stays as it is.

    Raises:
        NotFoundError: The package cannot be read.
        VerificationError: It does not verify: nothing is renewed that cannot be believed now. Or it is too late.
        TimestampAwayError: No authority answers.
        OSError: The new one cannot be written.
    """
    now = means.clock()
    report = verify_package(package, anchors_pem=means.anchors_pem, now=now)
    if not report.valid or report.kind is PackageKind.PAGE:
        cure = "先用 wangjian evidence verify 查明"
        raise VerificationError(f"只能为核验通过的固证包续期：{_failed(report)}", cure=cure)
    try:
        with package.open("rb") as file, tempfile.TemporaryDirectory(prefix="wangjian-renew-") as folder:
            stamps = _renew(file, Path(folder), output, means, now=now)
    except FileNotFoundError as exc:
        raise NotFoundError(f"证据包无法读取：{package}", cure="检查路径") from exc
    # Too late to renew shows only now: the stamp before may have ended, which the old package alone does not say.
    renewed = verify_package(output, anchors_pem=means.anchors_pem, now=means.clock())
    if not renewed.valid:
        output.unlink()
        cure = "原时间戳的证书失效前才能续期；原包保持不变，请咨询授时机构"
        raise VerificationError(f"续期后不能通过核验，未生成：{_failed(renewed)}", cure=cure)
    return stamps


def _failed(report: VerificationReport) -> str:
    return next((f"{check.title}：{check.detail}" for check in report.checks if check.result != "passed"), "种类不符")


def _renew(file: BinaryIO, folder: Path, output: Path, means: LogMeans, *, now: datetime) -> Stamps:
    box = Box(file, file.seek(0, 2))
    number = 1 + sum(name.endswith(".json") for name in renewal_names(box.members))
    if number > _MOST:
        raise VerificationError(f"这个包已续期 {_MOST} 次，不能再续")
    members, facts = _unpacked(box, folder)
    renewal = canonical(
        {
            "format": "wangjian-renewal/1",
            "made_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "members": renewal_members(facts),
            "digest": json.loads(box.read(_DIGEST)),
            "certificates": means.signer.certificate_pem,
        }
    )
    stamps = stamp(digests_of(renewal), means.authorities, anchors_pem=means.anchors_pem)
    if not stamps.answers:
        raise TimestampAwayError("续期需要时间戳，授时机构都没有应答", cure="稍后再试")
    manifest: dict[str, Any] = json.loads(box.read("evidence/manifest.json"))
    added = {f"evidence/renewal-{number}-{place}.tsr": answer for place, answer in enumerate(stamps.answers, 1)}
    kept = {name: path for name, path in members.items() if name not in (_DATAPACKAGE, _DIGEST)}
    everything = {**kept, f"evidence/renewal-{number}.json": renewal, **added}
    write_box(output, manifest, everything, signer=means.signer)
    return stamps


def _unpacked(box: Box, folder: Path) -> tuple[dict[str, Path], dict[str, tuple[int, str, str]]]:
    """Every member as a file, with its size and digests."""
    members, facts = {}, {}
    for place, name in enumerate(box.members):
        members[name] = folder / str(place)
        with members[name].open("wb") as out:
            for chunk in box.chunks(name):
                out.write(chunk)
        with members[name].open("rb") as copy:
            found = digests_of_chunks(iter(lambda: copy.read(1 << 20), b""))  # used up at once
        facts[name] = (found.size_bytes, found.sha256, found.sm3)
    return members, facts
