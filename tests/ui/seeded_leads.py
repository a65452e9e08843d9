"""The leads of the small office and what was captured for them."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta

from records.base import stable_id
from records.digests import Digests, digests_of
from records.evidence import Artefact, Capture, CaptureState, TimestampState
from records.leads import Basis, Finding, Jurisdiction, Lead, LeadEvent, LeadState, Severity, Span, Verdict
from records.market import Category
from records.ports import Services
from tests.ui.seeded_market import CHENGDU_CODE, GIANT, HANGZHOU_CODE, HOSTILE, NOW


def seed_leads(services: Services, ids: dict[str, str], *, extra: int) -> None:
    """A lead of each severity, one hostile in every field, and `extra` more of the Chengdu shop."""
    text = (
        "【百草园】本品为全网销量第一的蜂胶软胶囊，采用国家级工艺，长期服用可治疗糖尿病。"
        + "产地直供，七天无理由退货。" * 12
    )
    first = text.index("全网销量第一")
    ids["lead"] = _lead(
        services, "A01", "绝对化用语", Severity.MEDIUM, ids["hangzhou"], "百草园健康馆", "330106", 0.72,
        text=text, spans=((first, first + 6), (text.index("国家级"), text.index("国家级") + 3)),
        entity=(HANGZHOU_CODE, "杭州百草园商贸有限公司"), listing=ids["hangzhou_listing"],
    )  # fmt: skip
    ids["lead_high"] = _lead(
        services, "A03", "非医药品宣传疾病治疗功能", Severity.HIGH, ids["hangzhou"], "百草园健康馆", "330106", 0.91,
        text=text, spans=((text.index("治疗糖尿病"), text.index("治疗糖尿病") + 5),),
        entity=(HANGZHOU_CODE, "杭州百草园商贸有限公司"),
    )  # fmt: skip
    ids["lead_chengdu"] = _lead(
        services, "C15", "最终解释权等霸王条款", Severity.LOW, ids["chengdu"], "蜀味坊食品旗舰店", "510104", 0.41,
        text="本活动最终解释权归本店所有。", spans=((3, 8),), entity=(CHENGDU_CODE, "成都蜀味坊食品有限公司"),
    )  # fmt: skip
    ids["lead_hostile"] = _lead(
        services, "N02", "亮照信息不实", Severity.HIGH, ids["hostile"], HOSTILE, "330106", 0.66,
        text=HOSTILE + GIANT, spans=((0, 8), (len(HOSTILE), len(HOSTILE) + 3)), url="javascript:alert(3)",
    )  # fmt: skip
    for number in range(extra):
        _lead(
            services, "C16", "拒绝七日无理由退货", Severity.LOW, ids["chengdu"], f"样例网店 {number:03d}", "510104",
            0.1 + number / 1000, text=f"第 {number} 号公告：本店商品售出概不退换。", spans=((9, 15),), number=number,
        )  # fmt: skip


def _lead(
    services: Services, rule: str, title: str, severity: Severity, shop_id: str, shop: str, region: str, priority: float,
    *, text: str, spans: tuple[tuple[int, int], ...], entity: tuple[str, str] = ("", ""), listing: str = "",
    url: str = "http://market.example/shop/baicaoyuan/item/1", number: int = 0,
) -> str:  # fmt: skip
    leads = services.leads
    lead_id = stable_id("lead", shop_id, rule, str(number))
    finding = Finding(
        finding_id=stable_id("finding", lead_id),
        rule_id=rule,
        rule_version="1",
        verdict=Verdict.SUSPECTED,
        severity=severity,
        shop_id=shop_id,
        listing_id=listing,
        url=url,
        page_id="page_1",
        page_sha256=digests_of(text.encode("utf-8", "replace")).sha256,
        text=text,
        place="div.detail > p:nth-child(2)",
        spans=tuple(Span(start=start, end=end, text=text[start:end]) for start, end in spans),
        explanation="商家自述，指向本商品，未见引用、否定等除外语境",
        basis=(
            Basis(
                instrument="《中华人民共和国广告法》",
                article="第九条第三项",
                text="广告不得有下列情形：（三）使用“国家级”、“最高级”、“最佳”等用语；",
                in_force_from=date(2021, 4, 29),
                verified=rule == "A03",
            ),
        ),
        conduct_on=date(2026, 11, 20),
        found_at=NOW,
    )
    leads.save_findings([finding])
    lead = Lead(
        lead_id=lead_id,
        rule_id=rule,
        rule_title=title,
        severity=severity,
        shop_id=shop_id,
        shop_name=shop,
        entity_code=entity[0],
        entity_name=entity[1],
        title=f"{shop} 涉嫌{title}",
        summary=f"1 处命中：{text[3:40]}",
        categories=(Category.HEALTH_FOOD,),
        finding_ids=(finding.finding_id,),
        urls=(url,),
        priority_score=priority,
        priority_reasons=("保健食品", "主体已比对") if entity[0] else (),
        jurisdictions=(
            Jurisdiction(
                office="杭州市西湖区市场监督管理局",
                region_code=region,
                article="《市场监督管理行政处罚程序规定》第十条第二款",
                reason="平台内经营者，实际经营地在西湖区",
                certainty_score=0.8,
            ),
        )
        if entity[0]
        else (),
        region_code=region,
        state=LeadState.NEW,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    event = LeadEvent(
        event_id=stable_id("event", lead_id),
        lead_id=lead_id,
        action="发现",
        state_to=LeadState.NEW,
        actor="系统",
        at=NOW,
    )
    leads.save_lead(lead, event, expected_version=0)
    return lead_id


def seed_captures(services: Services, ids: dict[str, str]) -> None:
    """Two complete captures, a partial and a failed one; their packages are none."""
    picture = services.blobs.put(png(1200, 1600))
    broken = services.blobs.put(b"PK\x05\x06 this is no package")
    for name, lead, state, extra in (
        ("capture_hz", "lead", CaptureState.COMPLETE, {"package": broken, "screenshot": picture, "exchanges": 37}),
        ("capture_cd", "lead_chengdu", CaptureState.COMPLETE, {"package": broken, "screenshot": picture}),
        ("capture_part", "lead_high", CaptureState.PARTIAL, {"missing": ("整页截图", "时间戳"), "package": broken}),
        ("capture_fail", "lead", CaptureState.FAILED, {"reason": "目标站点 60 秒内没有应答"}),
    ):
        ids[name] = name
        services.evidence.save_capture(_capture(name, ids[lead], state, picture, extra))


def _capture(name: str, lead_id: str, state: CaptureState, picture: Digests, extra: dict[str, object]) -> Capture:
    artefacts = (
        Artefact(path="screenshot/page.png", role="screenshot", media_type="image/png", made_by="Chromium 156 无界面截图", made_at=NOW, digests=picture),
        Artefact(path="data.warc.gz", role="warc", media_type="application/warc", made_by="代理记录", made_at=NOW, digests=picture),
    )  # fmt: skip
    return Capture(
        capture_id=name,
        url="http://market.example/shop/baicaoyuan/item/1",
        final_url="http://market.example/shop/baicaoyuan/item/1?ref=1",
        title="蜂胶软胶囊 60 粒",
        lead_id=lead_id,
        state=state,
        operator="banan",
        started_at=NOW - timedelta(minutes=len(name)),
        finished_at=NOW,
        artefacts=artefacts if extra.get("package") else (),
        timestamp=TimestampState.LOCAL if extra.get("package") else TimestampState.PENDING,
        timestamp_at=NOW if extra.get("package") else None,
        **extra,
    )


def png(width: int, height: int) -> bytes:
    """A plain picture of that size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(
        b"\x00" + bytes([235 if (row // 40) % 4 else 205]) * (width // 2) + bytes([250]) * (width - width // 2)
        for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
