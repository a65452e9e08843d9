"""Watch lists and rule packs through the API: taken from files, looked for, retired; signed, and believed by signature."""

from __future__ import annotations

import json

ROWS = "名称,批号,备注\n蜂胶软胶囊,,铅超标\n全网销量,20260101,\n,20260102,没有名称\n"
BASIS = {"instrument": "《广告法》", "article": "第九条", "text": "略", "in_force_from": "2021-04-29"}
RULE = {"title": "宣称根治", "groups": [["包治", "根治"]], "basis": [BASIS]}


def sent(client, path, name, content, **words):
    return client.post(path, files={"file": (name, content)}, data=words)


def ended(client, answer):
    assert answer.status_code == 202, answer.text
    assert "event: end" in client.get(f"{answer.headers['Location']}/events").text
    return client.get(answer.headers["Location"]).json()


def test_list_is_imported_with_its_bad_rows_named_looked_for_confirmed_and_retired(office, client_of):
    client = client_of(office, "fuze")
    made = sent(client, "/api/v1/watch-lists", "名单.csv", ROWS.encode("gb18030"), title="召回公告", kind="failing")
    assert made.status_code == 201, made.text
    assert [(one["line"], one["reason"]) for one in made.json()["problems"]] == [(4, "没有名称")]
    path, tag = made.headers["Location"], made.headers["ETag"]
    job = ended(client, client.post("/api/v1/jobs", json={"kind": "watch_run", "list_ids": [path.split("/")[-1]]}))
    assert (job["state"], job["result"]["hits"] == job["result"]["new_hits"]) == ("done", True)
    answer = {"rule_id": "A01", "reason": "第 3 号公告"}
    assert client.post(f"{path}/confirmation", json=answer).status_code == 428
    confirmed = client.post(f"{path}/confirmation", json=answer, headers={"If-Match": tag})
    assert confirmed.status_code == 200, confirmed.text
    assert client.delete(path, headers={"If-Match": tag}).status_code == 412
    assert client.delete(path, headers={"If-Match": confirmed.headers["ETag"]}).json()["retired"] is True
    assert client.get("/api/v1/watch-lists").json()["total"] == 0
    assert client.get("/api/v1/watch-lists", params={"retired": True}).json()["total"] == 1
    assert sent(client_of(office, "hangzhou"), "/api/v1/watch-lists", "a.csv", b"x", title="a").status_code == 403


def test_words_are_found_in_shops_of_the_region_alone(office, client_of):
    wanted = {"words": ["胶囊", "百草"]}
    whole = client_of(office).post("/api/v1/watch-lists/finds", json=wanted).json()
    bound = client_of(office, "hangzhou").post("/api/v1/watch-lists/finds", json=wanted).json()
    assert whole["hits"] >= bound["hits"] >= 1
    assert office.ids["chengdu"] not in json.dumps(bound)


def test_pack_is_signed_taken_back_and_refused_when_a_byte_differs(office, client_of):
    client = client_of(office, "fuze")
    first = client.put("/api/v1/own-rules/Z01", json=RULE)
    assert first.headers["ETag"] == '"1"'
    other = {**RULE, "title": "宣称治愈"}
    assert client.put("/api/v1/own-rules/Z01", json=other).status_code == 428
    assert client.put("/api/v1/own-rules/Z01", json=other, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert client.put("/api/v1/own-rules/Z01", json=RULE, headers={"If-Match": '"1"'}).status_code == 412
    pack = client.post("/api/v1/rule-packs", json={"office": "市局"})
    assert pack.status_code == 200, pack.text
    taken = sent(client, "/api/v1/rule-packs/imports", "规则.json", pack.content)
    assert [one["title"] for one in taken.json()["kept"]] == ["宣称治愈"], taken.text
    document = json.loads(pack.content)
    document["signature"] = document["signature"][:-8] + ("A" * 7 + "=")
    broken = sent(client, "/api/v1/rule-packs/imports", "规则.json", json.dumps(document).encode())
    assert broken.status_code == 422
    assert client.get("/api/v1/rules/A01/examples").json()["failed"] == 0


def test_table_is_matched_and_lines_are_judged_as_jobs(office, client_of):
    client = client_of(office, "jiancha")
    rows = (
        "id,name,code,region,phone,address\n1,杭州百草园商贸有限公司,91330106MA2CCEX21A,,13812345678,\n2,无人知晓,,,,\n"
    )
    job = ended(client, sent(client, "/api/v1/match/batches", "店.csv", rows.encode()))
    table = client.get(f"/api/v1/jobs/{job['job_id']}/file").content.decode("utf-8-sig")
    assert "91330106MA2CCEX21A" in table and "13812345678" not in table
    lines = '{"id":"1","text":"本品全网销量第一，国家级"}\n不是 JSON\n'
    job = ended(client, sent(client, "/api/v1/rules/scans", "文本.jsonl", lines.encode()))
    assert (job["state"], job["result"]["lines"], job["result"]["refused"]) == ("partial", "2", "1")


def test_standing_and_candidates_are_told(quiet_office, client_of):
    client = client_of(quiet_office)
    assert client.get("/api/v1/index").json()["problem"] == ""
    assert client.get("/api/v1/evidence/store").json()["ready"] is True
    assert [one["current"] for one in client.get("/api/v1/evidence/keys").json()["items"]][:1] == [True]
    assert client.get("/api/v1/evidence/trust").text.startswith("-----BEGIN CERTIFICATE")
    history = client.get("/api/v1/entities/91330106MA2CCEX21A/history").json()["items"]
    assert history[-1]["entity"]["name"] == "杭州百草园商贸有限公司"
    first = client.get("/api/v1/entities", params={"q": "有限公司", "limit": 1}).json()
    if first["next_cursor"]:
        rest = client.get("/api/v1/entities", params={"q": "有限公司", "limit": 1, "cursor": first["next_cursor"]})
        assert rest.json()["items"] != first["items"]


def test_handing_over_is_in_the_custody_chain(office, client_of):
    client = client_of(office)
    path = "/api/v1/captures/capture_hz"
    made = client.post(f"{path}/handovers", json={"way": "移交", "to": "某市公安局", "reason": "涉嫌犯罪"})
    assert made.status_code == 201, made.text
    assert client.get(path).json()["custody"][-1]["action"] in ("移交", "查看")
    assert "移交给 某市公安局：涉嫌犯罪" in client.get(path).text
