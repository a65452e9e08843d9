"""Promises of CaseBook: all of a change or nothing, its event in the audit chain, numbers without gaps or doubles."""

import threading

import pytest

from offices.audit import AuditAction, Caller, event_to_be, verify_chain
from records.case_parts import CaseEvent, CaseState
from records.case_ports import CaseChange
from records.errors import ConflictError, NotFoundError
from records.leads import Case
from records.papers import Paper, PaperState, PaperVersion


@pytest.fixture
def change_of(make):
    def build(name, *, case=None, paper=None, words=None, number=None):
        case_id = (case and case.case_id) or (paper and paper.case_id) or "k1"
        event = CaseEvent(
            event_id=name, case_id=case_id, action=name, state_to=CaseState.CHECKING, actor="banan", at=make.at(0)
        )
        audit = event_to_be(Caller(account=None), action=AuditAction.CASE_ACTED, at=make.at(0), object_id=name)
        return CaseChange(event=event, audit=audit, case=case, paper=paper, paper_version=words, number=number)

    return build


@pytest.fixture
def paper_of(make):
    def build(name, **more):
        return Paper(
            paper_id=name, case_id="k1", kind="17", title="函", opened_by="banan", opened_at=make.at(0), **more
        )

    return build


def words_of(make, name, number, **fields):
    return PaperVersion(paper_id=name, number=number, fields=fields, facts=(), saved_by="banan", saved_at=make.at(1))


def test_case_event_and_audit_are_kept_together_and_once(records, make, change_of):
    change = change_of("开立", case=Case(case_id="k1", title="案", opened_at=make.at(0), version=0))
    records.case_book.keep(change)
    records.case_book.keep(change)
    assert records.leads.case("k1").version == 1
    assert [event.action for event in records.case_book.events("k1")] == ["开立"]
    assert [event.object_id for event in records.audit.audit()] == ["开立"]


def test_change_of_an_older_version_leaves_nothing_behind(records, make, change_of):
    case = Case(case_id="k1", title="案", opened_at=make.at(0), version=0)
    records.case_book.keep(change_of("开立", case=case))
    with pytest.raises(ConflictError):
        records.case_book.keep(change_of("又开", case=case))
    assert len(records.case_book.events("k1")) == len(records.audit.audit()) == 1


def test_words_of_a_paper_are_never_rewritten(records, make, change_of, paper_of):
    records.case_book.keep(change_of("拟", paper=paper_of("p1"), words=words_of(make, "p1", 1, to="甲局")))
    paper = records.case_book.paper("p1")
    with pytest.raises(ConflictError, match="不能改写"):
        records.case_book.keep(change_of("改", paper=paper, words=words_of(make, "p1", 1, to="乙局")))
    records.case_book.keep(change_of("改二", paper=paper, words=words_of(make, "p1", 2, to="乙局")))
    assert [words.fields["to"] for words in records.case_book.paper_versions("p1")] == ["甲局", "乙局"]
    assert (records.case_book.paper("p1").version, paper.version) == (2, 1)


def test_papers_are_found_by_case_and_state(records, change_of, paper_of):
    records.case_book.keep(change_of("拟1", paper=paper_of("p1")))
    records.case_book.keep(change_of("拟2", paper=paper_of("p2", state=PaperState.SUBMITTED)))
    assert [paper.paper_id for paper in records.case_book.papers("k1")] == ["p1", "p2"]
    assert [paper.paper_id for paper in records.case_book.papers(state="待审批")] == ["p2"]
    with pytest.raises(NotFoundError):
        records.case_book.paper("p9")


def test_numbers_asked_for_at_once_have_no_gap_and_no_double(records, make, change_of, paper_of):
    series, taken = "杭西市监协查〔2026〕", []
    for number in range(12):
        records.case_book.keep(change_of(f"拟{number}", paper=paper_of(f"p{number}")))

    def seal(name):
        while True:
            number = records.case_book.next_number(series)
            paper = records.case_book.paper(name).model_copy(update={"document_no": f"{series}{number}号"})
            try:
                records.case_book.keep(change_of(f"定稿{name}", paper=paper, number=(series, number)))
            except ConflictError:
                continue
            taken.append(number)
            return

    threads = [threading.Thread(target=seal, args=(f"p{number}",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 13))
    assert len({paper.document_no for paper in records.case_book.papers("k1")}) == 12
    assert records.case_book.next_number(series) == 13 and records.case_book.next_number("别的") == 1
    assert verify_chain(records.audit) == 24


def test_number_out_of_turn_is_refused_and_nothing_kept(records, change_of, paper_of):
    with pytest.raises(ConflictError, match="现应为 1 号"):
        records.case_book.keep(change_of("定稿", paper=paper_of("p1"), number=("某", 2)))
    assert records.case_book.papers("k1") == () and records.audit.audit() == ()
