"""Every way the verifier has of saying no or 未核 that no named forgery reaches: shapes, sizes, missing means, words."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from evidence.keys import KeyPair
from evidence.renewal import renew_package
from evidence.signing import KeySigner
from evidence.standalone import verify as standalone
from evidence.standalone.verify import (
    Box,
    OpensslTrust,
    RefusedError,
    UncheckedError,
    WarcRecord,
    canonical,
    check_consistency,
    examine,
    inclusion_root,
    index_files,
    main,
    read_checkpoint,
)
from evidence.transparency import log_means
from evidence.verify import LibraryTrust
from tests.attacks.certifying import certify
from tests.attacks.conftest import Forger, House
from tests.attacks.forgeries_by_insiders import MANIFEST, _add
from tests.attacks.forging import WARC, edit_json, warc_record
from tests.attacks.making import Office, Shape, make_package, utc_now

Edit = Callable[[Any], bytes]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.open(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def house(office: Office, tmp_path_factory: pytest.TempPathFactory) -> House:
    path = tmp_path_factory.mktemp("made") / "package.wacz"
    make_package(path, Shape(), office)
    renew_package(path, path.with_name("renewed.wacz"), log_means(office.means))
    renewed = path.with_name("renewed.wacz").read_bytes()
    return House(office.signer, office.authority, office.anchors_pem, path.read_bytes(), renewed)


def _steps(package: bytes, folder: Path, trust: Any) -> dict[str, tuple[str, str]]:
    (folder / "package.wacz").write_bytes(package)
    outcome = examine(str(folder / "package.wacz"), trust, utc_now())
    return {step.check_id: (step.result, step.detail) for step in outcome.steps}


def _manifest(**changes: Any) -> Edit:
    def edit(f: Any) -> bytes:
        f.edit_manifest(lambda m: m.update(changes))
        return f.insider()  # type: ignore[no-any-return]

    return edit


def _artefact_with_a_remark(f: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(note="x"))
    return f.insider()  # type: ignore[no-any-return]


def _number_beyond_what_is_exact(f: Any) -> bytes:
    f.members[MANIFEST] = f.members[MANIFEST].replace(b'"missing":[]', b'"missing":[9007199254740993]', 1)
    f.sign_as_is()
    return f.box()  # type: ignore[no-any-return]


def _added(path: str, role: str, content: Callable[[Any], bytes], **changes: Any) -> Edit:
    def edit(f: Any) -> bytes:
        _add(f, path, role, content(f))
        f.edit_manifest(lambda m: m.update(changes))
        return f.insider()  # type: ignore[no-any-return]

    return edit


def _context(f: Any) -> bytes:
    told = f.manifest
    lead = {"lead_id": "lead_of_another"}
    fields = {"capture_id": told["capture_id"], "lead_id": told["lead_id"], "lead": lead}
    return canonical({"format": "wangjian-context/1", **fields})


def _graph(sha256: Callable[[Any], str]) -> Callable[[Any], bytes]:
    def content(f: Any) -> bytes:
        value = {"uco-types:hashValue": {"@value": sha256(f)}}
        facet = [{"uco-observable:filePath": "evidence/page.pdf"}, {"uco-observable:hash": value}]
        graph = [{"@type": "other"}, {"@type": "uco-observable:File", "uco-core:hasFacet": facet}]
        return canonical({"@graph": graph})

    return content


def _clicked(_: Any) -> bytes:
    return canonical({"wanted": "text=营业执照", "outcome": "failed"}) + b"\n"


def _policy_with_clicks(f: Any) -> bytes:
    policy = {**f.manifest["policy"], "clicks": ["text=营业执照"]}
    return _added("evidence/clicks.jsonl", "clicks", _clicked, policy=policy)(f)


def _warc(change: Callable[[bytes], bytes]) -> Edit:
    def edit(f: Any) -> bytes:
        f.members[WARC] = change(f.members[WARC])
        return f.rehashed()  # type: ignore[no-any-return]

    return edit


def _body_under_the_old_digest(packed: bytes) -> bytes:
    parts = gzip.decompress(packed).split(b"WARC/1.1\r\n")[1:]
    return b"".join(gzip.compress(b"WARC/1.1\r\n" + part.replace(b"Host: shop", b"Host: ship")) for part in parts)


def _endless_head(packed: bytes) -> bytes:
    return packed + warc_record("response", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600_000, WARC_Target_URI="http://a/")


def _head(change: Callable[[dict[str, Any]], object]) -> Edit:
    def edit(f: Any) -> bytes:
        edit_json(f, "evidence/log-proof.json", lambda proof: change(proof["head"]))
        f.sign(f.house.signer)
        return f.box()  # type: ignore[no-any-return]

    return edit


def _foreign_name(f: Any) -> bytes:
    return f.house.package.replace(b"evidence/page.txt", b"evidence/p\xe4ge.txt")  # type: ignore[no-any-return]


EDGES: dict[str, tuple[str, str, Edit]] = {
    "missing that is no list": ("manifest", "类型不对", _manifest(missing="x")),
    "half a step": ("manifest", "跳转链有误", _manifest(navigation=[["200", "http://a/"]])),
    "no environment": ("manifest", "没有取证环境", _manifest(environment={"software": ""})),
    "no place in the chain": ("manifest", "没有保管链的位置", _manifest(custody_head_sha256="x")),
    "no policy": ("manifest", "固证要求与规定不符", _manifest(policy={})),
    "remark on a file": ("manifest", "文件条目的字段", _artefact_with_a_remark),
    "inexact number": ("manifest", "不允许的数值", _number_beyond_what_is_exact),
    "endless context": (
        "agreement", "过大", _added("evidence/context.json", "lead-context", lambda _: b'"' + b"x" * 3_000_000 + b'"'),
    ),
    "lead of another": ("agreement", "不是清单所记的线索", _added("evidence/context.json", "lead-context", _context)),
    "graph of another": ("agreement", "case.jsonld", _added("evidence/case.jsonld", "case", _graph(lambda _: "00"))),
    "click that failed": ("state", "点击展示", _policy_with_clicks),
    "old digest": ("warc", "与其校验值不符", _warc(_body_under_the_old_digest)),
    "older format": ("warc", "不是 WARC/1.1", _warc(lambda packed: packed + gzip.compress(b"WARC/1.0\r\n\r\n\r\n\r\n"))),
    "head without an end": ("warc", "多于往来清单", _warc(_endless_head)),
    "token in loose base64": ("log", "写法有误", _head(lambda head: head.update(tokens=["QUJDRB=="]))),
    "head without certificates": ("log", "无法读取", _head(lambda head: head.update(certificates=""))),
    "head under rubbish": (
        "log", "无法读取",
        _head(lambda head: head.update(certificates="-----BEGIN CERTIFICATE-----!-----END CERTIFICATE-----")),
    ),
    "foreign name": ("container", "不允许的字符", _foreign_name),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_edge_is_refused_in_its_words(name: str, house: House, tmp_path: Path) -> None:
    check_id, words, edit = EDGES[name]
    result, detail = _steps(edit(Forger.of(house)), tmp_path, LibraryTrust(house.anchors_pem))[check_id]
    assert result == "failed"
    assert words in detail


def test_what_agrees_is_no_edge(house: House, tmp_path: Path) -> None:
    """A graph with the right digest, and a document too large to be compared, which is said."""
    forger = Forger.of(house)
    sha256 = next(a["digests"]["sha256"] for a in forger.manifest["artefacts"] if a["path"] == "evidence/page.pdf")
    forger.members["evidence/page.html"] = b" " * 9_000_000
    package = _added("evidence/case.jsonld", "case", _graph(lambda _: sha256))(forger)
    result, detail = _steps(package, tmp_path, LibraryTrust(house.anchors_pem))["agreement"]
    assert result == "passed"
    assert "CASE/UCO" in detail
    assert "页面代码过大" in detail


def test_without_sm3_it_is_unchecked_and_said(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose OpenSSL was built without SM3: nothing fails, and nothing that rests on it is called passed."""
    new = hashlib.new

    def without(name: str, *content: Any, **named: Any) -> Any:
        if name == "sm3":
            raise ValueError(name)
        return new(name, *content, **named)

    trust = LibraryTrust(house.anchors_pem)
    monkeypatch.setattr(hashlib, "new", without)
    steps = _steps(house.other, tmp_path, trust)
    assert {check_id for check_id, (result, _) in steps.items() if result == "unchecked"} == {
        "digests",
        "log",
        "renewal",
    }
    assert all(result != "failed" for result, _ in steps.values()), steps
    assert all("SM3" in detail for result, detail in steps.values() if result == "unchecked")


def test_without_openssl_it_is_unchecked_and_said(house: House, tmp_path: Path) -> None:
    trust = OpensslTrust(house.anchors_pem)
    trust.command = None
    steps = _steps(house.package, tmp_path, trust)
    unchecked = {
        check_id for check_id, (result, detail) in steps.items() if result == "unchecked" and "openssl" in detail
    }
    assert {"signature", "package-signature", "timestamp", "log"} <= unchecked
    trust.command = "/bin/true"
    with pytest.raises(UncheckedError, match="国密"):
        trust.sm2_signature(b"x", b"x", house.signer.certificate_pem.encode(), at="2026-11-20T00:00:00Z")


def test_sm2_certificate_for_something_else_is_refused(tmp_path: Path) -> None:
    """Made by the command itself: of no use for documents, though the signature is right."""
    (tmp_path / "content").write_bytes(b"content")
    (tmp_path / "conf").write_text("[req]\ndistinguished_name=dn\n[dn]\n")
    identity = ("-sigopt", "distid:1234567812345678")
    for words in (
        ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "key"),
        ("req", "-x509", "-new", "-key", "key", "-sm3", *identity, "-subj", "/CN=x", "-config", "conf", "-out", "pem"),
        ("dgst", "-sm3", "-sign", "key", *identity, "-out", "signature", "content"),
    ):
        done = standalone._Openssl(str(shutil.which("openssl")), str(tmp_path))(*words)
        if done.returncode:
            pytest.skip("this openssl has no SM2")
    signature, certificate = (tmp_path / "signature").read_bytes(), (tmp_path / "pem").read_bytes()
    with pytest.raises(RefusedError, match="用途不是文书签名"):
        OpensslTrust("").sm2_signature(b"content", signature, certificate, at="2026-11-20T00:00:00Z")


def test_package_without_text_and_with_an_empty_context_agrees(office: Office, tmp_path: Path) -> None:
    make_package(tmp_path / "made.wacz", Shape(left_out=("text",)), office)
    forger = Forger.of(
        House(office.signer, office.authority, office.anchors_pem, (tmp_path / "made.wacz").read_bytes(), b"")
    )
    told = forger.manifest
    fields = {"capture_id": told["capture_id"], "lead_id": told["lead_id"], "lead": None}
    context = canonical({"format": "wangjian-context/1", **fields})
    package = _added("evidence/context.json", "lead-context", lambda _: context)(forger)
    result, detail = _steps(package, tmp_path, LibraryTrust(office.anchors_pem))["agreement"]
    assert result == "passed"
    assert "线索与比对" in detail
    assert "可见文字" not in detail


def test_command_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standalone, "_OPENSSL_SECONDS", 0.01)
    with pytest.raises(RefusedError, match="没有读完"):
        standalone._Openssl("/bin/sleep", str(tmp_path))("9")


def test_rsa_signature_is_checked_by_the_command() -> None:
    root_key, root = certify(issuer=None, issuer_key=None, ca=True)
    key, leaf = certify(issuer=root, issuer_key=root_key, key=rsa.generate_private_key(65537, 2048))
    signer = KeySigner(KeyPair(key=key, certificates=(leaf, root)))
    pem = KeyPair(key=root_key, certificates=(root,)).pem
    at = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    trust, signature = OpensslTrust(pem), signer.sign(b"content")
    assert "网鉴证据签名" in trust.signature(b"content", signature, signer.certificate_pem.encode(), at)
    with pytest.raises(RefusedError, match="签名与内容不符"):
        trust.signature(b"other", signature, signer.certificate_pem.encode(), at)


def test_file_that_shrinks_while_it_is_read_is_refused(house: House) -> None:
    file = io.BytesIO(house.package)
    box = Box(file, len(house.package))
    file.truncate(box.members[WARC].start + 5)
    with pytest.raises(RefusedError, match="被截断"):
        box.read(WARC)


def test_addresses_that_are_no_web_pages_have_a_key_too() -> None:
    headers = {"warc-type": "response", "warc-target-uri": "DNS:Shop.cn", "warc-date": "2026-11-20T00:00:00Z"}
    text, first = index_files([WarcRecord(0, 9, headers, "", "", "200", "text/dns")])
    assert text.startswith(b"dns:shop.cn 20261120000000 ")
    assert first == b"dns:shop.cn 20261120000000"


def test_bytes_of_no_encoding_are_called_bytes() -> None:
    assert standalone._text_type(b"\xff\xff\xff\xff") == "application/octet-stream"
    assert standalone._text_type("网鉴".encode("gb18030")) == "text/plain"


def test_proofs_hold_for_every_size_and_only_there() -> None:
    """Trees of up to twenty leaves by the definition of RFC 9162, every inclusion and consistency proof of them."""
    leaves = [bytes([number]) for number in range(20)]
    roots = [_root(leaves[:size]) for size in range(21)]
    for size in range(1, 21):
        for place in range(size):
            path = _path(place, leaves[:size])
            assert inclusion_root("sha256", leaves[place], place, size, path) == roots[size]
        for older in range(1, size + 1):
            nodes = _consistency(older, leaves[:size], whole=True)
            check_consistency("sha256", (older, roots[older]), (size, roots[size]), nodes)
            for wrong in ([*nodes, bytes(32)], nodes[:-1]) if nodes else ([bytes(32)],):
                with pytest.raises(RefusedError):
                    check_consistency("sha256", (older, roots[older]), (size, roots[size]), wrong)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    at = _split(len(leaves))
    return _node(_root(leaves[:at]), _root(leaves[at:]))


def _path(place: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if place < at:
        return [*_path(place, leaves[:at]), _root(leaves[at:])]
    return [*_path(place - at, leaves[at:]), _root(leaves[:at])]


def _consistency(older: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if older == len(leaves):
        return [] if whole else [_root(leaves)]
    at = _split(len(leaves))
    if older <= at:
        return [*_consistency(older, leaves[:at], whole=whole), _root(leaves[at:])]
    return [*_consistency(older - at, leaves[at:], whole=False), _root(leaves[:at])]


def test_head_of_the_same_size_and_root_is_consistent(house: House, tmp_path: Path) -> None:
    forger = Forger.of(house)
    proof = json.loads(forger.members["evidence/log-proof.json"])
    earlier = {"head": proof["head"], "consistency": {"sha256": [], "sm3": []}}
    edit_json(forger, "evidence/log-proof.json", lambda told: told.update(earlier=earlier))
    forger.sign(forger.house.signer)
    assert _steps(forger.box(), tmp_path, LibraryTrust(house.anchors_pem))["log"][0] == "passed"
    with pytest.raises(RefusedError, match="过长"):
        read_checkpoint("x" * 9000, proof["head"]["certificates"])


def test_stamp_added_late_is_said_with_how_late(house: House, office: Office, tmp_path: Path) -> None:
    forger = Forger.of(house)
    then = (utc_now() - timedelta(minutes=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    forger.edit_manifest(lambda m: m.update(started_at=then, finished_at=then))
    result, detail = _steps(forger.insider(), tmp_path, LibraryTrust(house.anchors_pem))["timestamp"]
    assert result == "passed"
    assert "补加于固证结束 0:09" in detail


def test_command_says_everything_in_words_and_codes(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package, broken, anchors = tmp_path / "p.wacz", tmp_path / "b.wacz", tmp_path / "anchors.pem"
    package.write_bytes(house.package)
    broken.write_bytes(house.package[:-1])
    anchors.write_text(house.anchors_pem)
    assert main([str(package), "--anchors", str(anchors)]) == 0
    assert "结论：全部通过" in capsys.readouterr().out
    assert main([str(package)]) == 2
    assert "不能认定有效" in capsys.readouterr().out
    assert main([str(broken), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["valid"], told["capture_id"], told["checks"][0]["result"]) == (False, "", "failed")
    assert main([str(broken)]) == 1
    assert "结论：不通过" in capsys.readouterr().out
    assert main([str(tmp_path / "none.wacz")]) == 2
    assert "无法读取" in capsys.readouterr().err
    anchors.write_bytes(base64.b64decode("/////w=="))
    assert main([str(package), "--anchors", str(anchors)]) == 2
