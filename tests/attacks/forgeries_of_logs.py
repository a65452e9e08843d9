"""What can be done to the proof that a capture stands in the evidence log."""

from __future__ import annotations

import base64
import json
from typing import Any

from evidence.standalone.verify import checkpoint_text, log_name, read_checkpoint
from tests.attacks.forging import edit_json, forgery

PROOF = "evidence/log-proof.json"


def _sealed(f: Any) -> bytes:
    """The package's own list and signature made right for the proof as it now is: an insider's work."""
    f.sign(f.house.signer)
    return f.box()


def _changed(f: Any, change: Any) -> bytes:
    edit_json(f, PROOF, change)
    return _sealed(f)


def _resigned(f: Any, signer: Any, **changes: Any) -> bytes:
    """The head with other words in it, signed."""

    def change(proof: Any) -> None:
        point, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
        for name, value in changes.items():
            setattr(point, name, value)
        pem = signer.certificate_pem
        point.name = log_name(pem)
        proof["head"]["certificates"] = pem
        proof["head"]["checkpoint"] = checkpoint_text(point, signer.sign(point.body().encode()), pem)

    return _changed(f, change)


@forgery("members")
def log_proof_dropped(f: Any, _: Any) -> bytes:
    del f.members[PROOF]
    return _sealed(f)


@forgery("log")
def log_proof_of_another_package(f: Any, _: Any) -> bytes:
    f.members[PROOF] = f.members_of(f.house.other)[PROOF]
    return _sealed(f)


@forgery("log")
def log_proof_written_with_spaces(f: Any, _: Any) -> bytes:
    f.members[PROOF] = json.dumps(json.loads(f.members[PROOF]), ensure_ascii=False).encode()
    return _sealed(f)


@forgery("log")
def log_proof_with_an_unknown_field(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof.update(note="x"))


@forgery("log")
def log_proof_of_another_format(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof.update(format="wangjian-log-proof/0"))


@forgery("log")
def leaf_of_another_kind(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(kind="page"))


@forgery("log")
def leaf_of_another_capture(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(id="capture_other"))


@forgery("log")
def leaf_of_another_manifest(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(sha256="0" * 64))


@forgery("log")
def leaf_with_another_sm3(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(sm3="0" * 64))


@forgery("log")
def leaf_entered_earlier(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(at="2020-01-01T00:00:00Z"))


@forgery("log")
def leaf_entered_after_the_head(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["leaf"].update(at="2099-01-01T00:00:00Z"))


@forgery("log")
def position_beyond_the_log(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof.update(position=proof["position"] + 1_000_000))


@forgery("log")
def position_below_nothing(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof.update(position=-1))


@forgery("log")
def path_with_a_node_too_many(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: [proof["inclusion"][name].append("0" * 64) for name in ("sha256", "sm3")])


@forgery("log")
def path_of_a_thousand_nodes(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: [proof["inclusion"][name].extend(["0" * 64] * 1000) for name in ("sha256", "sm3")])


@forgery("log")
def path_that_is_no_list(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof.update(inclusion={"sha256": 1, "sm3": 1}))


@forgery("log")
def root_of_another_tree(f: Any, _: Any) -> bytes:
    return _resigned(f, f.house.signer, sha256=bytes(32))


@forgery("log")
def sm3_root_of_another_tree(f: Any, _: Any) -> bytes:
    return _resigned(f, f.house.signer, sm3=bytes(32))


@forgery("log")
def larger_log_than_the_path_is_of(f: Any, _: Any) -> bytes:
    return _resigned(f, f.house.signer, size=1000)


@forgery("log")
def head_that_knows_an_older_custody(f: Any, _: Any) -> bytes:
    return _resigned(f, f.house.signer, custody=(0, ""))


@forgery("log")
def head_that_knows_another_custody(f: Any, _: Any) -> bytes:
    last = json.loads(f.members["evidence/custody.jsonl"].splitlines()[-1])
    return _resigned(f, f.house.signer, custody=(last["sequence"], "0" * 64))


@forgery("log")
def head_signed_by_a_stranger(f: Any, stranger: Any) -> bytes:
    return _resigned(f, stranger.signer)


@forgery("log")
def head_under_our_certificate_by_a_stranger(f: Any, stranger: Any) -> bytes:
    def change(proof: Any) -> None:
        pem = proof["head"]["certificates"]
        point, _ = read_checkpoint(proof["head"]["checkpoint"], pem)
        signature = stranger.signer.sign(point.body().encode())
        proof["head"]["checkpoint"] = checkpoint_text(point, signature, pem)

    return _changed(f, change)


def _head_text(f: Any, change: Any) -> bytes:
    return _changed(f, lambda proof: proof["head"].update(checkpoint=change(proof["head"]["checkpoint"])))


@forgery("log")
def head_with_a_line_more(f: Any, _: Any) -> bytes:
    return _head_text(f, lambda text: text.replace("\n\n", "\nnote x\n\n"))


@forgery("log")
def head_with_an_endless_number(f: Any, _: Any) -> bytes:
    return _head_text(f, lambda text: text.replace("\n", "\n" + "9" * 500_000, 1))


@forgery("log")
def head_with_leading_zeros(f: Any, _: Any) -> bytes:
    return _head_text(
        f, lambda text: "\n".join([line if n != 1 else "0" + line for n, line in enumerate(text.split("\n"))])
    )


@forgery("log")
def head_with_carriage_returns(f: Any, _: Any) -> bytes:
    return _head_text(f, lambda text: text.replace("\n", "\r\n"))


@forgery("log")
def head_of_another_log(f: Any, _: Any) -> bytes:
    return _head_text(f, lambda text: text.replace("wangjian-log/", "wangjian-log/x"))


@forgery("log")
def head_that_is_no_text(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["head"].update(checkpoint=5))


@forgery("log")
def head_stamped_over_something_else(f: Any, _: Any) -> bytes:
    token = base64.b64encode(f.members["evidence/timestamp-1.tsr"]).decode()
    return _changed(f, lambda proof: proof["head"].update(tokens=[token]))


@forgery("log")
def head_stamped_with_rubbish(f: Any, _: Any) -> bytes:
    return _changed(f, lambda proof: proof["head"].update(tokens=["!!!"]))


@forgery("log")
def earlier_head_that_is_larger(f: Any, _: Any) -> bytes:
    def change(proof: Any) -> None:
        point, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
        point.size += 5
        pem = f.house.signer.certificate_pem
        text = checkpoint_text(point, f.house.signer.sign(point.body().encode()), pem)
        head = {**proof["head"], "checkpoint": text}
        proof["earlier"] = {"head": head, "consistency": {"sha256": [], "sm3": []}}

    return _changed(f, change)


@forgery("log")
def earlier_head_of_a_rewritten_log(f: Any, _: Any) -> bytes:
    def change(proof: Any) -> None:
        point, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
        point.sha256 = point.sm3 = bytes(32)
        pem = f.house.signer.certificate_pem
        text = checkpoint_text(point, f.house.signer.sign(point.body().encode()), pem)
        head = {**proof["head"], "checkpoint": text}
        proof["earlier"] = {"head": head, "consistency": {"sha256": [], "sm3": []}}

    return _changed(f, change)
