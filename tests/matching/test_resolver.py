"""Who runs a shop: right where the evidence says so, honest where it does not, and never without a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.resolver import Resolver
from records.register import Match, MatchDecision, MatchQuery
from records.register_ports import RegisterStore

Ask = Callable[..., Match]


def sums_to_one(match: Match) -> bool:
    total = match.not_in_register_probability + sum(one.probability for one in match.candidates)
    return abs(total - 1) < 1e-6


@pytest.mark.parametrize(
    "name",
    [
        "上海华翰印务有限公司",
        "上海華翰印務有限公司",
        "华翰（上海）印务有限公司",
        "上海华翰印务　有限公司。",
        "上海市华翰印务有限公司",
    ],
)
def test_whole_name_however_written_is_matched(ask: Ask, known: SimpleNamespace, name: str) -> None:
    found = ask(name=name)
    assert (found.decision, found.entity_code) == (MatchDecision.MATCH, known.huahan.code)
    assert sums_to_one(found)


def test_code_alone_is_matched(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(code=known.datong.code.lower())
    assert (found.decision, found.entity_name) == (MatchDecision.MATCH, known.datong.name)


def test_every_entity_is_found_by_its_own_name(ask: Ask, known: SimpleNamespace) -> None:
    for entity in known.everyone:
        assert ask(name=entity.name).candidates[0].code == entity.code


def test_former_name_leads_to_the_present_entity(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="上海旭辰印刷厂")
    assert found.candidates[0].code == known.huahan.code
    assert any("曾用名" in reason.sentence for reason in found.reasons)


def test_bare_trade_name_shared_by_several_is_possible_with_all_of_them(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="鑫源")
    assert found.decision is MatchDecision.POSSIBLE
    assert {entity.code for entity in known.xinyuan} <= {one.code for one in found.candidates}
    shares = [one.probability for one in found.candidates if one.code in {e.code for e in known.xinyuan}]
    assert max(shares) - min(shares) < 1e-9
    assert any("简称" in reason.sentence for reason in found.reasons)


def test_short_name_of_one_is_still_possible_only(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="华翰印务")
    assert found.decision is MatchDecision.POSSIBLE
    assert found.candidates[0].code == known.huahan.code


def test_shop_nickname_alone_is_possible_only(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(shop_name="大通物流官方旗舰店")
    assert found.decision is MatchDecision.POSSIBLE
    assert found.candidates[0].code == known.datong.code
    assert any("店铺名称" in reason.sentence for reason in found.reasons)


def test_other_evidence_settles_a_short_name(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="华翰印务", phone="02155667788", address="上海市浦东新区张江路88号", legal_representative="赵敏")
    assert (found.decision, found.entity_code) == (MatchDecision.MATCH, known.huahan.code)


def test_declared_shop_address_leads_to_its_entity(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(shop_name="小翰的小店", shop_url="http://www.huahan.example/shop/")
    assert found.candidates[0].code == known.huahan.code
    assert any("网址" in reason.sentence for reason in found.reasons)


def test_division_chooses_among_namesakes(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="鑫源商贸有限公司", region="陕西省西安市")
    assert found.candidates[0].name == "西安鑫源商贸有限公司"
    assert found.candidates[0].probability > 10 * found.candidates[1].probability


def test_branch_and_parent_are_kept_apart(ask: Ask, known: SimpleNamespace) -> None:
    assert ask(name=known.branch.name).entity_code == known.branch.code
    assert ask(name=known.huahan.name).entity_code == known.huahan.code


@pytest.mark.parametrize("name", ["大风起兮云飞扬食品有限公司", "哈尔滨冰城雪糕厂", "ACME CORPORATION"])
def test_unregistered_name_is_none_and_says_it_is_no_proof(ask: Ask, name: str) -> None:
    found = ask(name=name)
    assert found.decision is MatchDecision.NONE
    assert (found.entity_code, found.entity_name) == ("", "")
    assert any("不等于无照" in reason.sentence for reason in found.reasons)


def test_damaged_code_is_repaired_when_the_name_agrees(ask: Ask, known: SimpleNamespace) -> None:
    code = known.huahan.code
    shown = code.replace("0", "O", 1)[:17] + code[17]
    found = ask(code=shown, name=known.huahan.name)
    assert (found.decision, found.entity_code) == (MatchDecision.MATCH, known.huahan.code)
    assert any("改正" in reason.sentence for reason in found.reasons)
    assert found.licence_findings == ()


def test_damaged_code_without_a_name_is_possible_only(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(code=swap_a_look_alike(known.huahan.code))
    assert found.decision is MatchDecision.POSSIBLE
    assert found.candidates[0].code == known.huahan.code


def swap_a_look_alike(code: str) -> str:
    """The code with one digit read as its look-alike."""
    place = next(at for at, character in enumerate(code) if character == "1" and at > 1)
    return code[:place] + "7" + code[place + 1 :]


def test_code_of_one_and_name_of_another_is_never_settled(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(code=known.datong.code, name=known.huahan.name)
    assert found.decision is MatchDecision.POSSIBLE
    assert {known.datong.code, known.huahan.code} <= {one.code for one in found.candidates}
    assert sums_to_one(found)


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"name": "上海花瀚印物有限公司", "phone": "021-55667788"}, 0),
        ({"name": "上海花瀚印物有限公司"}, 1),
        ({"name": "上海华翰印务有限公司"}, 0),
    ],
)
def test_like_names_are_looked_for_only_when_nobody_is_as_good_as_sure(
    register: RegisterStore, clock: Callable[[], datetime], known: SimpleNamespace, fields: dict[str, str], asked: int
) -> None:
    asking = _Counting(register)
    found = Resolver(asking, clock).match(MatchQuery(query_id="q", as_of=clock(), **fields))
    assert found.candidates[0].code == known.huahan.code
    assert asking.by_grams == asked
    assert sums_to_one(found)


class _Counting:
    """A register that tells how often it was asked for like names."""

    def __init__(self, register: RegisterStore) -> None:
        self._register = register
        self.by_grams = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._register, name)

    @contextmanager
    def reading(self) -> Iterator[object]:
        with self._register.reading() as reader:
            ask = reader.by_grams

            def counted(*grams: object, **how: object) -> object:
                self.by_grams += 1
                return ask(*grams, **how)

            reader.by_grams = counted
            yield reader


def test_every_reason_has_a_sentence_and_the_trade_name_its_rarity(ask: Ask) -> None:
    found = ask(name="上海华翰印务有限公司")
    assert all(reason.sentence and reason.sentence[-1] not in "。；" for reason in found.reasons)
    assert any("字号“华翰”（全库仅2户）" in reason.sentence for reason in found.reasons)
    assert found.candidates[0].reasons


def test_weight_against_the_sense_of_its_words_is_explained(ask: Ask) -> None:
    found = ask(name="上海华翰印务有限责任公司")
    against = [reason for reason in found.reasons if reason.sentence.startswith("组织形式相近") and reason.weight < 0]
    assert against and all("不足为据" in reason.sentence for reason in against)
    assert not any("不足为据" in reason.sentence for reason in found.reasons if reason.weight > 0)


def test_difference_is_named_with_what_it_looks_like(ask: Ask) -> None:
    """Alike by sound, or by nothing: a reading slip is not claimed where nothing explains the difference."""

    def usage(name: str) -> str:
        return next(one.sentence for one in ask(name=name).candidates[0].reasons if one.feature == "usage")

    assert "像是误读误写" in usage("上海华瀚印务有限公司")
    assert "不能以误读解释" in usage("上海华森印务有限公司")


def test_same_query_gives_the_same_match(resolver: Resolver, clock: Callable[[], datetime]) -> None:
    query = MatchQuery(query_id="q", name="鑫源商贸", as_of=clock())
    assert resolver.match(query, shop_id="s1") == resolver.match(query, shop_id="s1")
    assert resolver.match(query, shop_id="s1").match_id != resolver.match(query, shop_id="s2").match_id


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "", "code": "", "phone": ""},
        {"name": "😀😀😀"},
        {"name": "华" * 10_000},
        {"name": "a" * 10_000, "code": "9" * 10_000, "phone": "1" * 10_000, "address": "路" * 10_000},
        {"name": "'; DROP TABLE register_entities; --"},
        {"name": "<script>alert('x')</script>有限公司", "shop_url": "javascript:alert(1)"},
        {"name": "%_%", "region": "\x00", "code": "\u202e"},
        {"shop_url": "http://[::1", "shop_name": "😀"},
    ],
)
def test_hostile_and_empty_input_get_a_clear_answer(ask: Ask, fields: dict[str, str]) -> None:
    found = ask(**fields)
    assert found.decision is MatchDecision.NONE
    assert found.reasons
    assert sums_to_one(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=40), code=st.text(max_size=20), region=st.text(max_size=10), address=st.text(max_size=30))
def test_any_text_is_answered(ask: Ask, name: str, code: str, region: str, address: str) -> None:
    assert sums_to_one(ask(name=name, code=code, region=region, address=address))


def test_empty_register_finds_nobody(empty_register: RegisterStore, clock: Callable[[], datetime]) -> None:
    found = Resolver(empty_register, clock).match(MatchQuery(query_id="q", name="上海华翰印务有限公司", as_of=clock()))
    assert (found.decision, found.not_in_register_probability) == (MatchDecision.NONE, 1.0)


def test_larger_share_of_unregistered_sellers_lowers_the_probability(
    register: RegisterStore, clock: Callable[[], datetime]
) -> None:
    query = MatchQuery(query_id="q", name="华翰印务", as_of=clock())
    few = Resolver(register, clock, unregistered_share=0.05).match(query)
    many = Resolver(register, clock, unregistered_share=0.8).match(query)
    assert few.probability > many.probability


def test_summaries_of_many_say_what_each_match_says(
    resolver: Resolver, known: SimpleNamespace, clock: Callable[[], datetime]
) -> None:
    names = [*(entity.name for entity in known.everyone), "鑫源", "上海旭辰印刷厂", "大风起兮云飞扬雪糕厂", ""]
    codes = [known.huahan.code, "91310000MA1", ""]
    asked = [
        MatchQuery(query_id=f"q{at}", name=name, code=codes[at % len(codes)], as_of=clock())
        for at, name in enumerate(names)
    ]
    told = resolver.summaries(asked, listed=3)
    assert {one.decision for one in told} == set(MatchDecision)
    for query, one in zip(asked, told, strict=True):
        alone = resolver.match(query)
        assert (one.decision, one.probability) == (alone.decision, alone.probability)
        assert (one.entity_code, one.entity_name) == (alone.entity_code, alone.entity_name)
        assert one.candidates == [(each.code, each.name, each.probability) for each in alone.candidates[:3]]
        assert one.reasons == alone.reasons
        assert (one.judged.findings, one.judged.withheld) == (alone.licence_findings, alone.withheld_findings)
