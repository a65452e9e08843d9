"""One believable capture and the facts of its paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from documents.facts import ExtractionFacts, extraction_facts
from records.digests import digests_of
from records.evidence import Artefact, CaptureState, Manifest
from records.leads import Case, Lead, Officer, Severity

BEGUN = datetime(2026, 11, 20, 1, 15, 2, tzinfo=UTC)
ENDED = datetime(2026, 11, 20, 1, 15, 9, tzinfo=UTC)
URL = "http://127.0.0.1:8710/shop/31/item/1187?from=list&sort=sales"

_FILES = (
    ("archive/data.warc.gz", "网络交换原始数据", "application/warc", "GuardedProxy 0.1.0"),
    ("evidence/screenshot.png", "网页全页截图", "image/png", "Chromium 156.0.8078.79"),
    ("evidence/viewport.png", "可视区截图", "image/png", "Chromium 156.0.8078.79"),
    ("evidence/dom.html", "渲染后网页", "text/html", "Chromium 156.0.8078.79"),
    ("evidence/page.pdf", "网页打印件", "application/pdf", "Chromium 156.0.8078.79"),
    ("evidence/resources.json", "资源清单", "application/json", "网鉴 0.1.0"),
    ("evidence/certificates.pem", "证书链", "application/x-pem-file", "网鉴 0.1.0"),
)


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        capture_id="capture_0b1f6b9a2f7d4c55aa10",
        url=URL,
        final_url=URL + "&r=1",
        title="国家级非遗手工红茶 250g 限时特价 - 青岚山货铺",
        state=CaptureState.COMPLETE,
        started_at=BEGUN,
        finished_at=ENDED,
        operator="王敏（网监）",
        lead_id="lead_3f1c",
        navigation=((302, URL), (200, URL + "&r=1")),
        environment={
            "浏览器": "Chromium 156.0.8078.79（chromium-headless-shell）",
            "操作系统": "Debian GNU/Linux 12 (bookworm)",
            "代理": "127.0.0.1:40123（本系统记录代理）",
            "hosts 文件 SHA-256": digests_of(b"127.0.0.1 localhost").sha256,
            "时钟偏差": "未测（无外部时间源）",
        },
        artefacts=tuple(
            Artefact(
                path=path,
                role=role,
                media_type=kind,
                made_by=maker,
                made_at=ENDED,
                digests=digests_of(path.encode() * 999),
            )
            for path, role, kind, maker in _FILES
        ),
        custody_head_sha256=digests_of(b"head").sha256,
    )


@pytest.fixture
def lead() -> Lead:
    return Lead(
        lead_id="lead_3f1c",
        rule_id="A01",
        rule_title="绝对化用语",
        severity=Severity.MEDIUM,
        shop_id="shop_31",
        shop_name="青岚山货铺",
        entity_code="91110105MA01AB2C3X",
        entity_name="青岚（北京）电子商务有限公司",
        title="涉嫌使用“国家级”等绝对化用语",
        finding_ids=("f1",),
        priority_score=0.7,
        first_seen_at=BEGUN,
        last_seen_at=BEGUN,
    )


@pytest.fixture
def case() -> Case:
    return Case(
        case_id="case_20261120_01",
        title="青岚（北京）电子商务有限公司涉嫌发布含绝对化用语的广告",
        lead_ids=("lead_3f1c",),
        officers=(Officer(name="李建国", card_no="京市监 010233"), Officer(name="赵晓芸", card_no="京市监 010418")),
        opened_at=BEGUN,
    )


@pytest.fixture
def facts(manifest: Manifest, lead: Lead, case: Case) -> ExtractionFacts:
    return extraction_facts(manifest, organisation="北京市某区市场监督管理局", prepared_at=ENDED, lead=lead, case=case)
