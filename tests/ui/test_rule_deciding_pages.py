"""Rules decided about, drafted and tried, and watch lists answered for, at the console."""

from __future__ import annotations

from leads.catalogue import load_rules
from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction
from records.jobs import JobKind, JobState
from records.people import Role
from records.rule_life import RuleAct
from records.watch_lists import WatchItem, WatchKind, WatchList

HOSTILE = "<script>alert(1)</script>"
OFFICE = "某市市场监督管理局法规科"
DRAFT = {
    "rule_id": "Z01", "title": "宣称增强免疫", "severity": "medium", "group": ["蜂胶", "软胶囊"],
    "speaker": ["merchant", "label"], "instrument": "《中华人民共和国广告法》", "article": "第二十八条",
    "since": "2015-09-01",
}  # fmt: skip


def _send(client, token_of, path, **form):
    return client.post(path, data={"csrf_token": token_of(client), **form})


def _bound_chief(office):
    wanted = NewAccount(
        login="hzfuze", name="杭负", roles=(Role.CHIEF,), password="Shuang-Sui-2026", region_code="3301"
    )  # fmt: skip
    create_account(office.services.accounts, wanted)


def test_chief_signs_demotes_and_suspends_with_a_reason(office, client_of, csrf):
    client = client_of(office, "fuze")
    for action, act in (("demote", RuleAct.DEMOTED), ("sign", RuleAct.SIGNED), ("suspend", RuleAct.SUSPENDED)):
        form = {"action": action, "office": OFFICE, "note": f"理由{HOSTILE}", "floor": "80"}
        answer = _send(client, csrf, "/rules/a01/decide", **form)
        assert answer.headers["location"] == f"/rules/A01?done={action}"
        event = office.services.rules.rule_events("A01")[-1]
        assert (event.act, event.actor, event.office) == (act, "傅泽（fuze）", OFFICE)
    assert office.services.rules.rule_events("A01")[1].floor == 0.8
    page = client.get("/rules/A01?done=suspend").text
    assert "停用" in page and HOSTILE not in page
    assert [event.action for event in office.services.audit.audit()].count(AuditAction.RULE_DECIDED) == 3


def test_decision_without_reason_or_right_is_not_made(office, client_of, csrf):
    _bound_chief(office)
    form = {"action": "suspend", "office": OFFICE, "note": "试"}
    answer = _send(client_of(office, "fuze"), csrf, "/rules/A01/decide", **{**form, "note": "  "})
    assert answer.status_code == 422 and "须写明" in answer.text and f'value="{OFFICE}"' in answer.text
    assert "作出决定" not in client_of(office).get("/rules/A01").text
    assert _send(client_of(office), csrf, "/rules/A01/decide", **form).status_code == 403
    assert "作出决定" not in client_of(office, "hzfuze").get("/rules/A01").text
    assert _send(client_of(office, "hzfuze"), csrf, "/rules/A01/decide", **form).status_code == 403
    assert _send(client_of(office, "fuze"), csrf, "/rules/Z77/decide", **form).status_code == 404
    assert office.services.rules.rule_events() == ()


def test_own_rule_is_tried_saved_and_signed(office, client_of, csrf):
    monitor = client_of(office, "jiancha")
    assert 'value="Z01"' in monitor.get("/rules/own/new").text
    tried = _send(monitor, csrf, "/rules/own/try", **DRAFT).text
    assert "试行结果" in tried and "<mark>" in tried and "涉嫌涉及" in tried
    assert office.services.own_rules.own_rules() == ()
    assert _send(monitor, csrf, "/rules/own/save", **DRAFT).headers["location"] == "/rules/own/Z01?done=kept"
    assert _send(monitor, csrf, "/rules/own/save", **DRAFT).headers["location"] == "/rules/own/Z01?done=same"
    changed = {**DRAFT, "unless": "包装", "note": HOSTILE}
    assert _send(monitor, csrf, "/rules/own/save", **changed).headers["location"] == "/rules/own/Z01?done=kept"
    page = monitor.get("/rules/own/Z01").text
    assert "现行第 2 版" in page and "第 1 版" in page and HOSTILE not in page and 'value="蜂胶"' in page
    assert "试行" in monitor.get("/rules/own").text
    form = {"action": "sign", "office": OFFICE, "note": "同意"}
    assert _send(client_of(office, "fuze"), csrf, "/rules/Z01/decide", **form).status_code == 303


def test_words_are_tried_before_anybody_knows_which_article_they_break(office, client_of, csrf):
    bare = {**DRAFT, "title": "", "instrument": "", "article": "", "since": ""}
    tried = _send(client_of(office, "jiancha"), csrf, "/rules/own/try", **bare).text
    assert "试行结果" in tried and "<mark>" in tried and "未写依据" not in tried
    assert office.services.own_rules.own_rules() == ()


def test_trial_shows_what_is_of_ones_region(office, client_of, csrf):
    draft = {**DRAFT, "group": ["蜂胶软胶囊、郫县豆瓣酱"]}
    everywhere = _send(client_of(office, "jiancha"), csrf, "/rules/own/try", **draft).text
    scoped = _send(client_of(office, "hangzhou"), csrf, "/rules/own/try", **draft).text
    assert "<mark>郫县豆瓣酱</mark>" in everywhere and "<mark>郫县豆瓣酱</mark>" not in scoped
    assert "<mark>蜂胶软胶囊</mark>" in scoped
    assert _send(client_of(office, "hangzhou"), csrf, "/rules/own/save", **draft).status_code == 403
    within = {**draft, "regions": "330106"}
    assert _send(client_of(office, "hangzhou"), csrf, "/rules/own/save", **within).status_code == 303


WRONG = [
    ({"group": ["", ""]}, "没有写词"),
    ({"group": ["的"]}, "太短"),
    ({"rule_id": "A01"}, "Z01–Z99"),
    ({"title": ""}, "须写违法情形"),
    ({"article": ""}, "须写明依据"),
    ({"since": "昨天"}, "须写明依据"),
    ({"price_least": "1e999"}, "现价看不懂"),
    ({"price_least": "9", "price_most": "1"}, "下限大于上限"),
    ({"within": "十"}, "应为整数"),
    ({"regions": "浙江"}, "区划代码看不懂"),
    ({"category": ["没有的类目"]}, "不在所列"),
]


def test_draft_that_cannot_be_read_is_explained_and_kept(office, client_of, csrf):
    client = client_of(office, "jiancha")
    for wrong, said in WRONG:
        answer = _send(client, csrf, "/rules/own/save", **{**DRAFT, **wrong})
        assert answer.status_code == 422 and said in answer.text, wrong
        assert 'value="《中华人民共和国广告法》"' in answer.text
    assert office.services.own_rules.own_rules() == ()


def test_who_may_not_draft_sees_rules_and_no_form(office, client_of, csrf):
    client = client_of(office)
    assert client.get("/rules/own").status_code == 200 and client.get("/rules/own/new").status_code == 403
    assert _send(client, csrf, "/rules/own/try", **DRAFT).status_code == 403
    assert client_of(office, "guanli").get("/rules/own").status_code == 403
    assert client.get("/rules/own/Z09").status_code == 404


def test_list_is_answered_for_and_makes_leads(office, client_of, csrf):
    services = office.services
    services.watch.save_list(
        WatchList(
            list_id="watch_1", version=1, title="第三季度不合格食品", kind=WatchKind.FAILING, source="某市公告",
            items=(WatchItem(item_id="i1", words=("蜂胶软胶囊",), line=1),), imported_by="王监",
            imported_at=services.clock(),
        )
    )  # fmt: skip
    monitor = client_of(office, "jiancha")
    assert "尚未确认" in monitor.get("/watch/watch_1").text
    form = {"rule_id": "g21", "reason": f"第 3 号公告召回{HOSTILE}", "article": "公告第一项"}
    assert _send(monitor, csrf, "/watch/watch_1/confirm", **{**form, "reason": ""}).status_code == 422
    assert _send(client_of(office), csrf, "/watch/watch_1/confirm", **form).status_code == 403
    assert _send(client_of(office, "hangzhou"), csrf, "/watch/watch_1/confirm", **form).status_code == 403
    assert _send(monitor, csrf, "/watch/watch_1/confirm", **{**form, "rule_id": "X9"}).status_code == 404
    assert _send(monitor, csrf, "/watch/watch_1/confirm", **form).headers["location"] == "/watch/watch_1?done=confirmed"
    signed = services.watch.watch_list("watch_1").confirmed
    assert (signed.rule_id, signed.article, signed.confirmed_by) == ("G21", "公告第一项", "王监（jiancha）")
    page = monitor.get("/watch/watch_1?done=confirmed").text
    assert "已确认" in page and "待核" in page and HOSTILE not in page
    assert "G21" in {rule.rule_id for rule in load_rules()}


def test_list_is_loaded_from_a_table_with_the_rows_it_refused_named(office, client_of, csrf):
    client = client_of(office, "jiancha")
    assert 'enctype="multipart/form-data"' in client.get("/watch").text
    assert 'enctype="multipart/form-data"' not in client_of(office).get("/watch").text

    def send(name: str, table: str, **words: str):
        words = {
            "title": "第3号公告",
            "kind": "召回或不合格",
            "source": "某市公告",
            "csrf_token": csrf(client),
            **words,
        }
        return client.post("/watch", data=words, files={"file": (name, table.encode())})

    assert client_of(office).post("/watch", data={"title": "x"}).status_code == 403
    assert send("名单.csv", "名称\n蜂胶软胶囊\n", csrf_token="0" * 64).status_code == 403
    for name, table, words, says in (
        ("名单.exe", "名称\n蜂胶", {}, ".xlsx、.csv"),
        ("名单.csv", "甲,乙\n1,2\n", {}, "“名称”一列"),
        ("名单.xlsx", "不是工作簿", {}, "没有导入"),
        ("名单.csv", "名称\n蜂胶\n", {"title": " "}, "须写明标题与种类"),
    ):
        answer = send(name, table, **words)
        assert (answer.status_code, says in answer.text) == (422, True), (name, answer.text)
    assert not office.services.watch.watch_lists()
    broken = send("名单.csv", "名称,批号\n蜂胶软胶囊,20260101\n,20260102\n")
    assert "有 1 行没有导入" in broken.text and "第 3 行" in broken.text
    (watched,) = office.services.watch.watch_lists()
    assert (watched.title, len(watched.items), watched.kind) == ("第3号公告", 1, WatchKind.FAILING)
    assert "名单.xlsx" in send("名单.xlsx", "不是工作簿").text, "the file is named as its sender named it"
    assert send("名单.csv", "名称,批号\n蜂胶软胶囊,20260101\n").headers["location"].endswith("?done=same")
    job = next(one for one in office.services.jobs.jobs() if one.kind is JobKind.WATCH_RUN)
    office.services.jobs.add_job(job.model_copy(update={"job_id": "job_0", "state": JobState.RUNNING}))
    page = client.get(f"/watch/{watched.list_id}").text
    assert "还在查找，下面的不是全部" in page
