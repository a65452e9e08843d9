"""How names are written beside one another: what a misreading explains, and what tells two businesses apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matching.candidates import CandidateSet
from matching.comparing import Comparison, compare
from matching.features import Feature, in_conflict
from matching.outlines import held_of
from matching.query_facts import Calibration, query_facts
from records.register import Entity, MatchQuery

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def compared(shown: str, registered: str, **more: str) -> Comparison:
    facts = query_facts(MatchQuery.model_validate({"query_id": "q", "name": shown, "as_of": NOW, **more}))
    entity = Entity.model_validate({"code": "", "name": registered, "kind": "企业"})
    return compare(facts, held_of(entity), found=CandidateSet(), total=200_000)


def test_misread_division_leaves_the_whole_name_alike() -> None:
    found = compared("端安光祖针织有限公司", "瑞安光祖针织有限公司")
    assert found.features[Feature.WRITTEN_ALIKE] == 1.0
    assert found.has(Feature.WRITTEN_WHOLE)
    assert not in_conflict(found.features)


def test_division_left_out_is_no_difference_in_writing() -> None:
    found = compared("华翰印务有限公司", "上海市华翰印务有限公司")
    assert found.has(Feature.WRITTEN_EQUAL)
    assert not found.has(Feature.WRITTEN_WHOLE)


@pytest.mark.parametrize(
    ("shown", "feature"),
    [
        ("上海王开之星摄影有限公司", Feature.WRITTEN_REPLACED),  # 星 for 博: another business
        ("上海王开之摄影有限公司", Feature.WRITTEN_LACKING),
        ("上海王开之博大摄影有限公司", Feature.WRITTEN_ADDED),
    ],
)
def test_other_characters_are_told_from_missing_ones(shown: str, feature: Feature) -> None:
    found = compared(shown, "上海王开之博摄影有限公司")
    assert found.features[feature] == 1.0
    assert not found.has(Feature.WRITTEN_ALIKE)


@pytest.mark.parametrize(
    ("shown", "registered"),
    [
        ("义乌市前洪塑料丝花三厂", "义乌市前洪塑料丝花一厂"),
        ("河南中原绿能高科有限责任公司濮阳第二加气站", "河南中原绿能高科有限责任公司濮阳第五加气站"),
        ("宜宾康和大药房有限公司南溪金康连锁店", "宜宾康和大药房有限公司南溪金山连锁店"),
        ("上海大众保险有限公司", "上海大众保险有限公司无锡分公司"),
        ("中国检验认证集团山西有限公司", "中国检验认证集团陕西有限公司"),
        ("屯昌县南吕供销社综合五门市部", "屯昌县南吕供销社综合三门市部"),
    ],
)
def test_two_works_or_branches_of_one_owner_conflict(shown: str, registered: str) -> None:
    assert in_conflict(compared(shown, registered).features)


@pytest.mark.parametrize(
    ("shown", "registered"),
    [
        ("丹阳市延陵镇春光电器鼯金厂", "丹阳市延陵镇春光电器五金厂"),
        ("迭部县农村信用合作联社十坝信用社", "迭部县农村信用合作联社卡坝信用社"),
        ("中国电信股份有限云司宝应城南营业部", "中国电信股份有限公司宝应城南营业部"),
    ],
)
def test_misread_numeral_or_form_is_no_conflict(shown: str, registered: str) -> None:
    assert not in_conflict(compared(shown, registered).features)


def test_branch_written_most_alike_is_the_nearest() -> None:
    shown = "中国建设银行股份有限公司西安西北工业大学支行"
    near, far = (
        compared(shown, f"中国建设银行股份有限公司{name}").features[Feature.BRANCH_NEARNESS]
        for name in ("西安工业大学支行", "长春聚业大街支行")
    )
    assert near > far


@pytest.mark.parametrize(
    ("fields", "calibrated_as"),
    [
        ({"name": "上海华翰印务有限公司"}, Calibration.TEXT),
        ({"name": "临朐县华翰印务有限公司"}, Calibration.TEXT),
        ({"name": "华翰印务有限公司"}, Calibration.OPEN),
        ({"name": "华翰印务有限公司", "region": "3101"}, Calibration.TEXT),
        ({"name": "华翰印务"}, Calibration.SHORT),
        ({"name": "华翰印务旗舰店"}, Calibration.SHORT),
        ({"shop_name": "华翰印务旗舰店"}, Calibration.SHORT),
        ({"name": "上海华翰印务有限公司", "read_by_ocr": ("name",)}, Calibration.OCR),
        ({"name": "上海华翰印务有限公司", "read_by_ocr": ("code",)}, Calibration.TEXT),
        ({"code": "91310115123456789X"}, Calibration.NONE),
    ],
)
def test_each_way_a_name_may_come_has_its_own_calibration(
    fields: dict[str, object], calibrated_as: Calibration
) -> None:
    query = MatchQuery.model_validate({"query_id": "q", "as_of": NOW, **fields})
    assert query_facts(query).calibrated_as is calibrated_as
