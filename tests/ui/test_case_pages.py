"""A case in the console from its leads to the signed-off paper: two officers, another person's approval, one timeline
that is held against the chains and says so when something was changed."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest

WORDS = {
    "f_to": "成都市锦江区市场监督管理局",
    "f_items": "当事人在你辖区仓库的实际经营情况",
    "f_contact": "潘案 0571-87654321",
}


@dataclass
class Walk:
    """An office, its clients by login, and the case they work on."""

    office: object
    clients: dict
    case_id: str = ""

    def post(self, login, path, **data):
        client = self.clients[login]
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', client.get("/me").text)[1]
        return client.post(path, data={"csrf_token": token, **data})

    def act(self, login, path, **data):
        return self.post(login, f"/cases/{self.case_id}/{path}", version=self.case.version, **data)

    def paper(self, kind, **data):
        answer = self.post("banan", f"/cases/{self.case_id}/papers", kind=kind, **data)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    def on_paper(self, login, paper_id, path, **data):
        version = self.office.services.case_book.paper(paper_id).version
        return self.post(login, f"/papers/{paper_id}/{path}", version=version, **data)

    def get(self, path, login="banan"):
        return self.clients[login].get(path)

    @property
    def case(self):
        return self.office.services.leads.case(self.case_id)


@pytest.fixture
def walk(office, client_of):
    accounts = office.services.accounts
    for login, card in (("banan", "33010600123"), ("jiancha", "33010600456"), ("fuze", "33010600900")):
        account = accounts.account_by_login(login)
        roles = (*account.roles, *accounts.account_by_login("banan").roles) if login == "jiancha" else account.roles
        accounts.save_account(account.model_copy(update={"card_no": card, "roles": roles}))
    clients = {login: client_of(office, login) for login in ("banan", "jiancha", "fuze", "shenji", "hangzhou")}
    found = Walk(office, clients)
    lead = next(lead for lead in office.services.leads.leads() if lead.shop_id == office.ids["hangzhou"])
    opened = found.post("banan", "/cases", lead=lead.lead_id)
    found.case_id = re.search(r"/cases/(case_\w+)", opened.headers["location"])[1]
    return found


def with_officers(walk):
    assert walk.act("banan", "officers", lead_officer="banan", assist_officer="jiancha").status_code == 303


def test_case_goes_from_leads_to_investigation_by_two_officers_and_a_chief(walk):
    page = walk.get(f"/cases/{walk.case_id}").text
    assert "立案前核查" in page and "还剩 15 个工作日" in page and "杭州百草园商贸有限公司" in page
    refused = walk.act("banan", "act", action="报请立案", reason="已核查")
    assert refused.status_code == 409 and "两名以上执法人员" in refused.text and "已核查" in refused.text
    assert walk.act("banan", "officers", lead_officer="banan", assist_officer="banan").status_code == 422
    with_officers(walk)
    paper = walk.paper("07")
    assert walk.on_paper("banan", paper, "save", then="seal").status_code == 409
    assert walk.on_paper("banan", paper, "save", then="submit").status_code == 303
    assert walk.case.state.value == "立案审批"
    assert walk.on_paper("banan", paper, "decide", answer="同意").status_code == 403
    assert "立案/不予立案审批表" in walk.get("/approvals", "fuze").text
    done = walk.on_paper("fuze", paper, "decide", answer="同意", back="approvals")
    assert done.headers["location"] == "/approvals?done=decided", done.text
    sealed = walk.office.services.case_book.paper(paper)
    assert (walk.case.state.value, sealed.document_no) == ("调查中", "杭西市监立审〔2026〕1号")
    assert "办理案件" in walk.get(f"/cases/{walk.case_id}").text
    assert walk.case.title[:10] in walk.get("/").text and walk.case_id in walk.get("/cases?mine=1").text


def test_paper_that_lacks_something_stays_a_draft_and_names_it(walk):
    with_officers(walk)
    paper = walk.paper("17")
    page = walk.get(f"/papers/{paper}").text
    assert "缺什么" in page and "协查事项" in page and "登记库 样例" in page
    refused = walk.on_paper("banan", paper, "save", then="submit")
    assert refused.status_code == 409 and "《协助调查函》缺：协查事项、联系人及电话" in refused.text
    assert walk.get(f"/papers/{paper}/file.pdf").content[:5] == b"%PDF-"


def test_sealed_paper_stays_and_a_revision_is_a_new_version_with_the_same_number(walk):
    with_officers(walk)
    paper = walk.paper("17")
    walk.on_paper("banan", paper, "save", then="submit", **WORDS)
    assert walk.on_paper("banan", paper, "save", **WORDS).status_code == 409  # it is with 负责人
    walk.on_paper("fuze", paper, "decide", answer="同意")
    book = walk.office.services.case_book
    first = walk.get(f"/papers/{paper}/file.pdf").content
    assert any(one.title == "协查回函" for one in walk.case.deadlines)
    assert walk.on_paper("banan", paper, "save", **{**WORDS, "f_items": "改查发货记录"}).status_code == 303
    sealed = book.paper(paper).sealed_number
    assert walk.get(f"/papers/{paper}/file.pdf?version={sealed}").content == first
    assert walk.on_paper("banan", paper, "save", then="submit").status_code == 303
    assert walk.on_paper("fuze", paper, "decide", answer="退回修改").status_code == 409  # without a reason
    returned = walk.on_paper("fuze", paper, "decide", answer="退回修改", opinion="补充附件")
    assert returned.status_code == 303, returned.text
    assert "补充附件" in walk.get(f"/papers/{paper}").text
    walk.on_paper("banan", paper, "save", then="submit")
    walk.on_paper("fuze", paper, "decide", answer="同意")
    assert [one.document_no for one in book.paper_versions(paper) if one.sealed] == ["杭西市监协查〔2026〕1号"] * 2
    assert sum(one.title == "协查回函" for one in walk.case.deadlines) == 1


def test_region_and_role_hold_for_case_paper_and_timeline(walk):
    with_officers(walk)
    accounts = walk.office.services.accounts
    accounts.save_account(accounts.account_by_login("hangzhou").model_copy(update={"region_code": "5101"}))
    paper = walk.paper("17")
    for path in (f"/cases/{walk.case_id}", f"/papers/{paper}", f"/cases/{walk.case_id}/timeline"):
        assert walk.get(path, "hangzhou").status_code == 404
        assert walk.get(path, "shenji").status_code == 200
    assert walk.get(f"/papers/{paper}/file.pdf", "shenji").status_code == 403
    shown = walk.get(f"/cases/{walk.case_id}", "shenji").text
    assert "张**" in shown and "13812345678" not in shown and "张三丰" in walk.get(f"/cases/{walk.case_id}").text
    assert walk.act("shenji", "act", action="报请立案").status_code == 403
    assert walk.get("/approvals").status_code == 403
    assert walk.case_id not in walk.get("/cases", "hangzhou").text


def test_timeline_is_filtered_exported_and_held_against_the_chains(walk):
    with_officers(walk)
    paper = walk.paper("17")
    walk.on_paper("banan", paper, "save", then="submit", **WORDS)
    page = walk.get(f"/cases/{walk.case_id}/timeline?kind=审批").text
    assert "送审文书" in page and "指定承办人员" not in page
    lines = walk.get(f"/cases/{walk.case_id}/timeline.jsonl").text.splitlines()
    assert json.loads(lines[0])["kind"] and json.loads(lines[-1])["lines"][0]["passed"]
    assert walk.get(f"/cases/{walk.case_id}/timeline.pdf").content[:5] == b"%PDF-"
    said = walk.post("banan", f"/cases/{walk.case_id}/timeline/verify").text
    assert "每一步的校验值均在审计链中" in said


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE case_events SET body = replace(body, '主办潘案', '主办他人')", "与审计链所记不符"),
        ("DELETE FROM case_events WHERE body LIKE '%指定承办人员%'", "不在案件记录中"),
    ],
)
def test_history_changed_behind_our_back_is_found(walk, statement, told):
    with_officers(walk)
    with closing(sqlite3.connect(walk.office.services.data_dir / "wangjian.db")) as connection, connection:
        connection.execute(statement)
    said = walk.post("banan", f"/cases/{walk.case_id}/timeline/verify").text
    assert "核对发现问题" in said and told in said


def test_hostile_words_stay_words(walk):
    hostile = "<script>alert(1)</script>\u202e"
    row = {"role": "当事人", "name": hostile, "code": "", "kind": "", "person": "", "phone": "", "address": ""}
    answer = walk.act("banan", "edit", title=hostile, cause=hostile, source="", **row)
    assert answer.status_code == 303, answer.text
    for path in (f"/cases/{walk.case_id}", "/cases", f"/cases/{walk.case_id}/timeline", f"/cases/{walk.case_id}/edit"):
        assert "<script>alert" not in walk.get(path).text
    paper = walk.paper("01")
    assert "<script>alert" not in walk.get(f"/papers/{paper}").text
    assert walk.get(f"/papers/{paper}/file.pdf").status_code == 200


def test_two_who_change_a_case_at_once_are_told(walk):
    version = walk.case.version
    with_officers(walk)
    late = walk.post("banan", f"/cases/{walk.case_id}/evidence", evidence="capture_hz", version=version)
    assert late.status_code == 422 and "已被他人改动" in late.text
    assert walk.act("banan", "evidence", evidence="capture_hz").status_code == 303
    assert "capture_hz" in walk.case.capture_ids
