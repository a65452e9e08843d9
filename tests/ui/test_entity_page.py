"""主体一户式: all about one subject on one page, its story in one column, masked and scoped by who looks."""

from __future__ import annotations

from datetime import date

import pytest

from matching.rows import register_row
from records.case_parts import Party, PartyRole
from records.leads import Case
from records.register import EntityStatus

CODE = "91330106MA2CCEX21A"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def told_office(office):
    """The register has learned more of it, and a case with somebody who complained is open."""
    services = office.services
    before = services.register.by_code(CODE)
    after = before.model_copy(
        update={
            "status": EntityStatus.REVOKED, "status_on": date(2026, 10, 8), "legal_representative": "赵敏敏",
            "abnormal_since": date(2026, 3, 2), "snapshot_id": "2026-11-19", "approved_on": date(2026, 10, 8),
        }
    )  # fmt: skip
    services.register.import_entities("样例", "2026-11-19", [register_row(after)])
    services.leads.save_case(
        Case(
            case_id="case_told", title=f"百草园涉嫌虚假宣传案{HOSTILE}", lead_ids=(office.ids["lead"],), cause="虚假宣传",
            parties=(Party(role=PartyRole.REPORTER, name="钱多多"),), region_code="330106", filed_on=date(2026, 11, 20),
            opened_by="banan", opened_at=office.clock(),
        ),
        expected_version=0,
    )  # fmt: skip
    return office


def test_everything_about_a_subject_stands_on_one_page_with_its_links(told_office, client_of):
    text = client_of(told_office).get(f"/entities/{CODE}").text
    assert text.count('href="/cases/case_told"') >= 3  # listed, complained of, and in the story twice
    assert f'href="/leads/{told_office.ids["lead"]}"' in text
    assert f'href="/shops/{told_office.ids["hangzhou"]}"' in text
    assert 'href="/evidence/capture_hz"' in text
    assert "钱**" in text and "钱多多" not in text
    assert HOSTILE not in text and "12315 平台的数据没有接入" in text


def test_story_goes_back_from_today_to_the_founding(told_office, client_of):
    text = client_of(told_office).get(f"/entities/{CODE}").text
    story = text[text.index('<ol class="story">') : text.index("</ol>", text.index('<ol class="story">'))]
    told = ("登记状态由“存续”变为“吊销", "登记状态：吊销", "列入经营异常名录", "成立（")
    places = [story.index(words) for words in told]
    assert places == sorted(places)
    assert "法定代表人/经营者由“张三丰”变为“赵敏敏”" in story
    assert "立案：" in story and "首次采集到网店“百草园健康馆”" in story


def test_story_tells_each_role_what_it_may_see(told_office, client_of):
    masked = client_of(told_office, "jiancha").get(f"/entities/{CODE}").text
    assert "张三丰" not in masked and "赵敏敏" not in masked and "张**" in masked
    manager = client_of(told_office, "guanli").get(f"/entities/{CODE}").text
    assert "无权查看线索" in manager and "无权查看案件" in manager
    assert "/leads/" not in manager and "/cases/" not in manager and "/evidence/" not in manager
    assert 'href="/evidence/' in client_of(told_office, "shenji").get(f"/entities/{CODE}").text


def test_subject_of_another_region_is_known_but_not_what_is_held_against_it(told_office, client_of):
    foreign = told_office.services.leads.lead(told_office.ids["lead_chengdu"]).entity_code
    seen = client_of(told_office, "hangzhou").get(f"/entities/{foreign}").text
    assert "本辖区没有指向该主体的线索" in seen
    assert told_office.ids["lead_chengdu"] not in seen and told_office.ids["chengdu"] not in seen
