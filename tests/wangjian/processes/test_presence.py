"""A process of another machine is dead when its beat has stood still for so long as we looked; one here at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offices.together import Together
from records.errors import StoreAwayError
from records.jobs import Job, JobKind, JobState
from wangjian.job_works import JobWorks
from wangjian.processes.presence import BEAT_SECONDS, DutyTurn, Presence, place_here
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class World:
    """Records, their clock and ours, which tests put on."""

    def __init__(self) -> None:
        self.beats: dict[str, datetime] = {}
        self.now, self.seconds = NOW, 0.0
        self.away = False

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def beat(self, name: str, now: datetime) -> None:
        self.beats[name] = now

    def beat_of(self, name: str) -> datetime | None:
        if self.away:
            raise StoreAwayError("数据库没有应答")
        return self.beats.get(name)

    def end_beat(self, name: str) -> None:
        self.beats.pop(name, None)

    def forget_beats(self, beginning: str, *, before: datetime) -> None:
        self.beats = {name: at for name, at in self.beats.items() if not (name.startswith(beginning) and at < before)}

    def presence(self, process: str, *, held: tuple[str, ...] = ()) -> Presence:
        return Presence(
            self, lambda: self.now, process=process, is_held=lambda one: one in held, monotonic=lambda: self.seconds
        )


@pytest.fixture
def world() -> World:
    return World()


def _looks(world: World, ours: Presence, other: str, *, seconds: float, beats: Presence | None = None) -> bool:
    alive = True
    for _ in range(int(seconds / BEAT_SECONDS)):
        world.pass_by(BEAT_SECONDS)
        if beats is not None:
            beats.beat()
        alive = ours.is_alive(other)
    return alive


def test_process_of_another_machine_lives_as_long_as_it_beats(world) -> None:
    ours, theirs = world.presence("a@one"), world.presence("b@two")
    theirs.beat()
    world.now += timedelta(hours=5)  # its clock is not ours
    assert ours.is_alive("b@two")
    assert _looks(world, ours, "b@two", seconds=600, beats=theirs)
    assert _looks(world, ours, "b@two", seconds=105)
    assert not _looks(world, ours, "b@two", seconds=30)
    theirs.beat()
    assert not ours.is_alive("") and not ours.is_alive("of before") and ours.is_alive("b@two"), "it was only cut off"


def test_nobody_is_dead_because_the_records_were_away(world) -> None:
    ours, theirs = world.presence("a@one"), world.presence("b@two")
    theirs.beat()
    ours.is_alive("b@two")
    world.away = True
    for _ in range(100):
        world.pass_by(BEAT_SECONDS)
        with pytest.raises(StoreAwayError):
            ours.is_alive("b@two")
    world.away = False
    assert ours.is_alive("b@two"), "it could not beat either, and has its time now"
    theirs.beat()
    assert _looks(world, ours, "b@two", seconds=90)


def test_process_of_our_own_machine_is_dead_as_soon_as_it_holds_nothing(world) -> None:
    ours = world.presence("a@one", held=("c@one",))
    world.presence("d@one").beat()
    assert ours.is_alive("c@one") and not ours.is_alive("d@one")


def test_clean_end_takes_the_beat_away_and_old_ones_are_forgotten(world) -> None:
    world.beats["serving-old@two"] = world.beats["scheduler"] = NOW - timedelta(days=2)
    with world.presence("a@one").kept(lambda: None):
        assert world.beats == {"serving-a@one": NOW, "scheduler": NOW - timedelta(days=2)}
    assert world.beats == {"scheduler": NOW - timedelta(days=2)}


def test_place_is_of_this_data_directory(tmp_path: Path) -> None:
    assert place_here(tmp_path / "a") == place_here(tmp_path / "a") != place_here(tmp_path / "b")


def test_job_of_another_machine_is_interrupted_only_when_that_is_dead(tmp_path: Path, world) -> None:
    settings = load_settings(data_dir=tmp_path / "data")
    ours, theirs = world.presence("a@one"), world.presence("b@two")
    theirs.beat()
    with open_services(settings, clock=lambda: world.now) as services:
        for number, process in enumerate(("b@two", "dead@one")):
            services.jobs.add_job(
                Job(
                    job_id=f"j{number}",
                    kind=JobKind.EXPORT,
                    state=JobState.RUNNING,
                    account_id="x",
                    login="x",
                    process=process,
                    asked_at=NOW,
                )  # fmt: skip
            )
        works = JobWorks(services, settings, together=replace(Together(process="a@one"), is_alive=ours.is_alive))
        assert [job.job_id for job in works.recover()] == ["j1"]
        for _ in range(40):
            world.pass_by(BEAT_SECONDS)
            theirs.beat()
            assert works.recover() == ()
        ended = [works.recover() for _ in range(12) if world.pass_by(BEAT_SECONDS) is None]
        assert [job.job_id for found in ended for job in found] == ["j0"]


def test_duties_are_done_behind_one_console(tmp_path: Path, world, monkeypatch) -> None:
    monkeypatch.setattr("wangjian.processes.presence.BEAT_SECONDS", 0.0)
    with open_services(load_settings(data_dir=tmp_path / "data")) as services:
        one, two, alone = (
            DutyTurn(services.operations, lambda: world.now, who=who, shared=who != "alone")
            for who in ("one", "two", "alone")
        )
        assert (one.mine(), two.mine(), alone.mine()) == (True, False, True)
        world.pass_by(80)
        assert (one.mine(), two.mine()) == (True, False)
        world.pass_by(91)
        assert (two.mine(), one.mine()) == (True, False), "the first has died; back again, it is the other's turn"
        one.give_up()
        assert not one.mine()
        two.give_up()
        assert one.mine()
