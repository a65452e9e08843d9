"""ExchangeStore: numbers without a gap, what was sent known by its digest, records of elsewhere taken in once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from records.digests import digests_of
from records.errors import ConflictError, NotFoundError
from records.exchange import (
    Bundle,
    BundleItem,
    BundleState,
    BundleWay,
    Direction,
    ItemKind,
    ItemOutcome,
    LeadFile,
    Peer,
    Refusal,
    RefusalReason,
    Relation,
    Zone,
)
from records.exchange_matters import Matter, MatterKind, MatterQuery, MatterScope, MatterState, MatterWay
from records.lists import ListPlace
from stores.backends import Records
from tests.contracts import makers
from tests.contracts.conftest import START


def _bundle(sequence: int, *, way: BundleWay = BundleWay.SENT, peer: str = "p1") -> Bundle:
    return Bundle(
        bundle_id=digests_of(f"{peer}{way}{sequence}".encode()).sha256, peer=peer, way=way, sequence=sequence,
        direction=Direction.INWARD, state=BundleState.MADE, size_bytes=1, file=f"{sequence}.wjx", made_at=START,
        expires_at=START + timedelta(days=1),
    )  # fmt: skip


def _item(item_id: str, content: bytes = b"{}") -> BundleItem:
    return BundleItem(kind=ItemKind.LEAD, item_id=item_id, member="items/lead/000001.json", content=digests_of(content))


def _peer(code: str) -> Peer:
    return Peer(
        code=code, name="省局", zone=Zone.WHOLE, trust_pem="", made_at=START, relation=Relation.UPPER, root_sha256="0" * 64,
        added_by="张三", added_at=START,
    )  # fmt: skip


def _refusal(refusal_id: str, at: datetime, *, peer: str = "p1") -> Refusal:
    return Refusal(refusal_id=refusal_id, peer=peer, file_sha256="0" * 64, reason=RefusalReason.GAP, detail="缺", at=at)


def _matter(matter_id: str, at: datetime) -> Matter:
    return Matter(
        matter_id=matter_id, kind=MatterKind.ASSISTANCE, way=MatterWay.THEIRS, peer="p1", title="协查",
        state=MatterState.ARRIVED, opened_at=at,
    )  # fmt: skip


def test_peers_are_kept_by_code(records: Records, open_again: Callable[[], Records]) -> None:
    for code in ("p2", "p1"):
        records.exchange.save_peer(_peer(code))
    records.exchange.save_peer(_peer("p1").model_copy(update={"revoked_at": START}))
    again = open_again().exchange
    assert [(one.code, one.revoked_at) for one in again.peers()] == [("p1", START), ("p2", None)]
    with pytest.raises(NotFoundError):
        again.peer("p3")


def test_numbers_of_a_channel_follow_each_other(records: Records, open_again: Callable[[], Records]) -> None:
    store = records.exchange
    store.record_sent((_bundle(1), _bundle(2)), (_item("l1"), _item("l2")))
    with pytest.raises(ConflictError):
        store.record_sent((_bundle(2, peer="p1").model_copy(update={"bundle_id": "a" * 64}),), (_item("l9"),))
    assert store.sent_digests("p1", [(ItemKind.LEAD, "l9")]) == {}, "all or none"
    store.record_sent((_bundle(1, peer="p2"),), ())
    assert store.record_received(_bundle(1, way=BundleWay.RECEIVED))
    assert not store.record_received(_bundle(1, way=BundleWay.RECEIVED))
    with pytest.raises(ConflictError):
        store.record_received(_bundle(3, way=BundleWay.RECEIVED))
    again = open_again().exchange
    last = again.last_bundle("p1", BundleWay.SENT)
    assert last is not None and last.sequence == 2
    assert again.last_bundle("p3", BundleWay.SENT) is None
    assert [one.sequence for one in again.bundles(peer="p1", way=BundleWay.SENT)] == [1, 2]
    assert len(again.bundles()) == 4
    again.settle(last.model_copy(update={"state": BundleState.ACKNOWLEDGED}))
    assert store.bundle(last.bundle_id).state is BundleState.ACKNOWLEDGED
    with pytest.raises(NotFoundError):
        store.settle(_bundle(9))


def test_what_was_sent_is_known_by_its_digest(records: Records) -> None:
    store, keys = records.exchange, [(ItemKind.LEAD, f"l{number}") for number in range(300)]
    store.record_sent((_bundle(1),), [_item(item_id) for _, item_id in keys])
    store.record_sent((_bundle(2),), (_item("l7", b"newer"),))
    found = store.sent_digests("p1", keys)
    assert len(found) == 300 and found[ItemKind.LEAD, "l7"] == digests_of(b"newer").sha256
    store.forget_sent("p1", [(ItemKind.LEAD, "l7"), (ItemKind.SHOP, "l8")])
    assert set(keys) - set(store.sent_digests("p1", keys)) == {(ItemKind.LEAD, "l7")}


def test_first_word_about_an_item_stays_and_refusals_are_newest_first(records: Records) -> None:
    store = records.exchange
    taken = ItemOutcome(kind=ItemKind.LEAD, item_id="l1", accepted=True)
    store.note_outcome("b1", taken)
    store.note_outcome("b1", taken.model_copy(update={"accepted": False}))
    assert store.outcomes("b1") == (taken,)
    for number, hours in ((1, 0), (2, 1), (1, 2)):
        store.note_refusal(_refusal(f"r{number}", START + timedelta(hours=hours), peer=f"p{number}"))
    assert [one.refusal_id for one in store.refusals()] == ["r1", "r2"]
    assert [one.refusal_id for one in store.refusals(peer="p2")] == ["r2"]


def test_matter_is_changed_from_its_newest_version_only(records: Records) -> None:
    store = records.exchange
    matter = _matter("m1", START)
    saved = store.save_matter(matter, expected_version=0)
    store.save_matter(saved.model_copy(update={"state": MatterState.ANSWERED}), expected_version=1)
    with pytest.raises(ConflictError):
        store.save_matter(saved, expected_version=1)
    assert (store.matter("m1").state, store.matter("m1").version) == (MatterState.ANSWERED, 2)
    later = matter.model_copy(update={"matter_id": "m2", "opened_at": START + timedelta(days=1), "peer": "p2"})
    store.save_matter(later, expected_version=0)
    assert [one.matter_id for one in store.matters()] == ["m2", "m1"]
    assert _ids(store.matters(MatterQuery(peer="p1", kind=MatterKind.ASSISTANCE))) == ["m1"]
    assert store.matters(MatterQuery(kind=MatterKind.TRANSFER)) == ()
    assert _ids(store.matters(MatterQuery(starts="m", states=(MatterState.ARRIVED,)))) == ["m2"]
    assert store.matters(MatterQuery(starts="M")) == store.matters(MatterQuery(starts="%")) == ()


def _ids(found: Sequence[Matter | Bundle]) -> list[str]:
    return [one.matter_id if isinstance(one, Matter) else one.bundle_id for one in found]


def _walked(read: Callable[..., Sequence[Matter | Bundle | Refusal]], at: str, key: str) -> list[str]:
    seen: list[str] = []
    after: ListPlace | None = None
    while found := read(after=after, limit=2):
        assert len(found) <= 2
        seen += [str(getattr(one, key)) for one in found]
        after = ListPlace(getattr(found[-1], at), str(getattr(found[-1], key)))
    return seen


def test_lists_are_cut_behind_a_place_newest_first(records: Records) -> None:
    store = records.exchange
    at = [START + timedelta(microseconds=number // 2) for number in range(7)]  # two of each moment
    for number in range(7):
        made = _bundle(number + 1).model_copy(update={"made_at": at[number]})
        store.record_sent((made,), ())
        store.note_refusal(_refusal(f"r{number}", at[number]))
        store.save_matter(_matter(f"m{number}", at[number]), expected_version=0)
    store.record_sent((_bundle(1, peer="p2"),), ())
    newest = sorted((at[number], _bundle(number + 1).bundle_id) for number in range(7))[::-1]
    of_p1 = partial(store.newest_bundles, peer="p1")
    assert _walked(of_p1, "made_at", "bundle_id") == [bundle_id for _, bundle_id in newest]
    assert _walked(store.refusals, "at", "refusal_id") == [f"r{number}" for number in range(6, -1, -1)]
    assert _walked(store.matters, "opened_at", "matter_id") == [f"m{number}" for number in range(6, -1, -1)]
    store.save_matter(_matter("m9", START + timedelta(days=1)), expected_version=0)
    assert _ids(store.matters(after=ListPlace(at[5], "m5"), limit=2)) == ["m4", "m3"], "what came since moves nothing"
    assert (store.count_bundles(), store.count_bundles(peer="p2"), store.count_refusals()) == (8, 1, 7)
    assert (store.count_refusals(peer="p2"), store.count_matters()) == (0, 8)
    sent = store.bundles(way=BundleWay.SENT, states=(BundleState.MADE,))
    assert [(one.peer, one.sequence) for one in sent] == [*(("p1", number) for number in range(1, 8)), ("p2", 1)]
    assert _ids(store.bundles(peer="p1", sequence=3)) == [_bundle(3).bundle_id]
    assert store.bundles(states=(BundleState.TAKEN, BundleState.REFUSED)) == ()


def test_matters_are_of_the_region_of_their_lead(records: Records) -> None:
    store = records.exchange
    for number, region in ((1, "330106"), (2, "330200"), (3, "")):
        lead = makers.lead(f"l{number}", title='含 "region_code":"330106" 的标题')
        records.leads.save_lead(lead.model_copy(update={"region_code": region}), None, expected_version=0)
    for number, lead_id in enumerate(("", "l1", "l2", "l3", "gone")):
        matter = _matter(f"m{number}", START).model_copy(update={"lead_id": lead_id})
        store.save_matter(matter, expected_version=0)

    def seen(region: str, *, house: bool) -> list[str]:
        query = MatterQuery(scope=MatterScope(region=region, house=house))
        found = _ids(store.matters(query))
        assert store.count_matters(query) == len(found)
        return found

    assert seen("", house=True) == ["m3", "m2", "m1", "m0"], "one whose lead is gone is nobody's"
    assert seen("33", house=True) == ["m2", "m1", "m0"]
    assert seen("3301", house=False) == ["m1"]
    assert seen("44", house=False) == []
    assert _ids(store.matters(MatterQuery(lead_id="gone"))) == ["m4"]


def test_records_of_elsewhere_are_taken_in_once_and_reach_the_outbox(records: Records) -> None:
    store, page = records.exchange, makers.page(makers.row(1), page_id="page_9")
    assert store.take_page(page) and not store.take_page(page)
    assert store.take_shop(makers.shop()) and not store.take_shop(makers.shop())
    assert store.take_shop(makers.shop(name="山货铺子", minutes=5)) and not store.take_shop(makers.shop())
    shop = records.survey.shop("s1")
    assert (shop.name, shop.first_seen_at) == ("山货铺子", makers.at(0))
    assert store.take_listing(makers.listing()) and not store.take_listing(makers.listing())
    assert store.take_listing(makers.listing(title="玛咖片二代", minutes=5))
    assert [one.title for one in records.survey.listing_versions("l1")] == ["玛咖片", "玛咖片二代"]
    file = LeadFile(lead=makers.lead(), events=(makers.lead_event(),))
    store.take_lead(file, expected_version=0)
    with pytest.raises(ConflictError):
        store.take_lead(file, expected_version=0)
    store.take_lead(file, expected_version=1)
    assert (records.leads.lead("lead_1").version, len(records.leads.lead_events("lead_1"))) == (2, 1)
    assert {entry.record_id for entry in records.outbox.pending(limit=50)} == {"page_9", "s1", "l1", "lead_1"}


def test_view_shows_one_moment(records: Records, open_again: Callable[[], Records]) -> None:
    records.leads.save_lead(makers.lead(), makers.lead_event(), expected_version=0)
    other = open_again()
    with records.exchange.view() as view:
        before = list(view.bodies(ItemKind.LEAD))
        other.leads.save_lead(makers.lead("lead_2"), None, expected_version=0)
        other.leads.save_findings((makers.finding(),))
        assert list(view.bodies(ItemKind.LEAD)) == before and len(before) == 1
        assert view.body(ItemKind.FINDING, "f1") is None
        assert len(view.lead_events("lead_1")) == 1
    with records.exchange.view() as view:
        assert [item_id for item_id, _ in view.bodies(ItemKind.LEAD)] == ["lead_1", "lead_2"]
        assert view.captures_of(("lead_1",)) == ()
