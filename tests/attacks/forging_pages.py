"""Page proofs (`wangjian-page/1`) taken apart and put together again, and a log of seven entries to prove them by."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import stored_around, stored_bytes
from crawlers.archive.writer import Archived, Exchanged, RunArchive, RunFacts
from evidence.authority import LocalTimestampAuthority
from evidence.package import chunks_of, index_members
from evidence.page_proof import KeptPage, write_page_proof
from evidence.signing import KeySigner
from evidence.standalone.verify import (
    PAGE_CONTEXT,
    Checkpoint,
    canonical,
    checkpoint_text,
    datapackage_bytes,
    digest_statement,
    log_name,
    pages_bytes,
    read_checkpoint,
    render_box,
)
from evidence.transparency import Head, LogMeans, keep_head, log_means, log_proof, read_head
from records.digests import digests_of
from records.evidence_log import LeafKind, LogLeaf
from tests.attacks.certifying import certify
from tests.attacks.conftest import digests, members_of
from tests.attacks.making import Office, utc_now

WARC, PROOF, MANIFEST = "archive/data.warc.gz", "evidence/log-proof.json", "evidence/manifest.json"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n<h1>a\r\n6\n</h1>b\r\n0\r\n\r\n"
"""In pieces, one with an extension, one after a bare line feed: bytes as servers send them."""
BODY = "<h1>压片糖果 治疗糖尿病</h1>".encode() * 80
NAMES = ("plain", "again", "drawn", "other", "chunked")

Forge = Callable[["PageForger"], bytes]
PAGE_FORGERIES: dict[str, tuple[str, str, Forge]] = {}


def page_forgery(check_id: str, words: str) -> Callable[[Forge], Forge]:
    """Register a forgery; `check_id` must fail, and say these words."""

    def keep(forge: Forge) -> Forge:
        assert forge.__name__ not in PAGE_FORGERIES
        PAGE_FORGERIES[forge.__name__] = (check_id, words, forge)
        return forge

    return keep


@dataclass
class Town:
    """An office with surveyed pages in its log, a stranger with keys of the same names, an older root of the office,
    and proofs by page."""

    office: Office
    stranger: Office
    old_root: tuple[Any, x509.Certificate]
    anchors_pem: str
    means: LogMeans
    heads: tuple[Head, Head]
    proofs: dict[str, dict[str, bytes]]

    @classmethod
    def found(cls, folder: Path) -> Town:
        office, stranger = Office.open(folder / "office"), Office.open(folder / "stranger")
        means = log_means(office.means)
        pages = {name: _kept(folder, place, name) for name, place in _surveyed(folder).items()}
        heads = []
        for part in (("plain", "again"), ("drawn", "other", "chunked")):
            for name in part:
                digest = digests_of(pages[name].record)
                _enter(means, name, digest.sha256, digest.sm3)
                _enter(means, f"beside-{name}", "a" * 64, "b" * 64)
            heads.append(read_head(means.blobs.get(keep_head(means).head_sha256)))
        proofs = {name: _proved(folder / f"{name}.zip", page, means) for name, page in pages.items()}
        old_root = certify(issuer=None, issuer_key=None, ca=True)
        anchors_pem = office.anchors_pem + old_root[1].public_bytes(serialization.Encoding.PEM).decode()
        return cls(office, stranger, old_root, anchors_pem, means, (heads[0], heads[1]), proofs)


def _enter(means: LogMeans, page_id: str, sha256: str, sm3: str) -> None:
    means.log.append((LogLeaf(kind=LeafKind.PAGE, id=page_id, sha256=sha256, sm3=sm3, at=means.clock()),))


def _surveyed(folder: Path) -> dict[str, Archived]:
    facts = RunFacts(run_id="run-1", target="t", seeds=(), robots="obey", user_agent="x", contact="", software="x")
    archive = RunArchive(FolderFiles(folder / "archive"), facts, started_at=utc_now())
    made: dict[str, Archived] = {}
    for name, body in (("plain", BODY), ("again", BODY), ("other", BODY.replace("糖尿病".encode(), b"x"))):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        asked = b"GET / HTTP/1.1\r\nHost: shop.cn\r\n\r\n"
        at = utc_now()
        kept = archive.keep(Exchanged(url=_url(name), started_at=at, request=asked, response=answer, address="1.2.3.4"))
        assert kept is not None
        made[name] = kept
    url, at, asked = _url("chunked"), utc_now(), b"GET / HTTP/1.1\r\nHost: shop.cn\r\n\r\n"
    chunked = archive.keep(Exchanged(url=url, started_at=at, request=asked, response=CHUNKED, address="1.2.3.4"))
    assert chunked is not None
    made["chunked"] = chunked
    made["drawn"] = archive.keep_rendered(_url("drawn"), BODY, at=utc_now(), main=made["plain"])
    archive.close()
    return {name: made[name] for name in NAMES}


def _url(name: str) -> str:
    return f"http://shop.cn/{name}?id=1"


def _kept(folder: Path, archived: Archived, name: str) -> KeptPage:
    record = stored_bytes(FolderFiles(folder / "archive"), archived.place)
    return KeptPage(
        page_id=name,
        run_id="run-1",
        url=_url(name),
        kept_at=_field(record, "WARC-Date"),
        record=record,
        context=stored_around(FolderFiles(folder / "archive"), archived.place),
    )


def _field(record: bytes, name: str) -> str:
    line = next(line for line in gzip.decompress(record).split(b"\r\n") if line.startswith(name.encode() + b":"))
    return line.split(b": ")[1].decode()


def _proved(path: Path, page: KeptPage, means: LogMeans) -> dict[str, bytes]:
    write_page_proof(path, page, means, operator="张三")
    return members_of(path.read_bytes())


@dataclass
class PageForger:
    """The members of a page proof, free to change. Its log proof has an earlier head too, so that this can be forged."""

    town: Town
    members: dict[str, bytes]

    @classmethod
    def of(cls, town: Town, name: str = "drawn") -> PageForger:
        made = cls(town, copy.deepcopy(town.proofs[name]))
        log, (first, second) = town.means.log, town.heads
        placed = log.find(LeafKind.PAGE, name)
        assert placed is not None
        proof = json.loads(log_proof(town.means, placed, second))
        nodes = log.consistency(first.point.size, second.point.size)
        paths = {"sha256": [node.sha256.hex() for node in nodes], "sm3": [node.sm3.hex() for node in nodes]}
        proof["earlier"] = {"head": first.document(), "consistency": paths}
        made.members[PROOF] = canonical(proof)
        return made

    @property
    def signer(self) -> Any:
        return self.town.office.signer

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads(self.members[MANIFEST])  # type: ignore[no-any-return]

    @property
    def proof(self) -> dict[str, Any]:
        return json.loads(self.members[PROOF])  # type: ignore[no-any-return]

    def edit_manifest(self, **changes: Any) -> None:
        self.members[MANIFEST] = canonical({**self.manifest, **changes})

    def edit_proof(self, change: Callable[[dict[str, Any]], object]) -> bytes:
        """The proof with a change in it, in a package signed by the office."""
        proof = self.proof
        change(proof)
        self.members[PROOF] = canonical(proof)
        return self.insider()

    def head(self, *, signer: Any = None, stamped: bool = True, which: str = "head", **changes: Any) -> bytes:
        """The head with other facts in it, signed and stamped anew."""
        signer, proof = signer or self.signer, self.proof
        place = proof if which == "head" else proof["earlier"]
        point, _ = read_checkpoint(place["head"]["checkpoint"], place["head"]["certificates"])
        point.name = log_name(signer.certificate_pem)
        for name, value in changes.items():
            setattr(point, name, value)
        place["head"] = self.head_of(point, signer, stamped=stamped)
        return self.edit_proof(lambda found: found.update(proof))

    def head_of(self, point: Checkpoint, signer: Any, *, stamped: bool = True) -> dict[str, Any]:
        text = checkpoint_text(point, signer.sign(point.body().encode()), signer.certificate_pem)
        tokens = [self.stamp(text.encode())] if stamped else []
        return {
            "format": "wangjian-head/1",
            "checkpoint": text,
            "certificates": signer.certificate_pem,
            "tokens": tokens,
        }

    def stamp(self, content: bytes, authority: LocalTimestampAuthority | None = None) -> str:
        answer = (authority or self.town.office.authority).stamp(hashlib.sha256(content).hexdigest())
        return base64.b64encode(answer).decode()

    def relog(self, *, at: datetime | None = None, leaf_prefix: bytes = b"\0") -> None:
        """A log of one entry, this record, under a head signed and stamped now: what the office itself could make up."""
        found, moment = digests(self.members[WARC]), (at or utc_now()).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        leaf = {"kind": "page", "id": self.manifest["capture_id"], "at": moment}
        leaf |= {"sha256": found["sha256"], "sm3": found["sm3"]}
        roots = [hashlib.new(name, leaf_prefix + canonical(leaf)).digest() for name in ("sha256", "sm3")]
        point = Checkpoint(log_name(self.signer.certificate_pem), 1, *roots, (0, ""), moment)
        self.members[PROOF] = canonical(
            {
                "format": "wangjian-log-proof/1",
                "leaf": leaf,
                "position": 0,
                "head": self.head_of(point, self.signer),
                "inclusion": {"sha256": [], "sm3": []},
                "earlier": None,
            }
        )

    def rewarc(self, change: Callable[[bytes], bytes], *, name: str = WARC) -> None:
        """Records with their bytes changed, each one's own block digest and length made right again."""
        packed, made = self.members[name], b""
        for record in records_of(packed):
            head, _, rest = change(record).partition(b"\r\n\r\n")
            block = rest[:-4]
            lines = [line for line in head.split(b"\r\n") if not line.startswith((b"WARC-Block-D", b"Content-Length"))]
            lines.append(b"WARC-Block-Digest: sha256:" + hashlib.sha256(block).hexdigest().encode())
            lines.append(b"Content-Length: %d" % len(block))
            made += gzip.compress(b"\r\n".join(lines) + b"\r\n\r\n" + rest)
        self.members[name] = made

    def insider(self, signer: Any = None) -> bytes:
        """The package as somebody with the office's own keys would make it."""
        signer = signer or self.signer
        index, of_index = index_members(self.members[WARC])
        self.members["indexes/index.cdx.gz"], self.members["indexes/index.idx"] = index, of_index
        self.members["pages/pages.jsonl"] = pages_bytes(self.manifest)
        self._rehash()
        self.members["evidence/manifest.sig"] = signer.sign(self.members[MANIFEST])
        self._datapackage(signer)
        return self.box()

    def outsider(self) -> bytes:
        """Every digest right, the old signatures."""
        self._rehash()
        self._datapackage(None)
        return self.box()

    def box(self) -> bytes:
        out = io.BytesIO()
        render_box(out, {name: (lambda c=content: chunks_of(c)) for name, content in self.members.items()})
        return out.getvalue()

    def _rehash(self) -> None:
        listed = [a for a in self.manifest["artefacts"] if a["path"] in self.members]
        if PAGE_CONTEXT in self.members and all(a["path"] != PAGE_CONTEXT for a in listed):
            listed.append({**listed[0], "path": PAGE_CONTEXT, "role": "context"})
        self.edit_manifest(artefacts=[{**a, "digests": digests(self.members[a["path"]])} for a in listed])

    def _datapackage(self, signer: Any) -> None:
        told = {
            name: (len(content), hashlib.sha256(content).hexdigest())
            for name, content in self.members.items()
            if not name.startswith("datapackage")
        }
        self.members["datapackage.json"] = datapackage_bytes(self.manifest, told)
        sha256 = hashlib.sha256(self.members["datapackage.json"]).hexdigest()
        old = json.loads(self.members["datapackage-digest.json"])
        signed = signer.sign(digest_statement(sha256)).hex() if signer else old["wangjian_signature"]
        self.members["datapackage-digest.json"] = canonical(
            {**old, "hash": f"sha256:{sha256}", "wangjian_signature": signed}
        )


def records_of(packed: bytes) -> list[bytes]:
    """Every record of a WARC, unpacked."""
    return [b"WARC/1.1\r\n" + each for each in gzip.decompress(packed).split(b"WARC/1.1\r\n")[1:]]


def at_another_time(authority: LocalTimestampAuthority, away: timedelta) -> LocalTimestampAuthority:
    """The same authority with its clock set wrong."""
    wrong = copy.copy(authority)
    wrong._clock = lambda: utc_now() + away
    return wrong


def with_key_of(signer: KeySigner, other: KeySigner) -> KeySigner:
    """The certificate of the one over the key of the other."""
    return KeySigner(replace(signer._pair, key=other._pair.key))
