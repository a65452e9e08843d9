"""S3 servers for tests: MinIO, which is what the promises are made of, and moto's, which is there without a build.

moto speaks the protocol and keeps versions, but lets a compliance lock be shortened: nothing is said of locks by it.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from stores.backends import BlobAccess
from stores.blobs.s3_client import Place, connect, place_of
from tests.node_programs import load_node_program

TREE = Path(__file__).resolve().parents[1]
CACHE = TREE / ".cache" / "s3node"
KEEP = timedelta(days=3)


class S3Server:
    """Where it is, and whom it lets in; `client` is another program that holds the keys."""

    def __init__(self, place: str, access: BlobAccess, scheme: str = "s3+http") -> None:
        self.place, self.access, self.scheme = place, access, scheme
        endpoint = f"{'https' if scheme == 's3' else 'http'}://{place}"
        self.client = connect(Place(endpoint=endpoint, bucket="", prefix=""), access)

    def new_bucket(self, *, lock: bool = True) -> str:
        """The address of a store in a bucket of its own, under a prefix."""
        bucket = f"test-{uuid.uuid4().hex[:12]}"
        self.client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=lock)
        return f"{self.scheme}://{self.place}/{bucket}/证据"


class Bucket:
    """The bucket of a store as somebody else sees it who holds its keys."""

    def __init__(self, server: S3Server, url: str) -> None:
        self.place = place_of(url)
        self.client = server.client

    def key(self, sha256: str) -> str:
        return f"{self.place.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def of(self, sha256: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.key(sha256)}

    def versions(self, sha256: str) -> list[dict[str, Any]]:
        listed = self.client.list_object_versions(Bucket=self.place.bucket, Prefix=self.key(sha256))
        return listed.get("Versions", [])


def node_program() -> ModuleType:
    """deploy/s3node/node.py."""
    return load_node_program("s3node")


def minio_at(place: str, **changed: Any) -> S3Server:
    program = node_program()
    access = BlobAccess(access_key=program.ACCESS_KEY, secret_key=program.SECRET_KEY, keep=KEEP, tries=2, **changed)
    return S3Server(place, access)


def start_moto() -> tuple[Any, S3Server]:
    """moto's server in a thread of this process."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return server, S3Server(f"{host}:{port}", BlobAccess(access_key="any", secret_key="any", keep=KEEP, tries=2))
