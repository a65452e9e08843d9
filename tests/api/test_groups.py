"""Groups and cases through the API: shown with reasons, ruled on, made one case of."""

from __future__ import annotations

import pytest

from matching.groups.linking import METHOD_VERSION
from matching.groups.remaking import regroup
from records.group_marks import ShopMarks, ShopTraits, Trait
from records.groups import LinkKind, LinkPage


@pytest.fixture
def tied(office):
    """The shops of Hangzhou and of Chengdu show one telephone; a third of Hangzhou too."""
    services, ids = office.services, office.ids
    trait = Trait(kind=LinkKind.PHONE, value="13800138001", shown="138****8001", weight=1.0)
    for shop_id in (ids["hangzhou"], ids["chengdu"], ids["hostile"]):
        traits = ShopTraits(
            shop_id=shop_id, target_id=shop_id, host="x.test", subject="", traits=(trait,), pages=()
        )  # fmt: skip
        services.groups.save_marks([ShopMarks(version=METHOD_VERSION, traits=traits)])
    regroup(services)
    return office


def _group(client, office, shop="hangzhou"):
    answer = client.get(f"/api/v1/shops/{office.ids[shop]}/group")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_other_shops_of_one_hand_are_told_with_their_reasons_and_masked(tied, client_of):
    found = _group(client_of(tied), tied)
    assert {other["shop_id"] for other in found["others"]} == {tied.ids["chengdu"], tied.ids["hostile"]}
    assert found["others"][0]["direct"] and "138****8001" in found["others"][0]["reasons"][0]["sentence"]
    assert "13800138001" not in client_of(tied).get(f"/api/v1/shops/{tied.ids['hangzhou']}/group").text


def test_shops_beyond_the_region_are_counted_and_not_named(tied, client_of):
    client = client_of(tied, "hangzhou")
    found = _group(client, tied)
    assert found["hidden_count"] >= 1
    assert tied.ids["chengdu"] not in client.get(f"/api/v1/shops/{tied.ids['hangzhou']}/group").text
    assert client.get(f"/api/v1/shops/{tied.ids['chengdu']}/group").status_code == 404


def test_shop_ruled_apart_leaves_the_group_for_good(tied, client_of):
    client = client_of(tied)
    url = f"/api/v1/shops/{tied.ids['hangzhou']}/group/rulings"
    wanted = {"kind": "apart", "shop_ids": [tied.ids["hostile"]], "reason": "店铺已转让，经核实"}
    assert client.post(url, json=wanted).status_code == 428
    read = {"If-Match": client.get(url.removesuffix("/rulings")).headers["ETag"]}
    answer = client.post(url, json=wanted, headers=read)
    assert answer.status_code == 200, answer.text
    assert client.post(url, json=wanted, headers=read).status_code == 412
    regroup(tied.services)
    assert {other["shop_id"] for other in _group(client, tied)["others"]} == {tied.ids["chengdu"]}
    assert _group(client, tied)["rulings"][0]["actor"] == "banan"
    read = {"If-Match": client.get(url.removesuffix("/rulings")).headers["ETag"]}
    assert client.post(url, json={**wanted, "reason": ""}, headers=read).status_code == 422
    assert client.post(url, json=wanted, headers=read).status_code == 422
    ruling = answer.json()["ruling_id"]
    back = client.post(f"/api/v1/group-rulings/{ruling}/withdrawal", json={"reason": "转让未成"})
    assert (back.json()["kind"], back.json()["withdraws"]) == ("withdrawn", ruling), back.text
    assert len(_group(client, tied)["others"]) == 2
    assert client.post(f"/api/v1/group-rulings/{ruling}/withdrawal", json={"reason": "再"}).status_code == 409
    assert [one["kind"] for one in client.get("/api/v1/group-rulings").json()["items"]] == ["withdrawn", "apart"]
    assert any(event.action == "认定关联" for event in tied.services.audit.audit())


def test_one_case_takes_the_open_leads_of_all_shops_once(tied, client_of):
    client = client_of(tied)
    made = client.post("/api/v1/cases", json={"shop_id": tied.ids["hangzhou"]})
    assert made.status_code == 200, made.text
    case = made.json()["case"]
    shops = {tied.services.leads.lead(lead_id).shop_id for lead_id in case["lead_ids"]}
    assert {tied.ids["hangzhou"], tied.ids["chengdu"]} <= shops
    assert "138****8001" in case["reasons"][0] and case["opened_by"] == "banan"
    again = client.post("/api/v1/cases", json={"shop_id": tied.ids["chengdu"]}).json()["case"]
    assert again == case
    events = tied.services.leads.lead_events(case["lead_ids"][0])
    assert [event.action for event in events].count("并案") == 1
    assert client.get(f"/api/v1/cases/{case['case_id']}").json()["case"] == case
    assert client.get("/api/v1/cases").json()["total"] == 1
    assert _group(client, tied)["case_id"] == case["case_id"]


def test_case_of_one_region_holds_nothing_of_another(tied, client_of):
    client = client_of(tied, "hangzhou")
    case = client.post("/api/v1/cases", json={"shop_id": tied.ids["hangzhou"]}).json()
    assert {lead["region_code"][:4] for lead in case["leads"]} == {"3301"}
    assert tied.ids["chengdu"] not in case["case"]["shop_ids"]


def test_reasons_name_the_pages_of_the_two_shops(tied, client_of):
    services, ids = tied.services, tied.ids
    for name in ("hangzhou", "chengdu", "hostile"):
        page = LinkPage(shop_id=ids[name], page_id=name, page_sha256="0" * 64, url=f"http://{name}.example/")
        trait = Trait(kind=LinkKind.WECHAT, value="shanhuo_77", shown="sh****77", weight=1.0)
        traits = ShopTraits(
            shop_id=ids[name], target_id=name, host="x.test", subject="", traits=(trait,), pages=(page,)
        )  # fmt: skip
        services.groups.save_marks([ShopMarks(version=METHOD_VERSION, traits=traits)])
    regroup(services)
    found = {other["shop_id"]: other for other in _group(client_of(tied), tied)["others"]}
    pages = found[ids["chengdu"]]["reasons"][0]["pages"]
    assert [page["page_id"] for page in pages] == ["hangzhou", "chengdu"]
