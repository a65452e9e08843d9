"""A real package of received files, and a forger who holds the office's own keys when he needs them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.authority import LocalTimestampAuthority
from evidence.signing import KeySigner, open_signer
from evidence.standalone.verify import UPLOAD_FILES, Checkpoint, canonical, checkpoint_text, log_name, read_checkpoint
from evidence.trust import load_anchors
from evidence.uploads.intake import file_at
from evidence.uploads.means import UploadMeans
from evidence.uploads.receiving import receive
from records.leads import Officer
from records.uploads import Receipt, UploadRequest
from stores.backends import open_blobs, open_records
from tests.attacks.conftest import Forger, House, digests, members_of
from tests.attacks.making import utc_now
from tests.evidence.uploads.samples import photo, zipped

CUSTODY = "evidence/custody.jsonl"
UploadForge = Callable[[Any, Any], bytes]
UPLOAD_FORGERIES: dict[str, tuple[str, str, UploadForge]] = {}


def upload_forgery(check_id: str, reason: str) -> Callable[[UploadForge], UploadForge]:
    """Register a forgery; that check must fail, and say this."""

    def keep(forge: UploadForge) -> UploadForge:
        assert forge.__name__ not in UPLOAD_FORGERIES
        UPLOAD_FORGERIES[forge.__name__] = (check_id, reason, forge)
        return forge

    return keep


def make_house(folder: Path, *, officers: int = 2) -> House:
    """An office and two packages it received: the first of two officers, the second of one."""
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    signer = open_signer(folder / "keys", organisation="测试局", clock=utc_now)
    authority = LocalTimestampAuthority(folder / "keys", clock=utc_now)
    means = UploadMeans(
        blobs=open_blobs(f"file:///{folder}/blobs"),
        evidence=records.evidence,
        log=records.evidence_log,
        signer=signer,
        authorities=(authority,),
        anchors_pem=load_anchors(folder / "keys"),
        clock=utc_now,
    )
    made = []
    for number, content in ((officers, photo()), (1, photo(with_place=False))):
        (folder / "照片.jpg").write_bytes(content)
        (folder / "聊天.zip").write_bytes(zipped({"记录.txt": f"第{number}次".encode()}))
        staff = tuple(Officer(name=f"执法{n}", card_no=f"浙A{n}") for n in range(number))
        receipt = Receipt(source="当事人微信聊天记录", obtained_at=utc_now(), handed_by="李某", officers=staff)
        files = (file_at(folder / "照片.jpg"), file_at(folder / "聊天.zip"))
        capture = receive(UploadRequest(files=files, receipt=receipt, operator="张三"), means)
        made.append(means.blobs.get(capture.package.sha256))
    records.close()
    return House(signer, authority, load_anchors(folder / "keys"), made[0], made[1])


@dataclass
class UploadForger(Forger):
    """As `Forger`, for received files."""

    edits: list[Any] = field(default_factory=list)

    def edit_files(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        """Change what was noted of the files."""
        told = json.loads(self.members[UPLOAD_FILES])
        change(told["files"])
        self.members[UPLOAD_FILES] = canonical(told)

    def replace_original(self, path: str, content: bytes) -> None:
        """Put other bytes in, and everything that is noted of them right."""
        self.members[path] = content
        self.edit_files(lambda files: [one.update(digests=digests(content)) for one in files if one["path"] == path])

    def drop(self, path: str) -> None:
        """Take a file out of the package and of the list of its members."""
        del self.members[path]
        self.edit_manifest(lambda m: m.update(artefacts=[a for a in m["artefacts"] if a["path"] != path]))

    def recustody(self) -> None:
        """The chain made anew over what was received, by who holds the database."""
        events = [json.loads(line) for line in self.members[CUSTODY].splitlines()]
        previous: dict[str, Any] = {}
        for event in events:
            if event["action"] == "接收":
                event["subject_sha256"] = hashlib.sha256(self.members[UPLOAD_FILES]).hexdigest()
            if previous:
                event["previous_sha256"], event["previous_sm3"] = previous["event_sha256"], previous["event_sm3"]
            body = canonical({key: value for key, value in event.items() if key not in ("event_sha256", "event_sm3")})
            event["event_sha256"], event["event_sm3"] = (
                hashlib.new(name, body).hexdigest() for name in ("sha256", "sm3")
            )
            previous = event
        self.members[CUSTODY] = b"".join(canonical(event) + b"\n" for event in events)
        self.edit_manifest(lambda m: m.update(custody_head_sha256=previous["event_sha256"]))

    def relog(self, signer: KeySigner, *, kind: str = "upload") -> None:
        """A log of one entry, this manifest, under a head signed now that knows the chain's end."""
        found, at = digests(self.members["evidence/manifest.json"]), utc_now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        proof = json.loads(self.members["evidence/log-proof.json"])
        leaf = {"kind": kind, "id": self.manifest["capture_id"], "at": at}
        leaf |= {"sha256": found["sha256"], "sm3": found["sm3"]}
        roots = [hashlib.new(name, b"\0" + canonical(leaf)).digest() for name in ("sha256", "sm3")]
        last = json.loads(self.members[CUSTODY].splitlines()[-1] or b"{}") if self.members[CUSTODY].strip() else {}
        old, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
        custody = (last["sequence"], last["event_sha256"]) if last else old.custody
        pem = signer.certificate_pem
        point = Checkpoint(log_name(pem), 1, *roots, custody, at)
        head = {"format": "wangjian-head/1", "checkpoint": "", "certificates": pem, "tokens": []}
        head["checkpoint"] = checkpoint_text(point, signer.sign(point.body().encode()), pem)
        proof.update(leaf=leaf, position=0, head=head, inclusion={"sha256": [], "sm3": []}, earlier=None)
        self.members["evidence/log-proof.json"] = canonical(proof)

    def insider(self, *, relist: bool = True, recustody: bool = True) -> bytes:
        """The package as somebody with the office's own keys and database would make it: only content can be wrong."""
        if recustody:
            self.recustody()
        return super().insider(relist=relist)

    @property
    def other(self) -> dict[str, bytes]:
        """What the office's second package holds."""
        return members_of(self.house.other)
