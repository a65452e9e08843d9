"""The S3 store against those who hold its keys, and against a server that is away, unfit, changed under it or full.

What moto can stand for is tried on both servers; what a lock holds, on MinIO alone (`make s3`).
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
import uuid
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from records.destruction import DestructionCertificate, certificate_bytes
from records.digests import digests_of
from records.errors import (
    ConflictError,
    IntegrityError,
    InvalidInputError,
    NotFoundError,
    StorageFullError,
    StoreAwayError,
)
from stores.backends import open_blobs
from stores.blobs.s3 import S3Blobs
from stores.blobs.s3_client import place_of
from stores.blobs.waiting import WaitingBlobs
from tests import s3_server
from tests.s3_server import Bucket, S3Server

PROGRAM = Path(__file__).parent / "programs" / "put_blobs.py"
PART = 5 << 20  # the smallest part of the protocol
MINIO = [pytest.mark.s3, pytest.mark.xdist_group("s3")]
pytestmark = pytest.mark.xdist_group("s3")
both = pytest.mark.parametrize("server", ["moto", pytest.param("minio", marks=MINIO)], indirect=True)
real = pytest.mark.parametrize("server", [pytest.param("minio", marks=MINIO)], indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)


@pytest.fixture
def url(server: S3Server) -> str:
    return server.new_bucket()


@pytest.fixture
def blobs(server: S3Server, url: str) -> S3Blobs:
    return S3Blobs(place_of(url), server.access, part_bytes=PART)


@pytest.fixture
def bucket(server: S3Server, url: str) -> Bucket:
    return Bucket(server, url)


@both
def test_what_is_laid_over_an_object_is_named_and_the_version_that_was_put_is_read(blobs, bucket):
    covered, hidden, free = (blobs.put(content) for content in (b"covered", b"hidden", b"free"))
    bucket.client.put_object(**bucket.of(covered.sha256), Body=b"forged!")
    bucket.client.delete_object(**bucket.of(hidden.sha256))
    for kept, content in ((covered, b"covered"), (hidden, b"hidden")):
        assert blobs.holds(kept.sha256)
        assert blobs.get(kept.sha256) == content
        with blobs.open(kept.sha256) as stream:
            assert stream.read() == content
    assert list(blobs.digests()) == sorted(kept.sha256 for kept in (covered, hidden, free))
    assert sorted(blobs.flaws(full=True)) == sorted(
        [
            f"存储桶中的对象被覆盖，原版本仍在：{covered.sha256}",
            f"存储桶中的对象被加了删除标记，原版本仍在：{hidden.sha256}",
        ]
    )
    assert blobs.put(b"covered") == covered
    assert len(bucket.versions(covered.sha256)) == 2  # the right one was found beneath: no third


@both
def test_wrong_bytes_under_our_name_are_found_and_ours_are_kept_over_them(blobs, bucket):
    wanted = digests_of(b"evidence of tomorrow")
    bucket.client.put_object(**bucket.of(wanted.sha256), Body=b"planted before")
    with pytest.raises(IntegrityError, match="与其 SHA-256 不符"):
        blobs.get(wanted.sha256)
    assert list(blobs.flaws(full=True)) == [f"存储桶中的对象没有合规锁定（COMPLIANCE）：{wanted.sha256}"]
    assert blobs.put(b"evidence of tomorrow") == wanted
    assert blobs.get(wanted.sha256) == b"evidence of tomorrow"


@real
def test_strangers_in_the_bucket_are_named_and_not_listed(blobs, bucket):
    kept = blobs.put(b"ours")
    for key in ("读我.txt", f"aa/bb/{kept.sha256}"):
        bucket.client.put_object(Bucket=bucket.place.bucket, Key=f"{bucket.place.prefix}{key}", Body=b"x")
    bucket.client.put_object(Bucket=bucket.place.bucket, Key="another/prefix", Body=b"x")
    assert list(blobs.digests()) == [kept.sha256]
    flaws = list(blobs.flaws())
    assert len(flaws) == 2
    assert all("不是本系统存入的对象" in flaw for flaw in flaws)


@both
def test_listing_goes_on_over_pages(server, url):
    blobs = S3Blobs(place_of(url), server.access, page_keys=2)
    bucket = Bucket(server, url)
    kept = [blobs.put(b"%d" % number).sha256 for number in range(5)]
    for sha256 in kept[:2]:
        bucket.client.delete_object(**bucket.of(sha256))
        bucket.client.put_object(**bucket.of(sha256), Body=b"over it")
    assert list(blobs.digests()) == sorted(kept)
    assert len(list(blobs.flaws())) == 2
    assert [blobs.get(sha256) for sha256 in kept] == [b"%d" % number for number in range(5)]


@both
def test_large_file_goes_up_in_parts_and_comes_back_whole(blobs, bucket, tmp_path):
    path = tmp_path / "package.wacz"
    path.write_bytes(os.urandom(PART) * 2 + b"and a rest")
    kept = blobs.put_file(path)
    assert kept == digests_of(path.read_bytes())
    assert blobs.get(kept.sha256) == path.read_bytes()
    with blobs.open(kept.sha256) as stream:
        stream.seek(-10, 2)
        assert stream.read() == b"and a rest"
    assert blobs.put_file(path) == kept
    assert len(bucket.versions(kept.sha256)) == 1
    assert blobs.locked_until(kept.sha256) is not None
    assert bucket.client.list_multipart_uploads(Bucket=bucket.place.bucket).get("Uploads", []) == []


@real
def test_file_that_changes_while_it_is_put_is_not_there_afterwards(blobs, bucket, tmp_path, monkeypatch):
    path = tmp_path / "growing.wacz"
    path.write_bytes(b"a" * (PART + 1))
    began = blobs._create

    def meanwhile(*given, **named):
        path.write_bytes(b"b" * (PART + 1))
        return began(*given, **named)

    monkeypatch.setattr(blobs, "_create", meanwhile)
    with pytest.raises(IntegrityError, match="存入时被改动"):
        blobs.put_file(path)
    assert list(blobs.digests()) == []
    assert bucket.client.list_multipart_uploads(Bucket=bucket.place.bucket).get("Uploads", []) == []


@both
def test_lock_is_prolonged_by_a_longer_time_and_never_shortened(server, url):
    def lock(days: int) -> datetime:
        blobs = open_blobs(url, access=dataclasses.replace(server.access, keep=timedelta(days=days)))
        until = blobs.locked_until(blobs.put(b"evidence").sha256)
        assert until is not None
        return until

    first, longer, shorter = lock(10), lock(400), lock(1)
    assert timedelta(days=389) < longer - first < timedelta(days=391)
    assert shorter == longer


@both
def test_destruction_waits_for_the_lock(blobs, bucket):
    kept = blobs.put(b"evidence")
    certificate = blobs.put(certificate_bytes(_certificate(kept)))
    until = blobs.locked_until(kept.sha256)
    assert until is not None
    with pytest.raises(ConflictError, match=f"锁定至 {until.date().isoformat()}"):
        blobs.destroy(kept.sha256, certificate_sha256=certificate.sha256)
    assert blobs.get(kept.sha256) == b"evidence"
    assert bucket.versions(kept.sha256)[0]["IsLatest"]
    with pytest.raises(NotFoundError):
        blobs.destroy(digests_of(b"never put").sha256, certificate_sha256=blobs.put(_naming(b"never put")).sha256)


@real
def test_after_the_lock_two_persons_destroy_every_version(server, url, bucket):
    access = dataclasses.replace(server.access, keep=timedelta(seconds=2))
    blobs = open_blobs(url, access=access)
    kept = blobs.put(b"evidence")
    certificate = blobs.put(certificate_bytes(_certificate(kept)))
    bucket.client.put_object(**bucket.of(kept.sha256), Body=b"laid over")
    blobs.hold(kept.sha256, held=True)
    while blobs.locked_until(kept.sha256) is not None:
        assert blobs.get(kept.sha256) == b"evidence"
    blobs.destroy(kept.sha256, certificate_sha256=certificate.sha256)
    assert not blobs.holds(kept.sha256)
    assert bucket.versions(kept.sha256) == []
    assert blobs.get(certificate.sha256) == certificate_bytes(_certificate(kept))


@real
def test_nobody_with_the_keys_can_take_locked_bytes_away(blobs, bucket):
    kept = blobs.put(b"evidence")
    version = {**bucket.of(kept.sha256), "VersionId": bucket.versions(kept.sha256)[0]["VersionId"]}
    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (1, 30))
    shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": soon}
    weaker = {"Mode": "GOVERNANCE", "RetainUntilDate": later}
    client = bucket.client
    for refused in (
        lambda: client.delete_object(**version),
        lambda: client.delete_object(**version, BypassGovernanceRetention=True),
        lambda: client.put_object_retention(**version, Retention=shorter),
        lambda: client.put_object_retention(**version, Retention=shorter, BypassGovernanceRetention=True),
        lambda: client.put_object_retention(**version, Retention=weaker, BypassGovernanceRetention=True),
        lambda: client.put_object_retention(**version, Retention={}, BypassGovernanceRetention=True),
        lambda: client.put_bucket_versioning(
            Bucket=bucket.place.bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        lambda: client.delete_bucket(Bucket=bucket.place.bucket),
    ):
        with pytest.raises(ClientError):
            refused()
    deleted = client.delete_objects(
        Bucket=bucket.place.bucket,
        Delete={"Objects": [{"Key": version["Key"], "VersionId": version["VersionId"]}]},
        BypassGovernanceRetention=True,
    )
    assert [one["Key"] for one in deleted["Errors"]] == [version["Key"]]
    assert blobs.get(kept.sha256) == b"evidence"
    assert list(blobs.flaws(full=True)) == []


@real
def test_two_processes_that_put_the_same_at_once_make_one_version_each(server, url, bucket, blobs):
    words = [sys.executable, str(PROGRAM), url, server.access.access_key, server.access.secret_key, "12"]
    writers = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=s3_server.TREE)
        for _ in range(2)
    ]
    assert [writer.stdout.readline() for writer in writers] == ["ready\n"] * 2
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.communicate()[0] for writer in writers] == ["12\n"] * 2
    kept = list(blobs.digests())
    assert len(kept) == 12
    assert [len(bucket.versions(sha256)) for sha256 in kept] == [1] * 12


@real
def test_server_killed_while_evidence_is_put_loses_none_and_makes_none_up(server, tmp_path, request):
    program = s3_server.node_program()
    node = program.start(s3_server.CACHE, tmp_path / "data")
    request.addfinalizer(node.stop)
    port = int(node.place.rpartition(":")[2])
    mortal = s3_server.minio_at(node.place, connect_seconds=1.0)
    url, room = mortal.new_bucket(), tmp_path / "waiting"
    blobs = WaitingBlobs(S3Blobs(place_of(url), mortal.access), room, rest_seconds=0.0)
    contents = [os.urandom(200_000) for _ in range(30)]
    threads = [
        threading.Thread(target=lambda mine=contents[n::3]: [blobs.put(content) for content in mine]) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    while sum("xl.meta" in files for _, _, files in os.walk(tmp_path / "data" / place_of(url).bucket)) < 8:
        pass
    node.kill()
    for thread in threads:
        thread.join()
    waiting = blobs.waiting()
    assert 0 < len(waiting) < 30
    with pytest.raises(StoreAwayError, match="没有应答"):
        blobs.settle()
    assert blobs.waiting() == waiting
    node = program.start(s3_server.CACHE, tmp_path / "data", port)
    with node:
        assert list(blobs.digests()) == sorted(digests_of(content).sha256 for content in contents)
        assert blobs.settle() == len(waiting)
        assert blobs.waiting() == ()
        assert [blobs.get(digests_of(content).sha256) for content in contents] == contents
        assert list(blobs.flaws(full=True)) == []


@real
@pytest.mark.parametrize("altered_at", [500_000, 3_500_000])
def test_object_altered_on_the_servers_disk_is_found(server, tmp_path, altered_at):
    with s3_server.node_program().start(s3_server.CACHE, tmp_path / "data") as node:
        mine = s3_server.minio_at(node.place)
        blobs = open_blobs(mine.new_bucket(), access=mine.access)
        kept = blobs.put(b"A" * 4_000_000)
        part = next((tmp_path / "data").rglob("part.1"))
        content = bytearray(part.read_bytes())
        content[altered_at] ^= 1
        part.write_bytes(content)
        with pytest.raises(IntegrityError, match=f"读不出这份内容.*{kept.sha256}"):
            blobs.get(kept.sha256)
        with blobs.open(kept.sha256) as stream, pytest.raises(IntegrityError):
            stream.read()
        blobs.put(b"goes on")
    with pytest.raises(StoreAwayError):
        blobs.get(kept.sha256)


@real
def test_disk_full_on_the_server_is_named_and_the_bytes_wait_here(server, tmp_path):
    disk = tmp_path / "small"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        with s3_server.node_program().start(s3_server.CACHE, disk / "data") as node:
            mine = s3_server.minio_at(node.place)
            place = S3Blobs(place_of(mine.new_bucket()), mine.access)
            first = place.put(b"fits")
            with pytest.raises(StorageFullError, match="对象存储空间不足"):
                for number in range(30):
                    place.put(bytes([number]) * 2_000_000)
            blobs = WaitingBlobs(place, tmp_path / "waiting")
            kept = blobs.put(b"the one that matters" * 100_000)
            assert blobs.waiting() == (kept.sha256,)
            assert place.get(first.sha256) == b"fits"
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@real
def test_certificate_of_the_server_is_checked_always(server, tmp_path):
    certs = _certify(tmp_path / "certs")
    with s3_server.node_program().start(s3_server.CACHE, tmp_path / "data", certs_dir=certs) as node:
        trusted = s3_server.minio_at(node.place, ca_file=certs / "public.crt").access
        url = S3Server(node.place, trusted, scheme="s3").new_bucket()
        blobs = open_blobs(url, access=trusted)
        assert blobs.get(blobs.put(b"over TLS").sha256) == b"over TLS"
        with pytest.raises(StoreAwayError, match="证书不可信.*s3.ca_file"):
            open_blobs(url, access=dataclasses.replace(trusted, ca_file=None)).put(b"x")
        with pytest.raises(StoreAwayError):
            open_blobs(url.replace("s3://", "s3+http://"), access=trusted).put(b"x")


@both
def test_bucket_that_cannot_lock_is_refused_before_anything_is_put(server):
    url = server.new_bucket(lock=False)
    for use in (lambda blobs: blobs.ready(), lambda blobs: blobs.put(b"x"), lambda blobs: blobs.holds("0" * 64)):
        with pytest.raises(InvalidInputError, match="没有启用.*不能存放证据.*对象锁定"):
            use(open_blobs(url, access=server.access))
    assert server.client.list_objects_v2(Bucket=place_of(url).bucket)["KeyCount"] == 0


@both
def test_bucket_is_made_with_a_lock_where_that_is_asked_for(server):
    url = f"s3+http://{server.place}/made-{uuid.uuid4().hex[:8]}"
    access = dataclasses.replace(server.access, create_bucket=True)
    for _ in range(2):
        blobs = open_blobs(url, access=access)
        assert blobs.locked_until(blobs.put(b"x").sha256) is not None
    with pytest.raises(InvalidInputError, match="没有启用"):
        open_blobs(server.new_bucket(lock=False), access=access).ready()


@both
def test_bucket_that_is_not_there_is_named(server):
    blobs = open_blobs(f"s3+http://{server.place}/no-such-bucket", access=server.access)
    with pytest.raises(StoreAwayError, match="没有这个存储桶.*no-such-bucket"):
        blobs.ready()


@real
@pytest.mark.parametrize("wrong", ["access_key", "secret_key"])
def test_wrong_keys_are_named(server, url, wrong):
    blobs = open_blobs(url, access=dataclasses.replace(server.access, **{wrong: "wrong-wrong"}))
    with pytest.raises(StoreAwayError, match="拒绝了密钥.*s3.credentials_file"):
        blobs.ready()


@both
def test_environment_is_not_looked_at(server, url, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.setenv(name, "nonsense")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/no/such/file")
    blobs = open_blobs(url, access=server.access)
    assert blobs.get(blobs.put(b"x").sha256) == b"x"


def test_what_is_put_while_the_store_is_away_waits_and_is_brought_later(moto, tmp_path):
    url, room = moto.new_bucket(), tmp_path / "waiting"
    access = dataclasses.replace(moto.access, waiting_room=room, tries=1)
    away = open_blobs(url.replace(moto.place, "127.0.0.1:9"), access=access)
    package = tmp_path / "package"
    package.write_bytes(b"a package" * 100_000)
    kept = [away.put(b"a page"), away.put_file(package)]
    assert [away.get(one.sha256)[:6] for one in kept] == [b"a page", b"a pack"]
    assert all(away.holds(one.sha256) for one in kept)
    with away.open(kept[1].sha256) as stream:
        assert stream.read(9) == b"a package"
    assert away.waiting() == tuple(sorted(one.sha256 for one in kept))
    with pytest.raises(StoreAwayError, match="没有应答"):
        away.settle()
    with pytest.raises(StoreAwayError):
        away.holds("0" * 64)

    there = open_blobs(url, access=access)
    direct = there.put(b"directly")
    assert sorted(there.digests()) == sorted([direct.sha256, *away.waiting()])
    assert len([flaw for flaw in there.flaws() if flaw.startswith("待入库")]) == 2
    assert there.settle() == 2
    assert there.waiting() == ()
    assert list(there.flaws(full=True)) == []
    assert there.get(kept[1].sha256) == package.read_bytes()
    assert not [path for path in room.rglob("*") if path.is_file()]


def test_waiting_bytes_that_were_altered_stay_for_the_audit_to_find(moto, tmp_path):
    url, room = moto.new_bucket(), tmp_path / "waiting"
    access = dataclasses.replace(moto.access, waiting_room=room, tries=1)
    kept = open_blobs(url.replace(moto.place, "127.0.0.1:9"), access=access).put(b"as it was")
    path = room / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    path.chmod(0o644)
    path.write_bytes(b"altered!!")
    blobs = open_blobs(url, access=access)
    assert blobs.settle() == 0
    assert blobs.waiting() == (kept.sha256,)
    assert list(S3Blobs(place_of(url), access).digests()) == []
    with pytest.raises(IntegrityError):
        blobs.get(kept.sha256)


def test_store_found_away_is_left_alone_for_a_while(tmp_path):
    asked = []

    class Place:
        def put(self, content):
            asked.append(content)
            raise StoreAwayError("对象存储没有应答")

    blobs = WaitingBlobs(Place(), tmp_path, rest_seconds=1000.0)
    for number in range(5):
        blobs.put(b"%d" % number)
    assert asked == [b"0"]
    assert len(blobs.waiting()) == 5


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://host", "不完整"),
        ("s3:///bucket", "不完整"),
        ("s3://host/", "不完整"),
        ("s3://host/bucket?x=1", "不完整"),
        ("s3://key:secret@host/bucket", "不得写密钥"),
    ],
)
def test_address_that_is_none_is_refused(url, said):
    with pytest.raises(InvalidInputError, match=said) as caught:
        open_blobs(url)
    assert "secret" not in str(caught.value)


def _certify(folder: Path) -> Path:
    """`public.crt`, signed by itself for 127.0.0.1, and `private.key`."""
    folder.mkdir()
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "s3")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "public.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "private.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return folder


def _certificate(*objects):
    return DestructionCertificate(
        capture_id="capture_1",
        url="http://shop.test/",
        objects=objects,
        asked_by="asked",
        asked_at=datetime(2026, 3, 1, tzinfo=UTC),
        approved_by="approved",
        approved_at=datetime(2026, 3, 1, tzinfo=UTC),
        reason="期满",
        basis="留存期满",
        custody_sha256="0" * 64,
        signature="00",
    )


def _naming(content: bytes) -> bytes:
    return certificate_bytes(_certificate(digests_of(content)))
