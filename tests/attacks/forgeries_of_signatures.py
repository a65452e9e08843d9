"""Signatures, time stamps and custody taken away, swapped, and made by others."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from evidence.keys import KeyPair
from evidence.signing import KeySigner
from tests.attacks.forging import forgery

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve of our keys, P-256."""


@forgery("members")
def manifest_signature_dropped(f: Any, _: Any) -> bytes:
    del f.members["evidence/manifest.sig"]
    f.rehash_datapackage()
    return f.box()


@forgery("signature")
def manifest_signature_emptied(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.sig"] = b""
    return f.rehashed()


@forgery("signature")
def signature_of_another_package(f: Any, _: Any) -> bytes:
    from_other = type(f)(f.members_of(f.house.other), f.house)
    f.members["evidence/manifest.sig"] = from_other.members["evidence/manifest.sig"]
    return f.rehashed()


@forgery("signature")
def twin_of_the_signature(f: Any, _: Any) -> bytes:
    r, s = decode_dss_signature(f.members["evidence/manifest.sig"])
    f.members["evidence/manifest.sig"] = encode_dss_signature(r, ORDER - s)
    f.rehash_datapackage()
    return f.box()


@forgery("package-signature")
def twin_of_the_package_signature(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage-digest.json"])
    r, s = decode_dss_signature(bytes.fromhex(found["wangjian_signature"]))
    f.set_digest(signature=encode_dss_signature(r, ORDER - s).hex())
    return f.box()


@forgery("package-signature")
def package_signature_in_capitals(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage-digest.json"])
    f.set_digest(signature=found["wangjian_signature"].upper())
    return f.box()


@forgery("signature")
def all_signed_anew_by_a_stranger(f: Any, stranger: Any) -> bytes:
    f.members["evidence/certificates.pem"] = stranger.signer.certificate_pem.encode()
    f.rehash_manifest()
    f.sign(stranger.signer, stranger.authority)
    return f.box()


@forgery("signature")
def stranger_leaf_under_our_root_certificate(f: Any, stranger: Any) -> bytes:
    theirs = stranger.signer.certificate_pem.split("-----END CERTIFICATE-----\n")[0] + "-----END CERTIFICATE-----\n"
    ours = f.house.signer.certificate_pem.split("-----END CERTIFICATE-----\n")[1] + "-----END CERTIFICATE-----\n"
    f.members["evidence/certificates.pem"] = (theirs + ours).encode()
    f.rehash_manifest()
    f.sign(stranger.signer, f.house.authority)
    return f.box()


@forgery("signature")
def signed_with_the_time_stamp_key(f: Any, _: Any) -> bytes:
    authority = f.house.authority
    chain = [pem.armor("CERTIFICATE", found.dump()) for found in authority._certificates]
    f.members["evidence/certificates.pem"] = b"".join(chain)
    f.rehash_manifest()
    f.sign(_with_key(f.house.signer, authority._key), authority)
    return f.box()


@forgery("signature")
def certificates_replaced_by_rubbish(f: Any, _: Any) -> bytes:
    f.members["evidence/certificates.pem"] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    return f.rehashed()


@forgery("package-signature")
def token_dropped(f: Any, _: Any) -> bytes:
    del f.members["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_of_another_package(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = f.members_of(f.house.other)["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_by_a_stranger(f: Any, stranger: Any) -> bytes:
    sha256 = hashlib.sha256(f.members["evidence/manifest.json"]).hexdigest()
    f.members["evidence/timestamp-1.tsr"] = stranger.authority.stamp(sha256)
    f.sign(f.house.signer)
    return f.box()


@forgery("package-signature")
def certificate_injected_into_the_token(f: Any, stranger: Any) -> bytes:
    answer = tsp.TimeStampResp.load(f.members["evidence/timestamp-1.tsr"])
    signed = answer["time_stamp_token"]["content"]
    extra = asn1_x509.Certificate.load(pem.unarmor(stranger.signer.certificate_pem.encode())[2])
    signed["certificates"] = cms.CertificateSet([*[c.chosen for c in signed["certificates"]], extra])
    f.members["evidence/timestamp-1.tsr"] = answer.dump(force=True)
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def time_inside_the_token_moved(f: Any, _: Any) -> bytes:
    token = f.members["evidence/timestamp-1.tsr"]
    year = str(datetime.now(UTC).year).encode()
    at = token.find(year)
    f.members["evidence/timestamp-1.tsr"] = token[:at] + b"2020" + token[at + 4 :]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_replaced_by_a_rejection(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = f.house.authority.answer(b"rubbish")
    f.sign(f.house.signer)
    return f.box()


@forgery("timestamp")
def token_older_than_the_capture(f: Any, _: Any) -> bytes:
    f.edit_manifest(
        lambda m: m.update(finished_at=(datetime.now(UTC) + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
    return f.insider()


@forgery("members")
def token_number_skipped(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-3.tsr"] = f.members["evidence/timestamp-1.tsr"]
    f.sign(f.house.signer)
    return f.box()


@forgery("custody")
def custody_event_reworded(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = f.members["evidence/custody.jsonl"].replace("张三".encode(), "李四".encode())
    return f.insider()


@forgery("custody")
def custody_head_not_the_last_event(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(custody_head_sha256="0" * 64))
    return f.insider()


@forgery("custody")
def custody_emptied(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = b""
    return f.insider()


@forgery("custody")
def custody_of_another_capture(f: Any, _: Any) -> bytes:
    content = f.members_of(f.house.other)["evidence/custody.jsonl"]
    f.members["evidence/custody.jsonl"] = content
    f.edit_manifest(lambda m: m.update(custody_head_sha256=json.loads(content)["event_sha256"]))
    return f.insider()


@forgery("custody")
def custody_cut_in_a_line(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = f.members["evidence/custody.jsonl"][:-40]
    return f.insider()


def _with_key(signer: Any, key: Any) -> Any:
    return KeySigner(KeyPair(key=key, certificates=signer._pair.certificates))
