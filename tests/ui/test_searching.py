"""A search is an address: what is chosen can be read back, switched and sent on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from records.errors import InvalidInputError
from records.search import Facet, FacetCount, SearchKind, SearchResult, SearchSort
from ui.conditions import Conditions
from ui.searching import SearchState

FACETS = (Facet.SEVERITY, Facet.RULE, Facet.REGION)


def read(query: str) -> SearchState:
    return SearchState.read(QueryParams(query), path="/leads", kind=SearchKind.LEAD, facets=FACETS)


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=20), max_size=4), st.integers(0, 199))
def test_state_is_read_back_from_its_own_address(words, rules, page):
    state = SearchState(
        path="/leads",
        kind=SearchKind.LEAD,
        facets=FACETS,
        text=words.strip(),
        filters={Facet.RULE: tuple(dict.fromkeys(rules))} if rules else {},
        sort=SearchSort.NEWEST,
        offset=page * 50,
    )
    if state.string().isascii():
        assert read(state.string()) == state


def test_switching_a_value_twice_changes_nothing_and_goes_to_the_first_page():
    state = read("q=蜂胶&severity=high&offset=100")
    once = state.toggled(Facet.SEVERITY, "low")
    assert once.filters[Facet.SEVERITY] == ("high", "low")
    assert once.offset == 0
    assert once.toggled(Facet.SEVERITY, "low").filters == state.filters


@given(
    chosen=st.dictionaries(st.sampled_from(FACETS), st.lists(st.sampled_from("甲乙 +&"), unique=True, max_size=2)),
    excluded=st.dictionaries(st.sampled_from(FACETS), st.lists(st.sampled_from("甲丙"), unique=True, max_size=2)),
    asked=st.sampled_from(["", "q=蜂胶&sort=newest&since=2026-03-01", "q=%26&offset=50"]),
)
def test_addresses_written_for_a_page_are_those_of_the_switched_state(chosen, excluded, asked):
    state = read(asked)
    state = replace(
        state,
        filters={facet: tuple(values) for facet, values in chosen.items() if values},
        conditions=replace(
            state.conditions, excluded={one: tuple(values) for one, values in excluded.items() if values}
        ),
    )
    addresses = state.addresses()
    for facet in FACETS:
        for value in "甲乙丙":
            switched, left_out = state.toggled(facet, value), state.left_out_toggled(facet, value)
            assert addresses.of(facet, value) == (switched.href, left_out.href)
    assert state.item_href("/leads/x", 3) == "/leads/x?" + replace(state, offset=0).string(at="3")


def test_nonsense_in_an_address_is_taken_as_not_said():
    state = read("offset=-5&sort=zufall&severity=&unknown=1&q=" + "x" * 999)
    assert (state.offset, state.sort, state.filters, len(state.text)) == (0, SearchSort.PRIORITY, {}, 200)
    assert read("offset=99999").query().offset + 50 <= 10_000


def test_overlong_text_is_told_and_not_searched_for_in_part():
    state = read("q=" + "最" * 201)
    with pytest.raises(InvalidInputError, match="201 字，未检索"):
        state.query()
    assert read(state.string()).query().text == state.text


def test_chosen_value_without_results_stays_to_be_switched_off():
    groups = read("rule=A99").groups(SearchResult(total=0, hits=()), lambda facet, value: value)
    assert [(value.value, value.chosen, value.count) for value in groups[0].values] == [("A99", True, None)]


def test_severities_stand_in_their_own_order():
    counts = {Facet.SEVERITY: tuple(FacetCount(value=value, count=9) for value in ("low", "medium", "high"))}
    groups = read("").groups(SearchResult(total=0, hits=(), facets=counts), lambda facet, value: value)
    assert [value.value for value in groups[0].values] == ["high", "medium", "low"]


def test_of_many_values_the_most_frequent_and_the_chosen_are_listed_and_others_found_by_name():
    counts = tuple(FacetCount(value=f"{number:06}", count=1000 - number) for number in range(300))
    state = read("region=000290&q=蜂胶")
    (group,) = state.groups(SearchResult(total=9, hits=(), facets={Facet.REGION: counts}), _name)
    assert [value.value for value in group.values] == [f"{number:06}" for number in range(24)] + ["000290"]
    assert group.more == 300 - 25
    found = state.found_values(Facet.REGION, counts, _name, words="名00029")
    assert [value.value for value in found] == [f"{number:06}" for number in range(290, 300)]
    assert found[0].chosen and not found[1].chosen
    assert read(found[1].href.partition("?")[2]).filters[Facet.REGION] == ("000290", "000291")


def _name(facet: Facet, value: str) -> str:
    return f"名{value}"


def test_value_left_out_and_days_are_read_back_and_asked_for_in_every_form():
    state = read("q=蜂胶 或 玛咖&not.rule=C16&not.rule=A01&since=2026-03-01&until=2026-03-31")
    asked = '(蜂胶 或 玛咖) 非 规则:"C16" 非 规则:"A01" 日期:2026-03-01..2026-03-31'
    assert state.query().text == asked
    assert read(state.string()) == state
    assert Conditions.taken_from(asked) == ("蜂胶 或 玛咖", state.conditions)
    chips = state.chosen(_name)
    assert [(chip.title, chip.leaves_out) for chip in chips] == [
        ("排除 规则：名C16", True), ("排除 规则：名A01", True), ("日期：2026-03-01 至 2026-03-31", False)
    ]  # fmt: skip
    assert read(chips[0].href.partition("?")[2]).conditions.excluded == {Facet.RULE: ("A01",)}
    assert state.cleared().query().text == "蜂胶 或 玛咖"


def test_value_is_either_chosen_or_left_out():
    state = read("rule=A01&offset=50").left_out_toggled(Facet.RULE, "A01")
    assert (state.filters, state.conditions.excluded, state.offset) == ({}, {Facet.RULE: ("A01",)}, 0)
    back = state.toggled(Facet.RULE, "A01")
    assert (back.filters, back.conditions.excluded) == ({Facet.RULE: ("A01",)}, {})
    assert not state.left_out_toggled(Facet.RULE, "A01").conditions


@pytest.mark.parametrize("said", ["since=2026-02-30", "since=20260201", "until=gestern", 'not.rule=A"01', "not.rule="])
def test_condition_that_cannot_be_said_is_taken_as_not_said(said):
    assert not read(said).conditions


def test_mistake_in_the_words_is_told_at_its_place_whatever_stands_behind():
    with pytest.raises(InvalidInputError, match="第 4 个字处"):
        read("q=蜂胶 (玛咖&not.rule=A01").query()


@given(st.text(max_size=60))
def test_words_nobody_wrote_conditions_behind_stay_words(words):
    text, conditions = Conditions.taken_from(words)
    assert conditions or text == words
