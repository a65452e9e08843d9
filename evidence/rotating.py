"""A signing key is given up and another takes its place, under the same root: what was signed before still verifies.

The file of roots says when the old key ended, so that it is worth nothing to whoever comes by it later, though its
certificate runs on. The log goes on: it is named after the root. Killed at any moment, the next opening either finishes
the change or finds nothing changed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from evidence.keys import KeyPair, Usage, issue_leaf, locked, secret_pem, write_private
from evidence.standalone.verify import key_ends
from evidence.trust import KEY_ENDS, fingerprint_of, read_certificates
from records.errors import NotFoundError, StorageFullError

__all__ = ["SigningKey", "finish_rotation", "rotate_key", "signing_keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key of the organisation: from when its certificate holds, until when it is believed."""

    sha256: str
    subject: str
    since: datetime
    until: datetime
    current: bool


def rotate_key(keys_dir: Path, usage: Usage, *, now: datetime, ends: datetime, passphrase: str = "") -> SigningKey:
    """Make a new key the current one; the old one is believed until `ends`, and its private part is gone.

    Raises:
        NotFoundError: There is no key yet.
        InvalidInputError: The root's key is not there, or the passphrase is wrong.
        StorageFullError: The folder cannot be written.
    """
    finish_rotation(keys_dir, usage)
    try:
        with locked(keys_dir):
            old = _current(keys_dir, usage)
            made = issue_leaf(keys_dir, usage, now=now, passphrase=passphrase)
            _write_next(keys_dir, usage, made, passphrase=passphrase, line=_line(old, ends))
            os.replace(_next(keys_dir, usage, "key"), keys_dir / f"{usage.name}.key")
            _finish(keys_dir, usage)
    except OSError as exc:
        raise StorageFullError(f"密钥目录不可用：{keys_dir}（{exc.strerror}）", cure="检查目录权限与剩余空间") from exc
    return signing_keys(keys_dir, usage)[0]


def finish_rotation(keys_dir: Path, usage: Usage) -> None:
    """Bring a change that was cut off to its end, or take it back when the new key was not in its place yet."""
    if not _next(keys_dir, usage, "end").is_file():
        return
    with locked(keys_dir):
        if _next(keys_dir, usage, "key").is_file():
            for part in ("end", "pem", "key"):
                _next(keys_dir, usage, part).unlink(missing_ok=True)
        elif _next(keys_dir, usage, "end").is_file():
            _finish(keys_dir, usage)


def signing_keys(keys_dir: Path, usage: Usage) -> tuple[SigningKey, ...]:
    """The current key first, then those given up, newest first.

    Raises:
        NotFoundError: There is no key yet.
    """
    ended = keys_dir / KEY_ENDS
    ends = key_ends(ended.read_text(encoding="ascii")) if ended.is_file() else {}
    found = [_told(_current(keys_dir, usage), None)]
    for path in (keys_dir / "ended").glob("*.pem"):
        for certificate in read_certificates(path.read_bytes())[:1]:
            found.append(_told(certificate, ends.get(fingerprint_of(certificate))))
    return (found[0], *sorted(found[1:], key=lambda one: one.until, reverse=True))


def _told(certificate: x509.Certificate, end: datetime | None) -> SigningKey:
    last = certificate.not_valid_after_utc
    return SigningKey(
        sha256=fingerprint_of(certificate),
        subject=certificate.subject.rfc4514_string(),
        since=certificate.not_valid_before_utc,
        until=min(end, last) if end else last,
        current=end is None,
    )


def _current(keys_dir: Path, usage: Usage) -> x509.Certificate:
    path = keys_dir / f"{usage.name}.pem"
    found = read_certificates(path.read_bytes()) if path.is_file() else ()
    if not found:
        raise NotFoundError(f"还没有签名密钥：{path}", cure="先固证一次，或运行 wangjian doctor")
    return found[0]


def _line(old: x509.Certificate, ends: datetime) -> str:
    moment = ends.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"wangjian-key-ends: {fingerprint_of(old)} {moment}\n"


def _write_next(keys_dir: Path, usage: Usage, made: KeyPair, *, passphrase: str, line: str) -> None:
    """Everything of the change, before the one step that makes it: the new key in its place."""
    key = cast(ec.EllipticCurvePrivateKey, made.key)
    write_private(_next(keys_dir, usage, "key"), secret_pem(key, passphrase))
    write_private(_next(keys_dir, usage, "pem"), made.pem.encode("ascii"))
    write_private(_next(keys_dir, usage, "end"), line.encode("ascii"))


def _finish(keys_dir: Path, usage: Usage) -> None:
    """What follows once the new key is in its place; each part may have been done already."""
    end, chain = _next(keys_dir, usage, "end"), keys_dir / f"{usage.name}.pem"
    line = end.read_text(encoding="ascii")
    ended, archive = keys_dir / KEY_ENDS, keys_dir / "ended"
    told = ended.read_text(encoding="ascii") if ended.is_file() else ""
    if _next(keys_dir, usage, "pem").is_file():
        archive.mkdir(mode=0o700, exist_ok=True)
        write_private(archive / f"{line.split()[1][:16]}.pem", chain.read_bytes())
        if line not in told:
            write_private(ended, (told + line).encode("ascii"))
        os.replace(_next(keys_dir, usage, "pem"), chain)
    with suppress(FileNotFoundError):
        end.unlink()


def _next(keys_dir: Path, usage: Usage, part: str) -> Path:
    return keys_dir / f"{usage.name}-next.{part}"
