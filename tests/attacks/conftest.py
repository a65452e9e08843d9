"""One real package, and a forger that takes it apart and puts it together again as an attacker would."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.authority import LocalTimestampAuthority
from evidence.package import chunks_of
from evidence.preserving import CaptureRequest, Means, preserve
from evidence.signing import KeySigner, open_signer
from evidence.standalone.verify import (
    Box,
    Checkpoint,
    canonical,
    checkpoint_text,
    datapackage_bytes,
    digest_list,
    digest_statement,
    index_files,
    index_of_index,
    log_name,
    read_checkpoint,
    render_box,
    scan_warc,
)
from evidence.trust import load_anchors
from network.guard import AddressGuard
from stores.backends import open_blobs, open_records

PAGE = '<!doctype html><meta charset="utf-8"><title>店铺</title><h1>象牙制品 一级</h1><img src="/a.png">'


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = PAGE.encode() if self.path == "/" else b"picture"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if self.path == "/" else "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class House:
    """An office: its keys, anchors, and two packages it made."""

    signer: KeySigner
    authority: LocalTimestampAuthority
    anchors_pem: str
    package: bytes
    other: bytes


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    signer = open_signer(folder / "keys", organisation="测试局", clock=utc_now)
    authority = LocalTimestampAuthority(folder / "keys", clock=utc_now)
    means = Means(
        blobs=open_blobs(f"file:///{folder}/blobs"),
        evidence=records.evidence,
        log=records.evidence_log,
        signer=signer,
        authorities=(authority,),
        anchors_pem=load_anchors(folder / "keys"),
        clock=utc_now,
        guard=AddressGuard(allow_private=True),
    )
    try:
        made = []
        for _ in range(2):
            request = CaptureRequest(url=f"http://127.0.0.1:{server.server_address[1]}/", operator="张三")
            capture = preserve(request, means)
            assert capture.package is not None, capture.reason
            made.append(means.blobs.get(capture.package.sha256))
    finally:
        records.close()
        server.shutdown()
        server.server_close()
        thread.join()
    return House(signer, authority, load_anchors(folder / "keys"), made[0], made[1])


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Somebody with a whole set of keys of his own, under the same names."""
    folder = tmp_path_factory.mktemp("stranger")
    signer = open_signer(folder, organisation="测试局", clock=utc_now)
    authority = LocalTimestampAuthority(folder, clock=utc_now)
    return House(signer, authority, load_anchors(folder), b"", b"")


@dataclass
class Forger:
    """The members of a package, free to change; `build` makes it consistent as far as the attacker can."""

    members: dict[str, bytes]
    house: House
    edits: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)

    @classmethod
    def of(cls, house: House) -> Forger:
        return cls(members_of(house.package), house)

    def members_of(self, package: bytes) -> dict[str, bytes]:
        """What another package holds."""
        return members_of(package)

    def digests(self, content: bytes) -> dict[str, Any]:
        """Both digests of anything."""
        return digests(content)

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads(self.members["evidence/manifest.json"])  # type: ignore[no-any-return]

    def set_manifest(self, manifest: dict[str, Any]) -> None:
        self.members["evidence/manifest.json"] = canonical(manifest)

    def edit_manifest(self, change: Callable[[dict[str, Any]], None]) -> None:
        manifest = deepcopy(self.manifest)
        change(manifest)
        self.set_manifest(manifest)

    def rehash_manifest(self) -> None:
        """Make the manifest agree with the members as they are now."""

        def change(manifest: dict[str, Any]) -> None:
            for artefact in manifest["artefacts"]:
                if artefact["path"] in self.members:
                    artefact["digests"] = digests(self.members[artefact["path"]])

        self.edit_manifest(change)

    def rehash_datapackage(self, *, signature: str | None = None) -> None:
        """Make the data package agree; the old package signature stays unless another is given."""
        resources = {
            name: (len(content), hashlib.sha256(content).hexdigest())
            for name, content in self.members.items()
            if not name.startswith("datapackage")
        }
        self.members["datapackage.json"] = datapackage_bytes(self.manifest, resources)
        self.set_digest(signature=signature)

    def set_digest(self, *, signature: str | None = None) -> None:
        old = json.loads(self.members["datapackage-digest.json"])
        old["hash"] = "sha256:" + hashlib.sha256(self.members["datapackage.json"]).hexdigest()
        if signature is not None:
            old["wangjian_signature"] = signature
        self.members["datapackage-digest.json"] = canonical(old)

    def reindex(self) -> None:
        """Make the index agree with the WARC."""
        text, first = index_files(scan_warc([self.members["archive/data.warc.gz"]]))
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        compressed = packer.compress(text) + packer.flush()
        self.members["indexes/index.cdx.gz"] = compressed
        self.members["indexes/index.idx"] = index_of_index(compressed, first)

    def sign(self, signer: KeySigner, authority: LocalTimestampAuthority | None = None) -> None:
        """Everything signed anew: what somebody with these keys can do."""
        content = self.members["evidence/manifest.json"]
        self.members["evidence/manifest.sig"] = signer.sign(content)
        if authority is not None:
            self.members["evidence/timestamp-1.tsr"] = authority.stamp(hashlib.sha256(content).hexdigest())
        self.rehash_datapackage()
        sha256 = hashlib.sha256(self.members["datapackage.json"]).hexdigest()
        self.set_digest(signature=signer.sign(digest_statement(sha256)).hex())

    def sign_as_is(self) -> None:
        """The manifest's bytes whatever they are, signed and stamped; the package's own list as it was."""
        content = self.members["evidence/manifest.json"]
        self.members["evidence/manifest.sig"] = self.house.signer.sign(content)
        self.members["evidence/timestamp-1.tsr"] = self.house.authority.stamp(hashlib.sha256(content).hexdigest())

    def relist(self) -> None:
        """The lists of digests made right again."""
        for role, algorithm in (("sha256sums", "sha256"), ("sm3sums", "sm3")):
            self.members[f"evidence/{role}.txt"] = digest_list(self.manifest["artefacts"], algorithm)

    def relog(self, signer: KeySigner) -> None:
        """A log of one entry, this manifest, under a head signed now."""
        content = self.members["evidence/manifest.json"]
        found, at = digests(content), utc_now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        proof = json.loads(self.members["evidence/log-proof.json"])
        leaf = {"kind": "capture", "id": self.manifest["capture_id"], "at": at}
        leaf |= {"sha256": found["sha256"], "sm3": found["sm3"]}
        roots = [hashlib.new(name, b"\0" + canonical(leaf)).digest() for name in ("sha256", "sm3")]
        pem = signer.certificate_pem
        old, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
        point = Checkpoint(log_name(pem), 1, *roots, old.custody, at)
        text = checkpoint_text(point, signer.sign(point.body().encode()), pem)
        head = {"format": "wangjian-head/1", "checkpoint": text, "certificates": pem, "tokens": []}
        proof.update(leaf=leaf, position=0, head=head, inclusion={"sha256": [], "sm3": []}, earlier=None)
        self.members["evidence/log-proof.json"] = canonical(proof)

    def insider(self, *, relist: bool = True) -> bytes:
        """The package as somebody with the office's own keys would make it: only content can be wrong."""
        self.rehash_manifest()
        if relist:
            self.relist()
            self.rehash_manifest()
        self.relog(self.house.signer)
        self.sign(self.house.signer, self.house.authority)
        return self.box()

    def signed_by(self, signer: KeySigner) -> bytes:
        """The whole package under other keys, with the office's own time stamps."""
        self.members["evidence/certificates.pem"] = signer.certificate_pem.encode()
        self.rehash_manifest()
        self.relist()
        self.rehash_manifest()
        self.relog(signer)
        self.sign(signer, self.house.authority)
        return self.box()

    def rehashed(self) -> bytes:
        """The package as an outsider would make it: every digest right, the old signatures."""
        self.rehash_manifest()
        self.rehash_datapackage()
        return self.box()

    def box(self) -> bytes:
        out = io.BytesIO()
        render_box(out, {name: (lambda c=content: chunks_of(c)) for name, content in self.members.items()})
        return out.getvalue()


def members_of(package: bytes) -> dict[str, bytes]:
    box = Box(io.BytesIO(package), len(package))
    return {name: b"".join(box.chunks(name)) for name in box.members}


def digests(content: bytes) -> dict[str, Any]:
    return {
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sm3": hashlib.new("sm3", content).hexdigest(),
    }


@pytest.fixture
def forger(house: House) -> Forger:
    return Forger.of(house)


@pytest.fixture
def package_path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "package.wacz"
