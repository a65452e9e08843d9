"""The way to an S3 server: where it is, a client that reads nothing but what it is given, and its errors in our words.

Standard: Amazon S3 API (2006-03-01), signature version 4.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import botocore.config
import botocore.loaders
import botocore.session
from botocore.configprovider import ConstantProvider
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ResponseStreamingError, SSLError

from records.errors import IntegrityError, InvalidInputError, StorageFullError, StoreAwayError, WangJianError
from stores.blobs.access import BlobAccess

__all__ = [
    "Place",
    "Refusal",
    "check_bucket",
    "code_of",
    "connect",
    "in_our_words",
    "make_bucket",
    "place_of",
    "unexpected",
]

_PLAIN, _TLS = "s3+http", "s3"
_POOL = 16
_FULL = frozenset({"XMinioStorageFull", "StorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "507"})
_KEYS = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "InvalidToken", "ExpiredToken", "403"}
)
_CHANGED = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"})
_LOCKED_CURE = (
    "建桶时启用对象锁定（mc mb --with-lock 或 CreateBucket 的 ObjectLockEnabledForBucket），见 docs/how-to/s3.md"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`s3://HOST[:PORT]/BUCKET[/PREFIX]` (TLS) or `s3+http://…`; `prefix` is empty or ends in a slash."""

    endpoint: str
    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.endpoint}/{self.bucket}/{self.prefix}"


class Refusal(Exception):
    """The server answered no, with this code: the caller knows what it means there. Never leaves the adapter."""

    def __init__(self, code: str, headers: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers


def place_of(url: str) -> Place:
    """Read the address.

    Raises:
        InvalidInputError: No host or no bucket, or keys in the address, where logs and process lists would show them.
    """
    parts = urlsplit(url)
    bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
    if "@" in parts.netloc:
        raise InvalidInputError("对象存储地址中不得写密钥", cure="密钥写入 s3.credentials_file 所指的文件")
    if not parts.hostname or not bucket or parts.query or parts.fragment:
        raise InvalidInputError(
            f"对象存储地址不完整：{url[:200]}", cure="写成 s3://主机[:端口]/桶[/前缀]（TLS）或 s3+http://…"
        )
    scheme = {_PLAIN: "http", _TLS: "https"}[parts.scheme]
    return Place(endpoint=f"{scheme}://{parts.netloc}", bucket=bucket, prefix=f"{prefix}/" if prefix else "")


def connect(place: Place, access: BlobAccess) -> Any:
    """A client; nothing is reached. Profiles, proxies and variables of the environment are not looked at."""
    if access.ca_file is not None and not access.ca_file.is_file():
        raise InvalidInputError(f"没有这个根证书文件：{access.ca_file}", cure="检查设置 s3.ca_file")
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    told = session.get_component("config_store")
    for name, (_, _, default, _) in session.session_var_map.items():
        told.set_config_provider(name, ConstantProvider(default))
    for name in ("config_file", "credentials_file"):
        told.set_config_provider(name, ConstantProvider(os.devnull))
    config = botocore.config.Config(
        signature_version="s3v4",
        connect_timeout=access.connect_seconds,
        read_timeout=access.read_seconds,
        retries={"total_max_attempts": access.tries, "mode": "standard"},
        max_pool_connections=_POOL,
        proxies={},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        ignore_configured_endpoint_urls=True,
        s3={"addressing_style": "path"},
    )
    return session.create_client(
        "s3",
        region_name=access.region,
        endpoint_url=place.endpoint,
        aws_access_key_id=access.access_key or "-",  # with none the client would look for some elsewhere
        aws_secret_access_key=access.secret_key or "-",
        verify=str(access.ca_file) if access.ca_file else True,
        config=config,
    )


def make_bucket(client: Any, place: Place, *, region: str) -> None:
    """Make the bucket, with versions and object lock, unless it is there.

    Raises:
        StoreAwayError: No answer, or the keys do not allow it.
    """
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        if _is_there(client, place):
            return
        with in_our_words(place):
            client.create_bucket(Bucket=place.bucket, ObjectLockEnabledForBucket=True, **where)
    except Refusal as exc:
        if exc.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise unexpected(exc, place) from exc


def check_bucket(client: Any, place: Place) -> None:
    """Whether the bucket is there, keeps versions and locks objects.

    Raises:
        InvalidInputError: It does not, so that what is put there could be taken away unseen.
        StoreAwayError: No answer, no such bucket, or the keys are refused.
    """
    try:
        with in_our_words(place):
            versioning = client.get_bucket_versioning(Bucket=place.bucket).get("Status", "")
            lock = client.get_object_lock_configuration(Bucket=place.bucket)
    except Refusal as exc:
        if exc.code not in ("ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed"):
            raise unexpected(exc, place) from exc
        raise InvalidInputError(f"存储桶没有启用对象锁定，不能存放证据：{place}", cure=_LOCKED_CURE) from exc
    if versioning != "Enabled":
        raise InvalidInputError(f"存储桶没有启用版本控制，不能存放证据：{place}", cure=_LOCKED_CURE)
    if lock.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
        raise InvalidInputError(f"存储桶没有启用对象锁定，不能存放证据：{place}", cure=_LOCKED_CURE)


@contextmanager
def in_our_words(place: Place) -> Iterator[None]:
    """Errors of the client become ours; a plain no of the server becomes a Refusal."""
    try:
        yield
    except ClientError as exc:
        raise _answered(exc, place) from exc
    except SSLError as exc:
        raise StoreAwayError(
            f"对象存储的 TLS 证书不可信：{place.endpoint}", cure="检查服务器证书与设置 s3.ca_file（证书总要核验）"
        ) from exc
    except ResponseStreamingError as exc:
        raise StoreAwayError(f"对象存储的应答中断：{place.endpoint}", cure="检查网络与对象存储，稍后重试") from exc
    except (BotoCoreError, NoCredentialsError, OSError) as exc:
        raise StoreAwayError(
            f"对象存储没有应答：{place.endpoint}（{type(exc).__name__}）", cure="启动对象存储，或检查 stores.blobs_url"
        ) from exc


def code_of(exc: ClientError) -> str:
    """The server's code, or the status where an answer has no body (HEAD)."""
    return str(exc.response.get("Error", {}).get("Code", ""))


def unexpected(exc: Refusal, place: Place) -> WangJianError:
    """A no where none was to be expected: the keys, most often."""
    if exc.code in _KEYS:
        return StoreAwayError(
            f"对象存储拒绝了密钥：{place}（{exc.code}）",
            cure="检查 s3.access_key、s3.secret_key 或 s3.credentials_file",
        )
    return StoreAwayError(f"对象存储拒绝了请求：{place}（{exc.code}）", cure="查看对象存储的日志")


@lru_cache(maxsize=1)
def _descriptions() -> Any:
    """What the library brings with it to describe the protocol: a megabyte that never changes, read once."""
    return botocore.loaders.create_loader()


def _is_there(client: Any, place: Place) -> bool:
    try:
        with in_our_words(place):
            client.head_bucket(Bucket=place.bucket)
    except Refusal as exc:
        if exc.code in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def _answered(exc: ClientError, place: Place) -> Exception:
    code, answer = code_of(exc), exc.response.get("ResponseMetadata", {})
    status = int(answer.get("HTTPStatusCode", 0))
    if code in _FULL or status == 507 or "no space left" in str(exc):
        return StorageFullError(f"对象存储空间不足，未能存入：{place}", cure="在对象存储腾出空间后重试")
    if code == "NoSuchBucket":
        return StoreAwayError(f"没有这个存储桶：{place}", cure=_LOCKED_CURE)
    if code in _CHANGED:
        return IntegrityError(f"内容在传送中被改变，对象存储未收：{place}", cure="检查网络与中间设备后重试")
    if code == "RequestTimeTooSkewed":
        return StoreAwayError(f"本机与对象存储的时钟相差太大：{place.endpoint}", cure="timedatectl set-ntp true")
    if status >= 500 or code in ("SlowDown", "RequestTimeout"):
        return StoreAwayError(f"对象存储暂时不可用：{place.endpoint}（{code}）", cure="查看对象存储的日志，稍后重试")
    headers = {str(name).lower(): str(value) for name, value in answer.get("HTTPHeaders", {}).items()}
    return Refusal(code, headers)
