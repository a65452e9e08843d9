"""Large objects in parts, each with its checksum; nothing is completed whose bytes are not those that were hashed."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from records.digests import Digests
from records.errors import IntegrityError

__all__ = ["PART_BYTES", "put_in_parts"]

PART_BYTES = 32 << 20
"""Of 10,000 parts at most: 320 GB."""


def put_in_parts(
    client: Any,
    locked: Mapping[str, Any],
    condition: Mapping[str, str],
    stream: BinaryIO,
    *,
    digests: Digests,
    part_bytes: int,
) -> Mapping[str, Any]:
    """Send the stream. The parts are given up when anything fails, the file having changed meanwhile among it.

    Raises:
        IntegrityError: The bytes are not those of `digests`.
    """
    place = {"Bucket": locked["Bucket"], "Key": locked["Key"]}
    upload = {**place, "UploadId": client.create_multipart_upload(**locked, ChecksumAlgorithm="SHA256")["UploadId"]}
    try:
        parts = _send(client, upload, stream, digests=digests, part_bytes=part_bytes)
        whole: Mapping[str, Any] = client.complete_multipart_upload(
            **upload, **condition, MultipartUpload={"Parts": parts}
        )
    except BaseException:
        with contextlib.suppress(ClientError, BotoCoreError):  # the server gives up what is left over by itself
            client.abort_multipart_upload(**upload)
        raise
    return whole


def _send(
    client: Any, upload: Mapping[str, Any], stream: BinaryIO, *, digests: Digests, part_bytes: int
) -> list[dict[str, Any]]:
    whole = hashlib.sha256()
    parts: list[dict[str, Any]] = []
    while part := stream.read(part_bytes):
        whole.update(part)
        proof = base64.b64encode(hashlib.sha256(part).digest()).decode()
        number = len(parts) + 1
        sent = client.upload_part(**upload, PartNumber=number, Body=part, ChecksumSHA256=proof)
        parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": proof})
    if whole.hexdigest() != digests.sha256:
        raise IntegrityError(
            "文件在存入时被改动，未存入", cure="确认没有其他程序在写这个文件后重试", sha256=digests.sha256
        )
    return parts
