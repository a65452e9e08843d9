"""Promises of JobStore and AnswerStore."""

import threading

import pytest

from records.errors import ConflictError, NotFoundError
from records.idempotency import RememberedAnswer
from records.jobs import Job, JobKind, JobState, with_event


def _job(make, number=1, account="a1", **more):
    return Job(
        job_id=f"job_{number}", kind=JobKind.EXPORT, account_id=account, login=account, asked_at=make.at(number), **more
    )


def test_jobs_are_kept_and_seen_newest_first(records, make):
    for number, account in ((1, "a1"), (2, "a2"), (3, "a1")):
        records.jobs.add_job(_job(make, number, account))
    assert [one.job_id for one in records.jobs.jobs()] == ["job_3", "job_2", "job_1"]
    assert [one.job_id for one in records.jobs.jobs("a1")] == ["job_3", "job_1"]
    assert records.jobs.job("job_2") == _job(make, 2, "a2")
    with pytest.raises(ConflictError):
        records.jobs.add_job(_job(make, 2))
    with pytest.raises(NotFoundError):
        records.jobs.job("job_9")
    with pytest.raises(NotFoundError):
        records.jobs.change_job("job_9", lambda job: job)


def test_changes_by_many_threads_are_all_there(records, make):
    records.jobs.add_job(_job(make))

    def tell(name):
        for number in range(10):
            records.jobs.change_job("job_1", lambda job, n=number: with_event(job, f"{name}{n}", at=make.at(5)))

    threads = [threading.Thread(target=tell, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = records.jobs.job("job_1").events
    assert [one.number for one in events] == list(range(1, 31))
    assert len({one.text for one in events}) == 30


def test_unfinished_are_those_waiting_or_running_oldest_first(records, make):
    states = (JobState.RUNNING, JobState.DONE, JobState.WAITING, JobState.INTERRUPTED)
    for number, state in enumerate(states, start=1):
        records.jobs.add_job(_job(make, number, state=state))
    assert [one.job_id for one in records.jobs.unfinished()] == ["job_1", "job_3"]
    records.jobs.change_job("job_1", lambda job: job.model_copy(update={"state": JobState.FAILED}))
    assert [one.job_id for one in records.jobs.unfinished()] == ["job_3"]


def _asked(make, key="k", who="a1", minutes=60, **more):
    return RememberedAnswer(who=who, key=key, process="p1", asked_at=make.at(minutes), **more)


def test_first_asker_of_a_key_is_told_so_and_the_next_gets_what_is_kept(records, make):
    store = records.answers
    assert store.begin_answer(_asked(make), forget_before=make.at(0)) is None
    assert store.begin_answer(_asked(make, who="a2"), forget_before=make.at(0)) is None
    assert store.begin_answer(_asked(make, minutes=61), forget_before=make.at(0)) == _asked(make)
    answered = _asked(make, status=201, body="{}", headers={"location": "/x"})
    store.keep_answer(answered)
    assert store.begin_answer(_asked(make), forget_before=make.at(0)) == answered


def test_dropped_and_forgotten_keys_are_free_again(records, make):
    store = records.answers
    store.begin_answer(_asked(make), forget_before=make.at(0))
    store.drop_answer("a1", "k")
    assert store.begin_answer(_asked(make), forget_before=make.at(0)) is None
    assert store.begin_answer(_asked(make, minutes=90), forget_before=make.at(61)) is None


def test_of_many_who_ask_at_once_one_is_first(records, make):
    told = []

    def ask():
        told.append(records.answers.begin_answer(_asked(make), forget_before=make.at(0)))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(None) == 1
    assert len(told) == 6
