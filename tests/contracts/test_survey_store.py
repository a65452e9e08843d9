"""Promises of SurveyStore."""

import signal
import threading
from datetime import timedelta

import pytest

from records.errors import ConflictError, InvalidInputError, NotFoundError, StoreAwayError
from records.register import Match, MatchDecision, MatchQuery
from records.search import SearchKind
from records.survey import FrontierState, Outcome, PageKind, RunState
from stores.backends import open_records


def _open(records, make, count=1):
    records.survey.open_run(make.run(), [make.row(number) for number in range(count)])
    return records.survey


def _lease(survey, make, limit=10, minutes=5.0):
    return survey.lease("r1", limit=limit, until=make.at(minutes))


def test_target_is_replaced_only_in_the_place_of_what_was_read(records, make):
    first = make.target()
    records.survey.save_target(first)
    changed = first.model_copy(update={"note": "先改"})
    records.survey.replace_target(changed, before=first)
    with pytest.raises(ConflictError, match="已被他人更改"):
        records.survey.replace_target(first.model_copy(update={"note": "后改"}), before=first)
    assert records.survey.target(first.target_id) == changed


def test_saved_target_is_found_and_replaced(records, make):
    records.survey.save_target(make.target())
    changed = make.target().model_copy(update={"name": "夜市"})
    records.survey.save_target(changed)
    assert records.survey.target("t1") == changed
    assert records.survey.targets() == (changed,)


def test_unknown_records_are_named_errors(records, make):
    survey = records.survey
    for ask in (survey.target, survey.run, survey.page, survey.shop, survey.listing, survey.listing_versions):
        with pytest.raises(NotFoundError, match="没有"):
            ask("nothing")
    assert survey.match_of("nothing") is None
    with pytest.raises(NotFoundError):
        survey.finish_run(make.run("nothing"))
    with pytest.raises(NotFoundError):
        survey.enqueue([make.row(1, run_id="nothing")])


def test_rows_are_leased_by_priority_then_age(records, make):
    survey = _open(records, make, 0)
    survey.enqueue([make.row(1), make.row(2, priority=5), make.row(3), make.row(4, priority=5)])
    assert [row.url[-1] for row in _lease(survey, make, 3)] == ["2", "4", "1"]
    assert [row.url[-1] for row in _lease(survey, make, 3)] == ["3"]
    assert _lease(survey, make) == ()


def test_row_known_to_its_run_is_not_added_again(records, make):
    survey = _open(records, make)
    assert survey.enqueue([make.row(0), make.row(1), make.row(1)]) == 1
    assert survey.frontier_counts("r1")[FrontierState.PENDING] == 2


def test_known_addresses_of_a_kind_are_told_in_any_state(records, make):
    survey = _open(records, make, 0)
    survey.enqueue([make.row(1, kind=PageKind.FACET), make.row(2), make.row(3, kind=PageKind.FACET, priority=9)])
    _lease(survey, make, 1)
    assert survey.known_urls("r1", PageKind.FACET) == {"http://a.test/p/1", "http://a.test/p/3"}


def test_leased_row_comes_back_as_it_was(records, make):
    survey = _open(records, make)
    assert _lease(survey, make) == (make.row(0),)


def test_lease_that_ran_out_is_given_to_the_next(records, make, clock):
    survey = _open(records, make)
    assert len(_lease(survey, make, minutes=5)) == 1
    clock.advance(299)
    assert _lease(survey, make) == ()
    clock.advance(2)
    assert _lease(survey, make, minutes=10) == (make.row(0),)


def test_opened_run_takes_up_its_leases_and_keeps_what_is_done(records, make):
    survey = _open(records, make, 3)
    done, left, _ = _lease(survey, make)
    survey.complete(done, make.page(done), None, [])
    survey.finish_run(make.run(state=RunState.PARTIAL).model_copy(update={"finished_at": make.at(1)}))
    again = survey.open_run(make.run(minutes=9), [make.row(0), make.row(7)])
    assert (again.state, again.started_at, again.finished_at) == (RunState.RUNNING, make.at(0), None)
    assert survey.run("r1") == again
    assert survey.frontier_counts("r1") == {
        FrontierState.PENDING: 3,
        FrontierState.LEASED: 0,
        FrontierState.DONE: 1,
        FrontierState.FAILED: 0,
    }
    assert left in _lease(survey, make)


def test_runs_are_listed_newest_first(records, make):
    for run_id, minutes, target_id in (("r1", 0, "t1"), ("r2", 5, "t2"), ("r3", 3, "t1")):
        records.survey.open_run(make.run(run_id, minutes=minutes, target_id=target_id), [])
    assert [run.run_id for run in records.survey.runs()] == ["r2", "r3", "r1"]
    assert [run.run_id for run in records.survey.runs("t1")] == ["r3", "r1"]


def test_completed_row_brings_page_reading_and_new_rows(records, make):
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    page = make.page(row)
    reading = make.reading(make.listing(), shop=make.shop())
    assert survey.complete(row, page, reading, [make.row(0), make.row(1), make.row(2)]) == 2
    assert survey.page(page.page_id) == page
    assert list(survey.pages("r1")) == [page]
    assert survey.shop("s1") == make.shop()
    assert survey.listing("l1") == make.listing()
    assert survey.frontier_counts("r1")[FrontierState.DONE] == 1
    assert survey.frontier_counts("r1")[FrontierState.PENDING] == 2
    assert survey.outcomes("r1") == {Outcome.READ: 1}


def test_row_done_changes_nothing_more(records, make):
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    survey.complete(row, make.page(row), None, [])
    other = make.page(row, page_id="other", outcome=Outcome.FAILED)
    assert survey.complete(row, other, make.reading(make.listing()), [make.row(5)]) == 0
    assert [page.page_id for page in survey.pages("r1")] == [make.page(row).page_id]
    assert survey.frontier_counts("r1")[FrontierState.DONE] == 1
    assert list(survey.listings()) == []


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome not in ("read", "unchanged")])
def test_page_not_read_fails_its_row(records, make, outcome):
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    survey.complete(row, make.page(row, outcome=outcome), None, [])
    assert survey.frontier_counts("r1")[FrontierState.FAILED] == 1
    assert survey.outcomes("r1") == {outcome: 1}


def test_retried_row_is_pending_with_one_more_attempt(records, make):
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    survey.retry(row, use_browser=True)
    survey.retry(row, use_browser=True)
    (again,) = _lease(survey, make)
    assert again == row.model_copy(update={"attempts": 1, "use_browser": True})


def test_row_done_is_not_retried(records, make):
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    survey.complete(row, make.page(row), None, [])
    survey.retry(row, use_browser=False)
    assert _lease(survey, make) == ()


def test_run_with_rows_left_is_not_complete(records, make):
    survey = _open(records, make, 2)
    (row,) = _lease(survey, make, 1)
    with pytest.raises(ConflictError, match="2 个网址未访问"):
        survey.finish_run(make.run(state=RunState.COMPLETE))
    assert survey.run("r1").state == RunState.RUNNING
    survey.complete(row, make.page(row), None, [])
    with pytest.raises(ConflictError):
        survey.finish_run(make.run(state=RunState.COMPLETE))
    survey.finish_run(make.run(state=RunState.PARTIAL))
    assert survey.run("r1").state == RunState.PARTIAL
    (last,) = _lease(survey, make)
    survey.complete(last, make.page(last, outcome=Outcome.TIMEOUT), None, [])
    survey.finish_run(make.run(state=RunState.COMPLETE))
    assert survey.run("r1").state == RunState.COMPLETE


def _read(survey, make, *listings, shop=None, number=0):
    row = make.row(number)
    survey.enqueue([row])
    page = make.page(row)
    survey.complete(row, page, make.reading(*listings, shop=shop), [])
    return page


def test_shop_is_merged_from_its_pages(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, shop=make.shop(texts=("包邮",)))
    _read(survey, make, shop=make.shop(name="", texts=("七天无理由",), minutes=3), number=1)
    found = survey.shop("s1")
    assert found.name == "山货铺"
    assert [block.text for block in found.texts] == ["包邮", "七天无理由"]
    assert (found.first_seen_at, found.last_seen_at) == (make.at(0), make.at(3))


def test_unchanged_listing_moves_only_its_last_time(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, make.listing())
    _read(survey, make, make.listing(minutes=60, sales_count=7), number=1)
    (version,) = survey.listing_versions("l1")
    assert (version.first_seen_at, version.last_seen_at, version.sales_count) == (make.at(0), make.at(60), 7)
    assert version.source == make.listing().source
    assert survey.listing("l1") == version


def test_changed_listing_appends_a_version(records, make):
    survey = _open(records, make, 0)
    for number, price in enumerate((9900, 9900, 5900, 9900)):
        _read(survey, make, make.listing(minutes=number * 60, price=price), number=number)
    versions = survey.listing_versions("l1")
    assert [version.prices[0].amount_fen for version in versions] == [9900, 5900, 9900]
    assert [(v.first_seen_at, v.last_seen_at) for v in versions] == [
        (make.at(0), make.at(60)),
        (make.at(120), make.at(120)),
        (make.at(180), make.at(180)),
    ]
    assert survey.listing("l1") == versions[-1]


def test_words_that_only_moved_on_the_page_make_no_version(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, make.listing())
    moved = make.listing(minutes=1)
    moved = moved.model_copy(update={"texts": tuple(t.model_copy(update={"place": "#x"}) for t in moved.texts)})
    _read(survey, make, moved, number=1)
    assert len(survey.listing_versions("l1")) == 1


def test_partial_reading_does_not_erase_the_whole_one(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, make.listing())
    row_of_list = make.listing(minutes=5, complete=False, texts=(), prices=(), reviews=(), list_price_fen=9900)
    _read(survey, make, row_of_list, number=1)
    newest = survey.listing("l1")
    assert (newest.complete, newest.list_price_fen) == (True, 9900)
    assert newest.texts == make.listing().texts and newest.reviews and newest.prices


def test_old_page_read_again_does_not_pass_for_the_newest(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, make.listing(price=9900, minutes=0, page_id="p0"))
    _read(survey, make, make.listing(price=5900, minutes=60, page_id="p1"), number=1)
    page = survey.page(make.page(make.row(0)).page_id)
    better = make.listing(price=9900, minutes=0, page_id="p0", title="玛咖片 60 粒")
    for _ in range(2):
        survey.save_reading(page, make.reading(better))
        versions = survey.listing_versions("l1")
        assert [version.title for version in versions] == ["玛咖片 60 粒", "玛咖片"]
        assert survey.listing("l1").prices[0].amount_fen == 5900


def test_reading_again_without_change_tells_the_outbox_nothing(records, make):
    survey = _open(records, make, 0)
    page = _read(survey, make, make.listing(page_id="p0"), shop=make.shop())
    records.outbox.done([entry.sequence for entry in records.outbox.pending(limit=10)])
    survey.save_reading(page, make.reading(make.listing(page_id="p0"), shop=make.shop()))
    assert records.outbox.waiting() == 0
    with pytest.raises(NotFoundError):
        survey.save_reading(page.model_copy(update={"page_id": "nothing"}), make.reading())


def test_shops_and_listings_are_walked_in_order(records, make):
    survey = _open(records, make, 0)
    for number in range(3):
        shop = make.shop(f"s{number}", target_id="t1" if number else "t2")
        listings = [make.listing(f"l{which:04}_{number}", shop_id=shop.shop_id) for which in range(600)]
        _read(survey, make, *listings, shop=shop, number=number)
    assert [shop.shop_id for shop in survey.shops()] == ["s0", "s1", "s2"]
    assert [shop.shop_id for shop in survey.shops("t1")] == ["s1", "s2"]
    ids = [listing.listing_id for listing in survey.listings()]
    assert len(ids) == 1800 and ids == sorted(ids)
    assert {listing.shop_id for listing in survey.listings("s2")} == {"s2"}


def _match(make, match_id, shop_id, minutes):
    return Match(
        match_id=match_id,
        shop_id=shop_id,
        query=MatchQuery(query_id=shop_id, as_of=make.at(0)),
        decision=MatchDecision.NONE,
        not_in_register_probability=1.0,
        model_version="1",
        snapshot_id="",
        matched_at=make.at(minutes),
    )


def test_newest_match_of_each_shop_is_given(records, make):
    survey = records.survey
    for match in (
        _match(make, "m1", "s2", 5),
        _match(make, "m2", "s2", 1),
        _match(make, "m3", "s1", 0),
        _match(make, "m4", "", 0),
    ):
        survey.save_match(match)
    assert survey.match_of("s2").match_id == "m1"
    assert [match.match_id for match in survey.matches()] == ["m3", "m1"]


def test_match_brings_its_shop_to_the_outbox(records, make):
    survey = _open(records, make, 0)
    _read(survey, make, shop=make.shop())
    records.outbox.done([entry.sequence for entry in records.outbox.pending(limit=10)])
    survey.save_match(_match(make, "m1", "s1", 0))
    survey.save_match(_match(make, "m2", "unknown", 0))
    assert [(entry.kind, entry.record_id) for entry in records.outbox.pending(limit=10)] == [(SearchKind.SHOP, "s1")]


def test_threads_lease_each_row_once(records, make):
    survey = _open(records, make, 120)
    taken, lock = [], threading.Lock()

    def work():
        while rows := _lease(survey, make, 3):
            for row in rows:
                survey.complete(row, make.page(row), make.reading(make.listing(row.row_id)), [])
                with lock:
                    taken.append(row.row_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 120
    assert len(list(survey.listings())) == 120


def test_processes_share_a_run(records, records_url, make, run_program):
    _open(records, make, 1)
    workers = [run_program("complete_rows.py", records_url, "r1", "2", "150") for _ in range(3)]
    done = [int(line) for worker in workers for line in worker.communicate(timeout=120)[0].split()]
    # A worker that found no pending row while another held the last ones has gone home; somebody visited each.
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sorted(done) == sorted(set(done))
    assert set(done) == set(range(151))
    assert len(list(records.survey.pages("r1"))) == 151


@pytest.mark.parametrize("kill_after", [5, 23, 61])
def test_kill_leaves_nothing_half_written(records, records_url, make, run_program, kill_after):
    survey = _open(records, make, 1)
    worker = run_program("complete_rows.py", records_url, "r1", "3", "150")
    for _ in range(kill_after):
        assert worker.stdout.readline()
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    pages = list(survey.pages("r1"))
    numbers = {int(page.url.rsplit("/", 1)[1]) for page in pages}
    counts = survey.frontier_counts("r1")
    assert kill_after <= len(pages) == counts[FrontierState.DONE]
    assert {listing.listing_id for listing in survey.listings()} == {f"listing_{n}_{w}" for n in numbers for w in "ab"}
    found = {0} | {after for number in numbers for after in range(number + 1, min(number + 4, 151))}
    assert sum(counts.values()) == len(found)
    waiting = {(entry.kind, entry.record_id) for entry in records.outbox.pending(limit=10_000)}
    assert waiting == {(SearchKind.LISTING, f"listing_{n}_{w}") for n in numbers for w in "ab"} | {
        (SearchKind.SHOP, f"shop_{n % 7}") for n in numbers
    } | {(SearchKind.PAGE, page.page_id) for page in pages}
    with pytest.raises(ConflictError):
        survey.finish_run(make.run(state=RunState.COMPLETE))
    # Taken up again, nothing is lost and nothing is visited twice.
    survey.open_run(make.run(), [])
    rest = run_program("complete_rows.py", records_url, "r1", "20", "150").communicate(timeout=120)[0].split()
    assert numbers.isdisjoint(map(int, rest))
    assert numbers | set(map(int, rest)) == set(range(151))
    survey.finish_run(make.run(state=RunState.COMPLETE))


def test_reopened_store_gives_the_same(records, open_again, make):
    survey = _open(records, make, 2)
    (row,) = _lease(survey, make, 1)
    survey.complete(row, make.page(row), make.reading(make.listing(), shop=make.shop()), [make.row(9)])
    before = (survey.shop("s1"), survey.listing("l1"), list(survey.pages("r1")), survey.frontier_counts("r1"))
    records.close()
    again = open_again().survey
    assert (again.shop("s1"), again.listing("l1"), list(again.pages("r1")), again.frontier_counts("r1")) == before


def test_store_without_tables_is_a_named_error(unmade_url):
    records = open_records(unmade_url)
    with pytest.raises(StoreAwayError, match="尚未建表.*wangjian migrate"):
        records.survey.targets()
    records.close()


def test_long_names_and_hostile_text_are_kept_exactly(records, make):
    survey = _open(records, make, 0)
    hostile = "㐂𠮷龘😀\x00'; DROP TABLE pages;--<script>" + "长" * 10_000
    _read(survey, make, make.listing(title=hostile))
    assert survey.listing("l1").title == hostile
    assert timedelta(0) == survey.listing("l1").first_seen_at - make.at(0)


def test_half_a_surrogate_pair_is_a_named_error_and_writes_nothing(records, make):
    """A hostile page can put one into a text with a script escape; it has no UTF-8 form."""
    survey = _open(records, make)
    (row,) = _lease(survey, make)
    for reading, found in (
        (make.reading(make.listing(title="玛\ud800咖")), []),
        (None, [make.row(5).model_copy(update={"url": "http://a.test/\udfff"})]),
    ):
        with pytest.raises(InvalidInputError, match="代理对"):
            survey.complete(row, make.page(row), reading, found)
    assert list(survey.pages("r1")) == []
    assert survey.complete(row, make.page(row), None, []) == 0
    assert survey.frontier_counts("r1")[FrontierState.DONE] == 1


def test_all_pages_of_a_long_run_are_walked_in_the_order_of_their_fetching(records, make):
    survey = records.survey
    survey.save_target(make.target())
    rows = [make.row(number) for number in range(620)]
    survey.open_run(make.run(), rows)
    for number, row in enumerate(rows):
        survey.complete(row, make.page(row, minutes=number // 7), None, ())
    found = [page.fetched_at for page in survey.pages("r1")]
    assert len(found) == 620
    assert found == sorted(found)


def test_only_pending_rows_are_told_and_taken_back(records, make):
    survey = _open(records, make, 4)
    (leased,) = _lease(survey, make, 1)
    pending = survey.pending("r1")
    assert [row.url[-1] for row in pending] == ["1", "2", "3"]
    assert survey.withdraw([leased, *pending[:2]]) == 2
    assert survey.withdraw(pending[:2]) == 0
    assert survey.pending("r1") == pending[2:]
    assert survey.frontier_counts("r1")[FrontierState.LEASED] == 1
