"""Holds, destruction, audit and the copy of evidence where it rests in a bucket with object lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.retention import Wish, ask_destruction, destroy, hold, reflect_holds, release, standing_of
from evidence.transparency import LogMeans, log_means_of
from records.errors import ConflictError, InvalidInputError
from records.evidence import CustodyAction
from records.ports import Services
from stores.backends import open_blobs
from tests.s3_server import Bucket, S3Server
from tests.wangjian.test_auditing import _seal
from wangjian.auditing import audit_everything
from wangjian.copying_evidence import copy_evidence
from wangjian.settings import Settings, StoreSettings, load_settings
from wangjian.storing import store_status
from wangjian.wiring import evidence_store, open_services, open_survey, utc_now

pytestmark = pytest.mark.xdist_group("s3")

FIRST = Wish(actor="zhang", role="办案", reason="留存期满")
SECOND = Wish(actor="li", role="负责人", reason="同意")


@pytest.fixture
def url(moto: S3Server) -> str:
    return moto.new_bucket()


@pytest.fixture
def settings(data_dir: Path, url: str) -> Settings:
    return load_settings(data_dir=data_dir).model_copy(update={"stores": StoreSettings(blobs_url=url)})


@pytest.fixture
def services(settings: Settings, tmp_path: Path) -> Iterator[Services]:
    with open_services(settings) as opened:
        _seal(opened, 1, tmp_path)
        yield opened


@pytest.fixture
def means(services: Services) -> LogMeans:
    return replace(log_means_of(services), authorities=())


@pytest.fixture
def flag(moto: S3Server, url: str, means: LogMeans):
    """Whether the bucket itself holds the package."""
    bucket = Bucket(moto, url)
    sha256 = means.evidence.capture("capture_1").package.sha256
    return lambda: bucket.client.head_object(**bucket.of(sha256)).get("ObjectLockLegalHoldStatus") == "ON"


def test_hold_and_release_are_the_buckets_too(means, flag) -> None:
    capture = means.evidence.capture("capture_1")
    assert not flag()
    hold(means, capture, FIRST)
    assert flag()
    release(means, capture, SECOND)
    assert not flag()


def test_hold_placed_while_the_store_is_away_reaches_it_later(moto, means, url, flag) -> None:
    capture = means.evidence.capture("capture_1")
    away = open_blobs(url.replace(moto.place, "127.0.0.1:9"), access=replace(moto.access, tries=1))
    hold(replace(means, blobs=away), capture, FIRST)
    assert standing_of(means.evidence, "capture_1").held is not None
    assert not flag()
    reflect_holds(means)
    assert flag()


def test_destruction_is_refused_by_the_lock_before_the_chain_says_anything(services, means) -> None:
    capture = means.evidence.capture("capture_1")
    later = replace(means, clock=lambda: utc_now() + timedelta(days=1200))
    with pytest.raises(ConflictError, match="对象锁定尚未期满.*锁定至"):
        ask_destruction(later, capture, FIRST, keep_days=1096)
    with pytest.raises(ConflictError):
        destroy(later, capture, SECOND)
    said = {event.action for event in means.evidence.custody("capture_1")}
    assert not said & {CustodyAction.DESTRUCTION_ASKED, CustodyAction.DESTROYED}
    assert services.blobs.holds(capture.package.sha256)


def test_audit_reads_the_bucket_anew_and_names_what_was_laid_over_it(moto, services, means, settings, url) -> None:
    assert audit_everything(services, full=True).problems == ()
    status = store_status(services, settings)
    assert (status.ready, status.waiting) == (True, ())
    bucket, sha256 = Bucket(moto, url), means.evidence.capture("capture_1").package.sha256
    bucket.client.delete_object(**bucket.of(sha256))
    assert audit_everything(services, full=True).problems == (f"存储桶中的对象被加了删除标记，原版本仍在：{sha256}",)


def test_evidence_in_files_is_copied_whole_and_altered_evidence_is_not(moto, data_dir, tmp_path) -> None:
    with open_services(load_settings(data_dir=data_dir)) as services:
        _seal(services, 1, tmp_path)
        hold(log_means_of(services), services.evidence.capture("capture_1"), FIRST)
        altered = services.blobs.put(b"as it was").sha256
        path = data_dir / "blobs" / altered[:2] / altered[2:4] / altered
        path.chmod(0o644)
        path.write_bytes(b"altered!!")
        target = open_blobs(moto.new_bucket(), access=moto.access)
        report = copy_evidence(services, target)
        kept = [sha256 for sha256 in services.blobs.digests() if sha256 != altered]
        assert (report.copied, report.there_already, report.altered) == (len(kept), 0, (altered,))
        assert list(target.digests()) == kept
        assert [target.get(sha256) for sha256 in kept] == [services.blobs.get(sha256) for sha256 in kept]
        assert copy_evidence(services, target).there_already == len(kept)
        with pytest.raises(InvalidInputError, match="对象锁定"):
            copy_evidence(services, open_blobs(moto.new_bucket(lock=False), access=moto.access))


def test_survey_and_evidence_are_locked_for_their_own_times(settings) -> None:
    with open_survey(settings) as survey:
        page = survey.blobs.put(b"a page").sha256
        assert timedelta(days=1095) < survey.blobs.locked_until(page) - utc_now() < timedelta(days=1097)
    evidence = evidence_store(settings)
    evidence.put(b"a page")  # now it is evidence too: prolonged
    assert evidence.locked_until(page) - utc_now() > timedelta(days=3640)
    with open_survey(settings) as survey:
        survey.blobs.put(b"a page")
        assert survey.blobs.locked_until(page) == evidence.locked_until(page)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "无法读取"),
        ("access_key", "格式不对"),
        ('access_key = "a"\n', "有且只有两项"),
        ('access_key = "a"\nsecret_key = ""\n', "有且只有两项"),
        ('access_key = "a"\nsecret_key = "b"\nregion = "c"\n', "有且只有两项"),
    ],
)
def test_file_of_keys_that_is_none_is_refused_without_showing_it(tmp_path, monkeypatch, text, said) -> None:
    place = tmp_path / "keys.toml"
    if text is not None:
        place.write_text(text)
    monkeypatch.setenv("WANGJIAN_S3__CREDENTIALS_FILE", str(place))
    with pytest.raises(InvalidInputError, match=said):
        load_settings(data_dir=tmp_path).s3.keys()
    monkeypatch.setenv("WANGJIAN_S3__SECRET_KEY", "also-here")
    with pytest.raises(InvalidInputError, match="只留一处") as caught:
        load_settings(data_dir=tmp_path).s3.keys()
    assert "also-here" not in str(caught.value)


def test_file_of_keys_is_read(tmp_path, monkeypatch) -> None:
    place = tmp_path / "keys.toml"
    place.write_text('access_key = "who"\nsecret_key = "what"\n')
    monkeypatch.setenv("WANGJIAN_S3__CREDENTIALS_FILE", str(place))
    assert load_settings(data_dir=tmp_path).s3.keys() == ("who", "what")
