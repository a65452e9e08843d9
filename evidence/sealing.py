"""Signature and time stamps over a manifest; stamps that could not be had at once are fetched later."""

from __future__ import annotations

import io

from evidence.liveness import Alive
from evidence.manifest import manifest_bytes
from evidence.means import Means
from evidence.package import Sealed, write_package
from evidence.stamping import Stamps, keep_stamped, stamp
from evidence.standalone.verify import SM2_SIGNATURE, Box
from evidence.transparency import enter_capture, log_means, log_proof
from records.digests import digests_of
from records.evidence import Capture, Manifest, PackageKind, TimestampState

__all__ = ["seal", "stamp_pending"]


def seal(manifest: Manifest, means: Means) -> tuple[Sealed, Stamps]:
    """Sign the manifest, have it stamped by every authority that answers, and enter it in the evidence log."""
    content = manifest_bytes(manifest)
    stamps = stamp(digests_of(content), means.authorities, anchors_pem=means.anchors_pem)
    to_log = log_means(means)
    proof = log_proof(to_log, enter_capture(to_log, manifest.capture_id, content))
    sealed = Sealed(
        manifest=manifest,
        signature=means.signer.sign(content),
        sm2_signature=means.sm2_signer.sign(content) if means.sm2_signer else b"",
        log_proof=proof,
        tokens=stamps.answers,
    )
    return sealed, stamps


def stamp_pending(means: Means) -> tuple[Capture, ...]:
    """Stamp what is still 待加戳: the same manifest and signature in a new package, the old one stays.

    Returns:
        The captures that are stamped now.

    Raises:
        StorageFullError: The new package cannot be kept.
    """
    done = []
    for capture in means.evidence.captures():
        waits = capture.kind is PackageKind.CAPTURE and capture.timestamp is TimestampState.PENDING
        if capture.package is not None and waits:
            stamped = _stamp_one(capture, means)
            if stamped is not None:
                done.append(stamped)
    return tuple(done)


def _stamp_one(capture: Capture, means: Means) -> Capture | None:
    assert capture.package is not None
    content = means.blobs.get(capture.package.sha256)
    box = Box(io.BytesIO(content), len(content))
    raw = box.read("evidence/manifest.json")
    manifest = Manifest.model_validate_json(raw)
    stamps = stamp(digests_of(raw), means.authorities, anchors_pem=means.anchors_pem)
    if not stamps.answers:
        return None
    sealed = Sealed(
        manifest=manifest,
        signature=box.read("evidence/manifest.sig"),
        sm2_signature=box.read(SM2_SIGNATURE) if SM2_SIGNATURE in box.members else b"",
        log_proof=box.read("evidence/log-proof.json"),
        tokens=stamps.answers,
    )
    members = {artefact.path: b"".join(box.chunks(artefact.path)) for artefact in manifest.artefacts}
    alive = Alive(f"{capture.capture_id}-stamp")
    try:
        path = alive.folder / "package.wacz"
        write_package(path, sealed, members, signer=means.signer)
        package = means.blobs.put_file(path)
    finally:
        alive.release()
    return keep_stamped(capture, package, stamps, evidence=means.evidence, clock=means.clock)
