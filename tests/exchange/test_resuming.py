"""Cut off anywhere, sending and receiving leave nothing that looks whole and is not, and nothing is taken in twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.uploads.intake import file_at
from offices.audit import AuditAction
from records.errors import StoreAwayError
from records.evidence import CustodyAction
from records.exchange import BundleState, BundleWay, ItemKind
from records.uploads import Receipt, UploadRequest
from tests.exchange.conftest import CALLER, START, House, survey
from wangjian.auditing import audit_everything
from wangjian.exchanging import receive, write_receipts
from wangjian.exchanging_sending import SENT_FOLDER, unacknowledged


class Cut(Exception):
    """The process is gone at this point."""


def test_sending_cut_off_before_the_ledger_sends_the_same_again(zones, monkeypatch):
    collecting, working = zones
    survey(collecting)
    store = collecting.services.exchange

    def cut(*_):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(store, "record_sent", cut)
        with pytest.raises(Cut):
            collecting.send(working)
    assert store.bundles() == () and not collecting.out.exists()
    (file,) = collecting.send(working).files
    assert working.take(file).bundle.sequence == 1


def test_sending_cut_off_after_the_ledger_is_handed_out_next_time(zones, monkeypatch):
    collecting, working = zones
    survey(collecting)
    with monkeypatch.context() as patch:
        patch.setattr("wangjian.exchanging_sending.hand_out", lambda *_, **__: (_ for _ in ()).throw(Cut))
        with pytest.raises(Cut):
            collecting.send(working)
    (made,) = unacknowledged(collecting.services)
    assert made.state is BundleState.MADE and not collecting.out.exists()
    sending = collecting.send(working)
    assert (sending.bundles, sending.left_over) == ((), (made,))
    assert working.take(sending.files[0]).refusal is None


def test_writing_cut_off_leaves_no_bundle(zones, monkeypatch):
    collecting, working = zones
    survey(collecting)

    def cut(*_):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("exchange.members.os.fsync", cut)
        with pytest.raises(Cut):
            collecting.send(working)
    left = [path.name for path in (collecting.settings.data_dir / SENT_FOLDER).iterdir()]
    assert all(name.endswith(".part") for name in left), left
    assert working.take(collecting.send(working).files[0]).refusal is None


def test_receiving_cut_off_goes_on_from_the_houses_own_copy(zones, monkeypatch):
    collecting, working = zones
    survey(collecting, shops=3)
    (file,) = collecting.send(working).files
    store, taken = working.services.exchange, []
    whole = store.take_lead

    def cut(lead_file, **more):
        if taken:
            raise StoreAwayError("数据库不应答")
        taken.append(lead_file)
        whole(lead_file, **more)

    with monkeypatch.context() as patch:
        patch.setattr(store, "take_lead", cut)
        with pytest.raises(StoreAwayError):
            working.take(file)
    assert store.bundles()[0].state is BundleState.TAKING
    file.unlink()
    assert receive(working.services, (), caller=CALLER) == ()
    assert store.bundles()[0].state is BundleState.TAKEN
    leads = list(working.services.leads.leads())
    assert [(lead.lead_id, lead.version) for lead in leads] == [(f"lead_{number}", 1) for number in (1, 2, 3)]
    assert len(write_receipts(working.services, working.out)) == 1
    assert [one.action for one in working.services.audit.audit()].count(AuditAction.BUNDLE_RECEIVED) == 1


def test_large_sending_is_cut_in_parts_taken_in_any_order_of_arguments(zones):
    collecting, working = zones
    survey(collecting, shops=6)
    sending = collecting.send(working, part_bytes=5_000)
    assert len(sending.files) > 2
    assert [one.part for one in sending.bundles] == list(range(1, len(sending.files) + 1))
    assert {one.parts for one in sending.bundles} == {len(sending.files)}
    done = working.receive(*reversed(sending.files))
    assert [one.bundle.sequence for one in done] == [one.sequence for one in sending.bundles]
    assert len(list(working.services.leads.leads())) == 6


def received_files(house: House, tmp_path) -> str:
    """Files handed over, sealed in this house: a whole evidence package without a browser."""
    (tmp_path / "说明.txt").write_text("当事人陈述", encoding="utf-8")
    request = UploadRequest(
        files=(file_at(tmp_path / "说明.txt"),),
        receipt=Receipt(source="当事人提交", obtained_at=START),
        operator="张三",
        lead_id="lead_1",
    )
    return house.services.preserver.receive(request).capture_id


def test_evidence_comes_inward_verified_with_its_custody(zones, tmp_path):
    collecting, working = zones
    survey(collecting)
    capture_id = received_files(collecting, tmp_path)
    taken = working.take(collecting.send(working).files[0])
    assert taken.refused_items == 0, taken.outcomes
    services = working.services
    assert services.evidence.capture(capture_id) == collecting.services.evidence.capture(capture_id)
    (event,) = services.evidence.custody(capture_id)
    assert (event.action, collecting.code in event.reason) == (CustodyAction.RECEIVED, True)
    assert list(collecting.services.evidence.custody(capture_id))[-1].action is CustodyAction.TRANSFERRED
    assert audit_everything(services, full=True).problems == ()
    assert audit_everything(collecting.services, full=True).problems == ()


def test_refused_item_is_named_and_sent_again_when_it_can_be_taken(zones, tmp_path):
    collecting, working = zones
    survey(collecting)
    received_files(collecting, tmp_path)
    peer = working.services.exchange.peer(collecting.code)
    first = peer.trust_pem.index("-----END CERTIFICATE-----") + 26
    known_less = peer.model_copy(update={"trust_pem": peer.trust_pem[:first]})
    working.services.exchange.save_peer(known_less)
    knowing, working.services = working.services, replace(working.services, trust_anchors_pem="")
    taken = working.take(collecting.send(working).files[0])
    (refused,) = [one for one in taken.outcomes if not one.accepted]
    assert (refused.kind, "未通过核验" in refused.reason) == (ItemKind.CAPTURE, True)
    assert working.services.leads.lead("lead_1").lead_id == "lead_1", "the others are taken in"
    (receipt,) = write_receipts(working.services, working.out)
    assert collecting.take(receipt).bundle.state is BundleState.PARTLY
    working.services = knowing
    working.services.exchange.save_peer(peer)
    (again,) = collecting.send(working).bundles
    assert again.counts == {ItemKind.CAPTURE: 1}
    assert working.take(collecting.out / again.file).refused_items == 0
    assert len(working.services.exchange.bundles(way=BundleWay.RECEIVED)) == 2
