"""同一经营者的其他店铺 in the console: shown, split, made one case of."""

from __future__ import annotations

import pytest

from matching.groups.linking import METHOD_VERSION
from matching.groups.remaking import regroup
from records.group_marks import ShopMarks, ShopTraits, Trait
from records.groups import LinkKind


@pytest.fixture
def tied(office):
    """All three shops show one telephone, the hostile one among them."""
    trait = Trait(kind=LinkKind.PHONE, value="13800138001", shown="138****8001", weight=1.0)
    for name in ("hangzhou", "chengdu", "hostile"):
        traits = ShopTraits(
            shop_id=office.ids[name], target_id=name, host="x.test", subject="", traits=(trait,), pages=()
        )  # fmt: skip
        office.services.groups.save_marks([ShopMarks(version=METHOD_VERSION, traits=traits)])
    regroup(office.services)
    return office


def test_shop_and_lead_pages_name_the_other_shops_with_reasons(tied, client_of):
    client = client_of(tied)
    lead = next(lead for lead in tied.services.leads.leads() if lead.shop_id == tied.ids["hangzhou"])
    for address in (f"/shops/{tied.ids['hangzhou']}", f"/leads/{lead.lead_id}"):
        page = client.get(address).text
        assert "同一经营者的其他店铺" in page and "蜀味坊食品旗舰店" in page
        assert "3 家网店公布同一电话 138****8001" in page
        assert "<script>alert(1)</script>" not in page
    assert "并案查处" not in client_of(tied, "shenji").get(f"/shops/{tied.ids['hangzhou']}").text


def test_one_press_makes_one_case_of_all_shops(tied, client_of, csrf):
    client = client_of(tied)
    answer = client.post(f"/shops/{tied.ids['hangzhou']}/case", data={"csrf_token": csrf(client)})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    assert "138****8001" in page and "蜀味坊食品旗舰店" in page and "百草园健康馆" in page
    assert answer.headers["location"] in client.get("/cases").text
    assert "补入新线索" in client.get(f"/shops/{tied.ids['chengdu']}").text


def test_split_takes_a_shop_out_and_says_who_ruled(tied, client_of, csrf):
    client = client_of(tied)
    url = f"/shops/{tied.ids['hangzhou']}/split"
    wanted = {"csrf_token": csrf(client), "shop_ids": tied.ids["chengdu"], "reason": "已转让，经现场核实"}
    assert client.post(url, data={**wanted, "reason": " "}).status_code == 422
    assert client.post(url, data=wanted).status_code == 303
    page = client.get(f"/shops/{tied.ids['hangzhou']}").text
    assert "认定不是同一经营者：已转让，经现场核实" in page and "/shops/" + tied.ids["chengdu"] not in page
    assert "没有发现与其他网店的共同之处" in client.get(f"/shops/{tied.ids['chengdu']}").text
