"""What is altered, forged, replayed or misdirected is not taken in, none of it, and is written down with its reason."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import ExitStack
from datetime import timedelta

import pytest

from evidence.rotating import rotate_key
from evidence.signing import open_signer, signing_usage
from exchange import members
from exchange.bundling import FORMAT, Channel, Outgoing, make_bundles
from exchange.sealing import seals_of
from offices.audit import AuditAction
from records.audit_search import AuditQuery
from records.errors import InvalidInputError
from records.exchange import BundleState, ItemKind, RefusalReason, Relation
from tests.exchange.conftest import CALLER, Clock, open_zones, save_lead, survey
from wangjian.exchanging_keys import add_peer, card_of, revoke_peer
from wangjian.exchanging_sending import send_again


@pytest.fixture(scope="module")
def sent(known_zones, tmp_path_factory):
    """The two zones and a bundle on its way inward; what is refused changes nothing, so they are shared."""
    folder = tmp_path_factory.mktemp("sent") / "zones"
    shutil.copytree(known_zones, folder)
    with ExitStack() as stack:
        collecting, working = open_zones(stack, folder, Clock())
        survey(collecting)
        yield collecting, working, collecting.send(working).files[0]


@pytest.fixture
def own_sent(zones):
    """The same for those who change them."""
    collecting, working = zones
    survey(collecting)
    return collecting, working, collecting.send(working).files[0]


def refused(working, file, reason, *, says=""):
    done = working.take(file)
    assert done.refusal is not None, done
    assert (done.refusal.reason, done.outcomes) == (reason, ()), done.refusal
    assert says in done.refusal.detail
    assert done.refusal in working.services.exchange.refusals()
    assert list(working.services.leads.leads()) == []
    (event,) = working.services.audit.find_audit(AuditQuery(), limit=1)
    assert (event.action, reason in event.detail) == (AuditAction.BUNDLE_REFUSED, True)
    return done.refusal


def rewritten(file, changes, *, drop=(), add=None):
    """The bundle with members changed by functions of their bytes."""
    other = file.with_name("altered.wjx")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            if name not in drop:
                made.writestr(name, changes.get(name, lambda content: content)(archive.read(name)))
        for name, content in (add or {}).items():
            made.writestr(name, content)
    return other


def signed_anew(file, house, change):
    """A bundle whose own sender wrote another manifest: the signature is good."""
    with zipfile.ZipFile(file) as archive:
        document = json.loads(archive.read(members.MANIFEST))
    change(document)
    content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    seals = seals_of(content, name=FORMAT, signer=house.services.signer, sm2_signer=None)
    return rewritten(file, {members.MANIFEST: lambda _: content, members.SEALS: lambda _: seals})


def lead_member(file):
    with zipfile.ZipFile(file) as archive:
        return next(name for name in archive.namelist() if name.startswith("items/lead/"))


def test_altered_record_is_refused(sent):
    _, working, file = sent
    name = lead_member(file)
    altered = rewritten(file, {name: lambda body: body.replace("绝对化".encode(), "相对化".encode())})
    refused(working, altered, RefusalReason.ALTERED, says=name)


def test_altered_manifest_is_refused(sent):
    _, working, file = sent
    altered = rewritten(file, {members.MANIFEST: lambda body: body.replace(b'"part":1', b'"part":2')})
    refused(working, altered, RefusalReason.SIGNATURE)


def test_manifest_in_another_spelling_is_refused(sent):
    _, working, file = sent
    altered = rewritten(file, {members.MANIFEST: lambda body: body.replace(b'"part":1', b'"part": 1')})
    refused(working, altered, RefusalReason.ALTERED, says="规范形式")


@pytest.mark.parametrize("how", ["gone", "empty", "no json"])
def test_stripped_signature_is_refused(sent, how):
    _, working, file = sent
    empty = {"empty": b'{"seals": []}', "no json": b"{"}
    if how == "gone":
        refused(working, rewritten(file, {}, drop=(members.SEALS,)), RefusalReason.UNSIGNED)
    else:
        refused(working, rewritten(file, {members.SEALS: lambda _: empty[how]}), RefusalReason.UNSIGNED)


def test_unknown_sender_is_refused(sent, house):
    _, working, _ = sent
    stranger = house("陌生区", zone="采集区")
    stranger.knows(working, Relation.WORKING)
    survey(stranger)
    refused(working, stranger.send(working).files[0], RefusalReason.UNKNOWN_SENDER, says="陌生区")


def test_foreign_signature_under_a_known_name_is_refused(sent, house):
    collecting, working, file = sent
    stranger = house("冒名区", zone="采集区", code=collecting.code)
    forged = signed_anew(file, stranger, lambda _: None)
    refused(working, forged, RefusalReason.UNTRUSTED)


def test_revoked_sender_is_refused(own_sent):
    collecting, working, file = own_sent
    revoke_peer(working.services, collecting.code, reason="设备失窃", caller=CALLER)
    refused(working, file, RefusalReason.REVOKED, says="设备失窃")


def test_ended_key_is_refused_and_the_new_one_is_taken(own_sent, clock):
    collecting, working, file = own_sent
    keys = collecting.settings.data_dir / "keys"
    clock.advance(hours=1)
    rotate_key(keys, signing_usage("采集区"), now=clock(), ends=clock())
    ends = (keys / "evidence-ended.txt").read_text(encoding="ascii")
    clock.advance(hours=1)
    peer = working.services.exchange.peer(collecting.code)
    working.services.exchange.save_peer(peer.model_copy(update={"trust_pem": ends + peer.trust_pem}))
    refused(working, file, RefusalReason.KEY_ENDED)
    with zipfile.ZipFile(file) as archive:
        content = archive.read(members.MANIFEST)
    signer = open_signer(keys, organisation="采集区", clock=clock)
    seals = seals_of(content, name=FORMAT, signer=signer, sm2_signer=None)
    assert working.take(rewritten(file, {members.SEALS: lambda _: seals})).bundle.state is BundleState.TAKEN


def test_wrong_receiver_is_refused(sent, house):
    collecting, _, file = sent
    other = house("另一业务区", zone="业务区")
    other.knows(collecting, Relation.COLLECTING)
    refused(other, file, RefusalReason.WRONG_RECEIVER)


def test_rules_from_the_collecting_zone_are_refused(zones):
    collecting, working = zones
    survey(collecting)
    rule = Outgoing(kind=ItemKind.RULE, item_id="Z01", content=b"{}")
    with pytest.raises(InvalidInputError, match="不得发往业务区"):
        forged_with(collecting, working, rule, Relation.WORKING)
    file = forged_with(collecting, working, rule, Relation.COLLECTING)
    refused(working, file, RefusalReason.WRONG_DIRECTION, says="业务区→采集区")
    renamed = signed_anew(file, collecting, lambda document: document.update(direction="inward"))
    refused(working, renamed, RefusalReason.WRONG_DIRECTION, says="不得传送：自定规则")


def test_leads_do_not_go_outward(zones):
    collecting, working = zones
    survey(working)
    file = forged_with(working, collecting, Outgoing(kind=ItemKind.LEAD, item_id="lead_1", content=b"{}"), None)
    refused(collecting, file, RefusalReason.WRONG_DIRECTION, says="不得传送：线索")
    sending = working.send(collecting)
    assert {kind for bundle in sending.bundles for kind in bundle.counts} == {ItemKind.TARGET}


def forged_with(house, receiver, item, relation):
    """A bundle its sender should never have made, by its own key."""
    peer = house.services.exchange.peer(receiver.code)
    told = peer.model_copy(update={"relation": relation}) if relation else peer
    channel = Channel(
        us=house.services.identity, peer=told, last=None, signer=house.services.signer, sm2_signer=None,
        now=house.services.clock(), valid=timedelta(days=1), part_bytes=10_000, open_file=lambda _: (),
    )  # fmt: skip
    if relation is not None:
        return house.out / make_bundles((item,), channel, house.out, by="张三").bundles[0].file
    target = Outgoing(kind=ItemKind.TARGET, item_id="x", content=b"{}")
    file = house.out / make_bundles((target,), channel, house.out, by="张三").bundles[0].file

    def change(document):
        document["items"][0].update(kind=item.kind.value)
        document["counts"] = {item.kind.value: 1}

    return signed_anew(file, house, change)


def test_replayed_and_missing_numbers_are_refused(zones):
    collecting, working = zones
    survey(collecting)
    first = collecting.send(working).files[0]
    save_lead(collecting, 2)
    second = collecting.send(working).files[0]
    save_lead(collecting, 3)
    third = collecting.send(working).files[0]
    refusal = refused(working, third, RefusalReason.GAP, says="缺少第 1 至 2 号包")
    assert (refusal.peer, refusal.sequence) == (collecting.code, 3)
    assert [one.refusal for one in working.receive(third, first, second)] == [None, None, None]
    again = signed_anew(second, collecting, lambda document: document.update(part=1, parts=2))
    assert working.take(again).refusal.reason is RefusalReason.REPLAYED


def test_bundle_that_does_not_follow_the_last_is_refused(zones):
    collecting, working = zones
    survey(collecting)
    working.take(collecting.send(working).files[0])
    save_lead(collecting, 2)
    second = collecting.send(working).files[0]
    other = signed_anew(second, collecting, lambda document: document.update(previous_sha256="ab" * 32))
    assert working.take(other).refusal.reason is RefusalReason.BROKEN_CHAIN
    assert working.take(second).refusal is None


def test_unknown_format_is_refused_by_name(sent):
    collecting, working, file = sent
    newer = signed_anew(file, collecting, lambda document: document.update(format="wangjian-exchange/2"))
    refused(working, newer, RefusalReason.UNKNOWN_FORMAT, says="wangjian-exchange/2（本机认识 wangjian-exchange/1）")


def test_expired_is_refused_and_sent_again_is_taken_in_time(own_sent, clock):
    collecting, working, file = own_sent
    clock.advance(days=31)
    refused(working, file, RefusalReason.EXPIRED)
    clock.advance(days=-2)
    again = send_again(collecting.services, working.code, 1, collecting.out / "again", caller=CALLER)
    assert working.take(again).refusal is None


def test_oversize_is_refused(sent, monkeypatch):
    _, working, file = sent
    monkeypatch.setattr(members.Limits, "BYTES", 1_000)
    refused(working, file, RefusalReason.TOO_LARGE)


def test_bomb_is_refused_before_it_unpacks(sent):
    _, working, file = sent
    bomb = rewritten(file, {}, add={"items/lead/999999.json": b"0" * 50_000_000})
    refused(working, bomb, RefusalReason.TOO_LARGE, says="压缩比异常")


def test_member_larger_than_the_manifest_says_is_cut_off(sent):
    _, working, file = sent
    name = lead_member(file)
    refused(working, rewritten(file, {name: lambda body: body + b" " * 9}), RefusalReason.TOO_LARGE, says=name)


@pytest.mark.parametrize("name", ["../../keys/evidence.key", "/etc/passwd", "items/../x.json", "items/lead/x.json"])
def test_names_that_leave_the_bundle_are_refused(sent, name):
    _, working, file = sent
    refused(working, rewritten(file, {}, add={name: b"x"}), RefusalReason.NOT_A_BUNDLE, says="不应有的成员")


def test_members_beside_the_manifest_are_refused(sent):
    _, working, file = sent
    refused(working, rewritten(file, {}, add={"files/" + "0" * 64: b"x"}), RefusalReason.ALTERED)
    refused(working, rewritten(file, {}, drop=(lead_member(file),)), RefusalReason.ALTERED)


@pytest.mark.parametrize("cut", [0, 30, 400, -40])
def test_cut_off_file_is_no_bundle(sent, cut):
    _, working, file = sent
    broken = file.with_name("broken.wjx")
    broken.write_bytes(file.read_bytes()[:cut])
    refused(working, broken, RefusalReason.NOT_A_BUNDLE)


def test_refusal_reaches_the_sender_as_a_receipt(own_sent):
    collecting, working, file = own_sent
    altered = rewritten(file, {lead_member(file): lambda body: body.replace("绝对化".encode(), "相对化".encode())})
    receipt = next((working.settings.data_dir / "exchange/receipts").glob("*"), None)
    assert receipt is None
    done = working.take(altered)
    (receipt,) = (working.settings.data_dir / "exchange/receipts").glob("*-refused.receipt.json")
    told = collecting.take(receipt)
    assert (told.bundle.state, done.refusal.reason in told.bundle.reason) == (BundleState.REFUSED, True)
    again = send_again(collecting.services, working.code, 1, collecting.out / "again", caller=CALLER)
    assert working.take(again).refusal is None
    assert not receipt.exists()


def test_forged_and_foreign_receipts_are_refused(own_sent):
    collecting, working, file = own_sent
    working.take(file)
    (receipt,) = (working.settings.data_dir / "exchange/receipts").glob("*")
    forged = receipt.with_name("forged.json")
    forged.write_bytes(
        receipt.read_bytes().replace(b'"accepted": 9', b'"accepted": 8').replace(b'"refused": 0', b'"refused": 1')
    )
    assert collecting.take(forged).refusal.reason is RefusalReason.SIGNATURE
    assert working.take(receipt).refusal.reason is RefusalReason.UNKNOWN_SENDER
    assert collecting.services.exchange.bundles()[0].state is BundleState.HANDED_OUT


def test_card_of_another_root_is_not_taken_for_the_peer(zones, house):
    collecting, working = zones
    other = house("冒名区", zone="采集区", code=collecting.code)
    with pytest.raises(InvalidInputError, match="根证书不同"):
        add_peer(working.services, card_of(other.services), Relation.COLLECTING, caller=CALLER)
    card = card_of(collecting.services).replace("采集区".encode(), "业务区".encode())
    with pytest.raises(InvalidInputError, match="签名不成立"):
        add_peer(working.services, card, Relation.COLLECTING, caller=CALLER)


def test_sm2_signature_goes_along_and_cannot_be_stripped(house):
    sm2 = {"sm2_signature": True}
    collecting, working = house("采集区", zone="采集区", evidence=sm2), house("业务区", zone="业务区")
    collecting.knows(working, Relation.WORKING)
    working.knows(collecting, Relation.COLLECTING)
    survey(collecting)
    file = collecting.send(working).files[0]

    def stripped(seals):
        return json.dumps({"seals": json.loads(seals)["seals"][:1]}).encode()

    def broken(seals):
        document = json.loads(seals)
        document["seals"][1]["signature"] = document["seals"][0]["signature"]
        return json.dumps(document).encode()

    refused(working, rewritten(file, {members.SEALS: stripped}), RefusalReason.UNSIGNED, says="国密")
    refused(working, rewritten(file, {members.SEALS: broken}), RefusalReason.SIGNATURE, says="国密")
    assert working.take(file).refusal is None
