"""A checkpoint has one form; a proof holds for its own entry under its own head alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.preserving import Means
from evidence.signing import open_signer
from evidence.standalone.verify import (
    Checkpoint,
    RefusedError,
    _check_log_proof,
    canonical,
    checkpoint_text,
    log_name,
    read_checkpoint,
)
from evidence.transparency import LogMeans, enter_capture, keep_head, log_means, log_proof, read_head, sign_head
from records.errors import InvalidInputError
from records.evidence import TimestampState
from tests.evidence.conftest import utc_now

EDITS: dict[str, Callable[[str], str]] = {
    "a_line_more": lambda text: text.replace("\ntime", "\nextra\ntime"),
    "carriage_returns": lambda text: text.replace("\n", "\r\n"),
    "no_end": lambda text: text.removesuffix("\n"),
    "something_after": lambda text: text + "\n",
    "size_with_a_nought": lambda text: text.replace("\n3\n", "\n03\n"),
    "size_with_a_sign": lambda text: text.replace("\n3\n", "\n+3\n"),
    "size_of_none": lambda text: text.replace("\n3\n", "\n0\n"),
    "digits_of_another_script": lambda text: text.replace("\n3\n", "\n３\n"),
    "root_cut": lambda text: text.replace(text.split("\n")[2], text.split("\n")[2][4:]),
    "roots_exchanged": lambda text: text.replace("sm3 ", "sm4 "),
    "chain_without_number": lambda text: text.replace("custody 0 -", "custody 1 -"),
    "local_time": lambda text: text.replace("Z\n", "+08:00\n"),
    "another_name": lambda text: text.replace("wangjian-log/", "wangjian-log/0"),
    "another_key": lambda text: text[:-100] + ("A" if text[-100] != "A" else "B") + text[-99:],
}


@pytest.fixture
def means(make_means: Callable[..., Means]) -> LogMeans:
    found = log_means(make_means())
    for number in range(3):
        enter_capture(found, f"capture_{number}", f"清单{number}".encode())
    return found


def test_checkpoint_reads_as_it_was_written(means: LogMeans) -> None:
    head = sign_head(means)
    point, signature = read_checkpoint(head.checkpoint, head.certificates)
    assert (point.size, point.sha256, point.sm3) == (3, *means.log.root(3))
    assert checkpoint_text(point, signature, head.certificates) == head.checkpoint
    assert read_head(canonical(head.document())) == head


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_checkpoint_in_another_form_is_refused(means: LogMeans, edit: Callable[[str], str]) -> None:
    head = sign_head(means)
    changed = edit(head.checkpoint)
    assert changed != head.checkpoint
    try:
        _, signature = read_checkpoint(changed, head.certificates)
    except RefusedError:
        return
    assert signature != head.signature  # of the right form, but not signed by anyone


def test_checkpoint_under_another_certificate_is_refused(means: LogMeans, tmp_path: Path) -> None:
    head = sign_head(means)
    other = open_signer(tmp_path / "other", organisation="别的单位", clock=utc_now).certificate_pem
    with pytest.raises(RefusedError):
        read_checkpoint(head.checkpoint, other)
    point = head.point
    renamed = Checkpoint(log_name(other), point.size, point.sha256, point.sm3, point.custody, point.time)
    with pytest.raises(RefusedError, match="名称|写法"):
        read_checkpoint(checkpoint_text(renamed, head.signature, head.certificates), head.certificates)


def test_empty_log_has_no_head(make_means: Callable[..., Means]) -> None:
    with pytest.raises(InvalidInputError, match="还是空的"):
        sign_head(log_means(make_means()))


def test_same_manifest_is_entered_once(means: LogMeans) -> None:
    assert enter_capture(means, "capture_1", "清单1".encode()).position == 1
    assert means.log.size() == 3


def test_kept_head_is_stamped_and_later_proofs_continue_it(means: LogMeans) -> None:
    kept = keep_head(means)
    assert (kept.size, kept.timestamp) == (3, TimestampState.LOCAL)
    proof = json.loads(log_proof(means, enter_capture(means, "capture_9", b"later")))
    point, earlier = _check_log_proof(proof)
    assert (point.size, earlier.size, proof["position"]) == (4, 3, 3)
    assert base64.b64decode(proof["earlier"]["head"]["tokens"][0])


def test_head_that_is_lost_is_left_out_of_proofs(means: LogMeans, tmp_path: Path) -> None:
    kept = keep_head(means)
    (path,) = (path for path in (tmp_path / "blobs").rglob("*") if path.is_file())
    path.unlink()
    assert not means.blobs.holds(kept.head_sha256)
    assert json.loads(log_proof(means, enter_capture(means, "capture_1", "清单1".encode())))["earlier"] is None


def _forge(proof: dict, edit: Callable[[dict], object]) -> dict:
    forged = json.loads(json.dumps(proof))
    edit(forged)
    return forged


PROOF_EDITS: dict[str, Callable[[dict], object]] = {
    "another_leaf": lambda proof: proof["leaf"].update(sha256="0" * 64),
    "another_position": lambda proof: proof.update(position=0),
    "position_outside": lambda proof: proof.update(position=99),
    "position_true": lambda proof: proof.update(position=True),
    "negative_position": lambda proof: proof.update(position=-1),
    "siblings_exchanged": lambda proof: proof["inclusion"].update(sha256=proof["inclusion"]["sha256"][::-1]),
    "sm3_path_of_sha256": lambda proof: proof["inclusion"].update(sm3=proof["inclusion"]["sha256"]),
    "path_too_long": lambda proof: [proof["inclusion"][name].append("0" * 64) for name in ("sha256", "sm3")],
    "path_too_short": lambda proof: [proof["inclusion"][name].pop() for name in ("sha256", "sm3")],
    "path_of_words": lambda proof: proof["inclusion"]["sha256"].__setitem__(0, "x" * 64),
    "leaf_after_its_head": lambda proof: proof["leaf"].update(at="2999-01-01T00:00:00Z"),
    "no_inclusion": lambda proof: proof.pop("inclusion"),
    "something_more": lambda proof: proof.update(more=1),
    "consistency_forged": lambda proof: proof["earlier"]["consistency"]["sha256"].__setitem__(0, "0" * 64),
    "earlier_is_later": lambda proof: proof.update(
        head=proof["earlier"]["head"], earlier={**proof["earlier"], "head": proof["head"]}
    ),
    "another_format": lambda proof: proof.update(format="wangjian-log-proof/2"),
}


@pytest.mark.parametrize("edit", PROOF_EDITS.values(), ids=PROOF_EDITS.keys())
def test_forged_proof_is_refused(means: LogMeans, edit: Callable[[dict], object]) -> None:
    keep_head(means)
    for number in (3, 4):
        enter_capture(means, f"capture_{number}", b"more")
    placed = enter_capture(means, "capture_3", b"more")
    proof = json.loads(log_proof(means, placed))
    assert _check_log_proof(proof)[1] is not None
    with pytest.raises(RefusedError):
        _check_log_proof(_forge(proof, edit))
