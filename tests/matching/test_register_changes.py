"""Register files over time: increments, full snapshots, periods, and what was so and known on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.as_known import RegisterAsKnown
from matching.register_import import FullSnapshot, import_file
from matching.resolver import Resolver
from matching.standing import standing_on
from matching.ties import branches_of, parent_of
from records.errors import InvalidInputError
from records.register import Entity, EntityStatus, ImportReport, MatchDecision, MatchQuery, Standing
from records.register_history import DeclaredSite, Gone, ListedPeriod, NamePeriod
from records.register_ports import RegisterStore

FIRST = datetime(2026, 1, 10, 4, 0, tzinfo=UTC)
Take = Callable[..., ImportReport]


@pytest.fixture
def take(tmp_path: Path, empty_register: RegisterStore) -> Take:
    """Imports a file of these headings and rows, each call a day after the one before."""
    calls = 0

    def imported(headings: str, *rows: str, full: FullSnapshot | None = None) -> ImportReport:
        nonlocal calls
        now, calls = FIRST + timedelta(days=calls), calls + 1
        path = tmp_path / f"{calls}.csv"
        path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
        return import_file(path, register=empty_register, source="市局", clock=lambda: now, full=full)

    return imported


@pytest.fixture
def codes(known: SimpleNamespace) -> list[str]:
    return [known.make_code(number) for number in range(1, 12)]


def held(register: RegisterStore, code: str) -> Entity:
    found = register.by_code(code)
    assert found is not None
    return found


def test_file_says_only_what_its_columns_say(take: Take, empty_register: RegisterStore, codes: list[str]) -> None:
    take("统一社会信用代码,名称,住所,联系电话,主体类型", f"{codes[0]},甲公司,张江路8号,021-55667788,个体工商户")
    take("统一社会信用代码,名称,网店网址,网站名称,ICP备案号", f"{codes[0]},甲公司,a.example,甲店,沪ICP备12345678号-1")
    both = held(empty_register, codes[0])
    assert (both.address, both.phone, both.kind.value) == ("张江路8号", "021-55667788", "个体工商户")
    assert both.sites == (DeclaredSite(url="a.example", name="甲店", icp_no="沪ICP备12345678号-1"),)
    with empty_register.reading() as reader:
        counts = reader.by_keys(["icp:沪备12345678", "url:a.example", "phone:02155667788"], most=5).counts
    assert set(counts.values()) == {1}
    assert len(counts) == 3
    cleared = take("统一社会信用代码,名称,联系电话", f"{codes[0]},甲公司,")
    assert (cleared.changed, held(empty_register, codes[0]).phone) == (1, "")


def test_unreadable_value_leaves_the_one_that_is_known(
    take: Take, empty_register: RegisterStore, codes: list[str]
) -> None:
    take("统一社会信用代码,名称,成立日期", f"{codes[0]},甲公司,2001-02-03")
    assert take("统一社会信用代码,名称,成立日期", f"{codes[0]},甲公司,去年").errors != ()
    assert held(empty_register, codes[0]).established_on == date(2001, 2, 3)


def test_increment_is_applied_as_changes(take: Take, empty_register: RegisterStore, codes: list[str]) -> None:
    take("统一社会信用代码,名称,住所", *(f"{code},第{at}公司,某路{at}号" for at, code in enumerate(codes[:4])))
    headings = "变更类型,统一社会信用代码,名称,状态日期,核准日期"
    rows = (
        f"新增,{codes[5]},新公司,,",
        f"变更,{codes[0]},改名公司,,2026-01-11",
        f"注销,{codes[1]},,2026-01-09,",
        f"吊销,{codes[2]},,,2026-01-08",
        f"删除,{codes[3]},,,",
        f"删除,{codes[6]},无此公司,,",
        f"飞升,{codes[7]},怪公司,,",
        f"注销,{codes[8]},早已注销公司,2020-01-01,",
        f"歇业,{codes[9]},歇业公司,2026-01-02,",
    )
    report = take(headings, *rows)
    assert (report.added, report.changed, report.refused) == (3, 4, 2)
    assert [problem for _line, _column, problem in report.errors] == [
        f"登记库中没有{codes[6]}，无可删除",
        "变更类型“飞升”不能识别",
    ]
    states = [(held(empty_register, code).status, held(empty_register, code).status_on) for code in codes[1:3]]
    assert states == [(EntityStatus.CANCELLED, date(2026, 1, 9)), (EntityStatus.REVOKED, date(2026, 1, 8))]
    assert {held(empty_register, code).address for code in codes[:4]} == {f"某路{at}号" for at in range(4)}
    assert held(empty_register, codes[3]).gone is Gone.DELETED
    assert [held(empty_register, code).status.value for code in codes[8:10]] == ["注销", "停业"]
    again = take(headings, *rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 7)
    assert [len(empty_register.history(code)) for code in codes[:4]] == [2, 2, 2, 2]


def test_name_that_changed_leads_to_its_entity_still(
    take: Take, empty_register: RegisterStore, codes: list[str]
) -> None:
    take("统一社会信用代码,名称,成立日期,曾用名", f"{codes[0]},上海旭辰印务有限公司,2003-01-01,")
    take("统一社会信用代码,名称,核准日期,曾用名", f"{codes[0]},上海华翰印务有限公司,2025-06-01,")
    learned = NamePeriod(
        name="上海旭辰印务有限公司", since=date(2003, 1, 1), until=date(2025, 6, 1), learned=True
    )  # fmt: skip
    found = held(empty_register, codes[0])
    assert (found.former_names, found.name_periods) == ((learned.name,), (learned,))
    take("统一社会信用代码,名称,核准日期,曾用名", f"{codes[0]},上海华翰印务有限公司,2025-06-01,")
    assert held(empty_register, codes[0]).name_periods == (learned,)
    dated = "上海旭辰印务有限公司（2003-01-01至2025-05-30）"
    take("统一社会信用代码,名称,核准日期,曾用名", f"{codes[0]},上海华翰印务有限公司,2025-06-01,{dated}")
    assert held(empty_register, codes[0]).name_periods == (
        NamePeriod(name=learned.name, since=date(2003, 1, 1), until=date(2025, 5, 30)),
    )
    query = MatchQuery(query_id="q", name="上海旭辰印务有限公司", as_of=FIRST)
    assert Resolver(empty_register, lambda: FIRST).match(query).entity_code == codes[0]


LISTED = "统一社会信用代码,名称,列入经营异常日期,移出经营异常日期"


@pytest.mark.parametrize(
    ("since", "removed", "standing", "ended"),
    [
        ("2024-01-02", "", date(2024, 1, 2), ()),
        ("2024-01-02", "2024-06-01", None, (("2024-01-02", "2024-06-01"),)),
        ("2019-07-01；2024-01-02", "2020-01-05；", date(2024, 1, 2), (("2019-07-01", "2020-01-05"),)),
        ("2019-07-01至2020-01-05；2024-01-02~", "", date(2024, 1, 2), (("2019-07-01", "2020-01-05"),)),
    ],
)
def test_stays_on_a_list_have_both_days(
    take: Take,
    empty_register: RegisterStore,
    codes: list[str],
    since: str,
    removed: str,
    standing: object,
    ended: object,
) -> None:
    assert take(LISTED, f"{codes[0]},甲公司,{since},{removed}").errors == ()
    found = held(empty_register, codes[0])
    assert found.abnormal_since == standing
    assert tuple((str(one.listed_on), str(one.removed_on)) for one in found.abnormal_periods) == ended


@pytest.mark.parametrize(("since", "removed"), [("", "2024-06-01"), ("2024-06-02", "2024-06-01"), ("某日", "")])
def test_days_that_make_no_stay_are_reported(take: Take, codes: list[str], since: str, removed: str) -> None:
    report = take(LISTED, f"{codes[0]},甲公司,{since},{removed}")
    assert (report.added, [column for _line, column, _problem in report.errors]) == (1, ["列入经营异常日期"])


def test_listing_ends_when_it_is_removed_or_no_longer_seen(
    take: Take, empty_register: RegisterStore, codes: list[str]
) -> None:
    take(LISTED + ",成立日期", *(f"{code},第{at}公司,2024-01-02,,2025-12-01" for at, code in enumerate(codes[:2])))
    take(LISTED, f"{codes[0]},第0公司,,2026-01-05", f"{codes[1]},第1公司,,")
    told, unseen = (held(empty_register, code).abnormal_periods for code in codes[:2])
    assert told == (ListedPeriod(listed_on=date(2024, 1, 2), removed_on=date(2026, 1, 5)),)
    assert unseen == (ListedPeriod(listed_on=date(2024, 1, 2), seen_until=date(2025, 12, 1)),)
    take(LISTED, f"{codes[1]},第1公司,,")
    assert held(empty_register, codes[1]).abnormal_periods == unseen


def test_full_snapshot_marks_who_is_not_in_it(take: Take, empty_register: RegisterStore, codes: list[str]) -> None:
    headings, full = "统一社会信用代码,名称,登记状态", FullSnapshot()
    rows = [f"{code},第{at}公司,存续" for at, code in enumerate(codes)]
    take(headings, *rows, full=full)
    refused = f"{codes[-1]},怪公司,飞升"
    report = take(headings, *rows[:-2], refused, "乱,码", full=full)
    assert (report.gone, report.gone_withheld, report.refused, report.unnamed) == (1, 0, 2, 1)
    gone = [entity.code for entity in empty_register.entities() if entity.gone]
    assert gone == [codes[-2]]
    assert held(empty_register, codes[-2]).status is EntityStatus.ACTIVE
    cut = take(headings, *rows[:5], full=full)
    assert (cut.gone, cut.gone_withheld) == (0, 5)
    assert take(headings, *rows[:5], full=FullSnapshot(most=1)).gone == 5
    with pytest.raises(InvalidInputError, match="增量"):
        take("变更类型," + headings, "变更," + rows[0], full=full)


def test_day_is_answered_by_what_was_so_and_by_what_was_known(
    take: Take, empty_register: RegisterStore, codes: list[str]
) -> None:
    headings = (
        "统一社会信用代码,名称,登记状态,状态日期,成立日期,营业期限自,营业期限止,列入经营异常日期,移出经营异常日期"
    )
    take(headings, f"{codes[0]},甲公司,存续,,2001-01-01,2001-01-01,2026-06-30,2025-01-01,")
    take(headings, f"{codes[0]},甲公司,注销,2026-01-05,2001-01-01,2001-01-01,2026-06-30,2025-01-01,2025-03-01")

    def stood(on: date) -> Standing:
        return standing_on(empty_register.history(codes[0]), on)

    assert [stood(date(2026, 1, day)).status for day in (4, 5)] == [EntityStatus.ACTIVE, EntityStatus.CANCELLED]
    assert (stood(date(2000, 1, 1)).status, stood(date(2000, 1, 1)).within_term) == (None, False)
    assert [bool(stood(day).abnormal) for day in (date(2025, 2, 1), date(2025, 3, 1))] == [True, False]
    then = RegisterAsKnown(empty_register, FIRST + timedelta(hours=1))
    known = then.by_code(codes[0])
    assert known is not None
    assert (known.status, known.abnormal_since) == (EntityStatus.ACTIVE, date(2025, 1, 1))
    assert then.history(codes[0])[-1].known_until is None
    assert RegisterAsKnown(empty_register, FIRST - timedelta(days=1)).history(codes[0]) == ()


def test_state_without_a_day_is_said_only_of_days_it_was_seen_on(
    take: Take, empty_register: RegisterStore, codes: list[str]
) -> None:
    take("统一社会信用代码,名称,登记状态,成立日期", f"{codes[0]},甲公司,存续,2025-12-01")
    take(
        "统一社会信用代码,名称,登记状态,核准日期,成立日期",
        f"{codes[0]},甲公司,吊销,,2025-12-01",
        f"{codes[1]},乙公司,存续,,2026-01-08",
    )
    days = (date(2025, 12, 1), date(2025, 12, 20), date(2026, 1, 8))
    told = [standing_on(empty_register.history(codes[0]), day).status for day in days]
    assert told == [EntityStatus.ACTIVE, None, EntityStatus.REVOKED]


def test_judgement_is_replayed_over_what_was_known(take: Take, empty_register: RegisterStore, codes: list[str]) -> None:
    headings = "统一社会信用代码,名称,区划代码,成立日期"
    take(headings, f"{codes[0]},上海旭辰印务有限公司,310115,2003-01-01")
    query = MatchQuery(query_id="q", name="上海旭辰印务有限公司", code=codes[0], as_of=FIRST)
    before = Resolver(empty_register, lambda: FIRST).match(query)
    take(
        headings,
        f"{codes[0]},上海华翰包装有限公司,310115,2003-01-01",
        f"{codes[1]},上海旭辰印务有限公司,310115,2026-01-02",
    )
    replayed = Resolver(RegisterAsKnown(empty_register, FIRST), lambda: FIRST).match(query)
    assert (replayed.decision, replayed.entity_code, replayed.entity_name, replayed.snapshot_id) == (
        MatchDecision.MATCH,
        codes[0],
        "上海旭辰印务有限公司",
        before.snapshot_id,
    )
    assert [one.code for one in replayed.candidates] == [codes[0]]


def test_branches_lead_to_their_parent_and_back(take: Take, empty_register: RegisterStore, codes: list[str]) -> None:
    take(
        "统一社会信用代码,名称,隶属企业代码,隶属企业名称",
        f"{codes[0]},上海华翰印务有限公司,,",
        f"{codes[1]},上海华翰印务有限公司苏州分公司,,",
        f"{codes[2]},虎丘图文店,{codes[0]},",
        f"{codes[3]},姑苏图文店,,上海华翰印务有限公司",
        f"{codes[4]},别家公司苏州分公司,,",
    )
    parent = held(empty_register, codes[0])
    assert branches_of(parent, empty_register, most=2)[0] == 3
    assert [branch.code for branch in branches_of(parent, empty_register, most=9)[1]] == sorted(codes[1:4])
    assert [parent_of(held(empty_register, code), empty_register) for code in codes[1:4]] == [parent] * 3
    assert parent_of(held(empty_register, codes[4]), empty_register) is None
    assert parent_of(parent, empty_register) is None
