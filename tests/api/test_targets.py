"""Targets through the API: put in, changed by the version that was read, paused, removed, and taken from a table."""

from __future__ import annotations

import io

import openpyxl
import pytest

PATH = "/api/v1/targets"
SHOP = {"urls": ["https://shop.zhiliang.example/"], "kind": "site", "cadence": "每天 03:30"}
ROWS = "网址,名称,地区代码\nhttps://one.example/,壹店,330106\nnot an address,贰店,330106\nhttps://two.example/,叁店,510104\n"


def tag_of(client, target_id):
    return client.get(f"{PATH}/{target_id}").headers["ETag"]


def test_target_is_registered_once_and_changed_from_the_version_that_was_read(office, client_of):
    client = client_of(office)
    made = client.post(PATH, json=SHOP)
    assert made.status_code == 201, made.text
    assert (made.json()["change"], made.json()["cadence"]) == ("added", "每天 03:30")
    assert client.post(PATH, json=SHOP).status_code == 409
    path = made.headers["Location"]
    read = client.get(path).headers["ETag"]
    assert read == made.headers["ETag"]
    assert client.put(path, json={"name": "甲"}).status_code == 428
    changed = client.put(path, json={"name": "甲"}, headers={"If-Match": read})
    assert changed.json()["target"]["name"] == "甲"
    assert changed.json()["target"]["seeds"] == ["https://shop.zhiliang.example/"]
    assert client.put(path, json={"name": "乙"}, headers={"If-Match": read}).status_code == 412
    paused = client.put(path, json={"cadence": ""}, headers={"If-Match": changed.headers["ETag"]})
    assert paused.json()["cadence"] == ""
    assert paused.headers["ETag"] != changed.headers["ETag"]
    told = [event.detail for event in office.services.audit.audit() if event.action == "变更监测对象"]
    assert [one.split()[0] for one in told] == ["登记", "变更", "变更"]


def test_target_that_changes_between_check_and_store_is_not_overwritten(office):
    target = office.services.survey.target("target_jishi")
    office.services.survey.save_target(target.model_copy(update={"note": "他人"}))
    with pytest.raises(Exception, match="已被他人更改"):
        office.services.survey.replace_target(target.model_copy(update={"note": "我"}), before=target)
    assert office.services.survey.target("target_jishi").note == "他人"


def test_target_is_paused_resumed_and_what_was_surveyed_is_only_retired(office, client_of):
    client = client_of(office)
    path = f"{PATH}/target_jishi"
    for action, state in (("pause", "paused"), ("resume", "active")):
        wanted = {"action": action, "reason": "专项结束"}
        answer = client.post(f"{path}/actions", json=wanted, headers={"If-Match": tag_of(client, "target_jishi")})
        assert answer.json()["state"] == state, answer.text
    gone = client.delete(path, params={"reason": "关停"}, headers={"If-Match": tag_of(client, "target_jishi")})
    assert gone.json() == {"target_id": "target_jishi", "deleted": False}
    assert client.get(path).json()["item"]["target"]["state"] == "retired"
    fresh = client.post(PATH, json={"urls": ["https://fresh.example/"]})
    answer = client.delete(fresh.headers["Location"], headers={"If-Match": fresh.headers["ETag"]})
    assert answer.json()["deleted"] is True


def test_officer_of_a_region_keeps_targets_of_it_alone(office, client_of):
    client = client_of(office, "hangzhou")
    made = client.post(PATH, json=SHOP)
    assert made.json()["target"]["region_code"].startswith("3301")
    assert client.post(PATH, json={"urls": ["https://cd.example/"], "region_code": "510104"}).status_code == 403
    moved = client.put(made.headers["Location"], json={"region_code": "51"}, headers={"If-Match": made.headers["ETag"]})
    assert moved.status_code == 403
    report = client.post(f"{PATH}/imports", files={"file": ("对象.csv", ROWS.encode())}).json()
    assert (report["added"], report["refused"]) == (1, 2)
    assert [(one["line"], one["column"]) for one in report["problems"]] == [(3, "网址"), (4, "地区代码")]


def test_table_is_tried_before_it_is_taken_and_comes_back_as_nothing_to_do(office, client_of):
    client = client_of(office)
    before = client.get(PATH).json()["total"]
    for trial, total in (("yes", before), ("", before + 2)):
        sent = client.post(f"{PATH}/imports", files={"file": ("对象.csv", ROWS.encode())}, data={"trial": trial})
        assert (sent.json()["added"], sent.json()["refused"], sent.json()["tried"]) == (2, 1, trial == "yes")
        assert client.get(PATH).json()["total"] == total
    sheet = client.get("/api/v1/target-sheets/targets.xlsx").content
    assert openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[0].max_row >= total + 1
    again = client.post(f"{PATH}/imports", files={"file": ("对象.xlsx", sheet)}).json()
    assert (again["added"], again["changed"], again["refused"]) == (0, 0, 0), again
    assert client.post(f"{PATH}/imports", files={"file": ("对象.exe", b"MZ")}).status_code == 422
