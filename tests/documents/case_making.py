"""A case with everything in it, for the tests of its papers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from leads.case_periods import opened_clock
from records.case_parts import CaseHandler, HandlerPart, Party, PartyRole
from records.digests import digests_of
from records.evidence import Artefact, Capture, CaptureState, TimestampState
from records.leads import Basis, Case, Finding, Jurisdiction, Lead, Severity, Span, Verdict
from records.papers import Approval, CaseRecords, Paper, PaperState

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
HANDLERS = (
    CaseHandler(part=HandlerPart.LEAD, login="banan", name="潘案", card_no="33010600123"),
    CaseHandler(part=HandlerPart.ASSIST, login="xieban", name="谢办", card_no="33010600456"),
)
PARTY = Party(
    role=PartyRole.SUBJECT,
    name="杭州百草园商贸有限公司",
    code="91330106MA2CCEX21A",
    kind="有限责任公司",
    person="张三丰",
    phone="13812345678",
    address="浙江省杭州市西湖区文三路 88 号",
    source="登记库 2026-03-01",
)
WRITTEN = {
    "to": "成都市锦江区市场监督管理局",
    "contact": "潘案　0571-87654321",
    "report_by": "2026-04-30",
    "until": "2026-03-20",
    "place": "杭州市西湖区市场监督管理局网络交易监管科",
    "materials": "1. 2026 年 1 月以来涉案商品的交易流水\n2. 涉案网店的实名认证资料",
    "items": "当事人在你辖区仓库的实际经营情况\n该仓库 2026 年 1 月以来的发货记录",
    "demand": "立即删除商品页中“全国第一”等绝对化用语\n于期限内提交整改报告",
    "remedy": "杭州市西湖区人民政府；杭州市西湖区人民法院",
    "proves": "当事人在其网店商品页发布含有绝对化用语的广告",
    "pages": "打印件 3 页，光盘 1 张",
    "device": "办公电脑 XH-2023-118，电子政务外网",
    "filed_by": "潘案",
}


def case(**more):
    opened = Case(
        case_id="case_1f0c2a9b7d3e5f60718a",
        title="百草园健康馆涉嫌发布虚假广告案",
        cause="发布含有绝对化用语的广告",
        lead_ids=("lead_01",),
        handlers=HANDLERS,
        parties=(PARTY,),
        opened_by="banan",
        opened_at=NOW,
        **more,
    )
    return opened_clock(opened, start=date(2026, 3, 2))


def lead():
    return Lead(
        lead_id="lead_01",
        rule_id="A01",
        rule_title="使用绝对化用语",
        severity=Severity.MEDIUM,
        shop_id="shop_1",
        shop_name="百草园健康馆",
        title="百草园健康馆涉嫌使用绝对化用语",
        finding_ids=("finding_01",),
        urls=("http://market.example/item/100001",),
        priority_score=0.8,
        jurisdictions=(
            Jurisdiction(
                office="成都市锦江区市场监督管理局",
                region_code="510104",
                article="市场监督管理行政处罚程序规定第十条第二款",
                reason="平台内经营者，由其实际经营地县级以上市场监督管理部门管辖",
                certainty_score=0.8,
            ),
        ),
        first_seen_at=NOW - timedelta(days=3),
        last_seen_at=NOW,
    )


def finding():
    basis = Basis(
        instrument="中华人民共和国广告法",
        article="第九条第三项",
        text="广告不得使用国家级、最高级、最佳等用语",
        in_force_from=date(2015, 9, 1),
        verified=True,
    )
    return Finding(
        finding_id="finding_01",
        rule_id="A01",
        rule_version="1",
        verdict=Verdict.SUSPECTED,
        severity=Severity.MEDIUM,
        shop_id="shop_1",
        url="http://market.example/item/100001",
        page_id="page_1",
        text="全国第一的养生茶",
        spans=(Span(start=0, end=4, text="全国第一"),),
        basis=(basis,),
        conduct_on=date(2026, 2, 27),
        found_at=NOW,
    )


def capture(**more):
    def made(path, role, second):
        return Artefact(
            path=path,
            role=role,
            media_type="image/png",
            made_by="Chromium",
            made_at=NOW + timedelta(seconds=second),
            digests=digests_of(path.encode()),
        )

    values = {
        "capture_id": "capture_7b3f0d11c2",
        "url": "http://market.example/item/100001",
        "final_url": "http://market.example/item/100001",
        "title": "养生茶 全国第一 - 百草园健康馆",
        "lead_id": "lead_01",
        "state": CaptureState.COMPLETE,
        "operator": "banan",
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=40),
        "artefacts": (
            made("archive/data.warc.gz", "warc", 5),
            made("evidence/screenshot.png", "screenshot", 12),
            made("evidence/dom.html", "dom", 15),
        ),
        "timestamp": TimestampState.STAMPED,
        "package": digests_of(b"package"),
    }
    return Capture(**{**values, **more})


def sealed_papers():
    def one(kind, title, number, minutes):
        return Paper(
            paper_id=f"paper_{kind}",
            case_id="case_1f0c2a9b7d3e5f60718a",
            kind=kind,
            title=title,
            state=PaperState.SEALED,
            document_no=number,
            sealed_number=2,
            sealed_at=NOW + timedelta(minutes=minutes),
            opened_by="banan",
            opened_at=NOW,
        )

    return (
        one("01", "案件来源登记表", "杭西市监案源登字〔2026〕1号", 10),
        one("17", "协助调查函", "杭西市监协查〔2026〕2号", 90),
    )


def records(**more):
    values = {
        "organisation": "杭州市西湖区市场监督管理局",
        "case": case(),
        "leads": (lead(),),
        "findings": (finding(),),
        "captures": (capture(),),
        "papers": sealed_papers(),
        "events": (),
        "subject": "capture_7b3f0d11c2",
    }
    return CaseRecords(**{**values, **more})


def approvals():
    def said(step, login, name, card, opinion, minutes):
        return Approval(
            step=step,
            login=login,
            name=name,
            card_no=card,
            agreed=True,
            opinion=opinion,
            at=NOW + timedelta(minutes=minutes),
        )

    return (
        said("承办人", "banan", "潘案", "33010600123", "", 30),
        said("负责人", "fuze", "傅泽", "", "同意", 60),
    )
