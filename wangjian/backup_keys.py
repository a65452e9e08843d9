"""Keys are kept apart from the backup, in a file of their own that only its passphrase opens.

Whoever has a backup has every record and every piece of evidence, and can sign nothing; whoever has the file of the
keys has nothing to read. The two belong in different hands and places.
Standard: RFC 7914 (scrypt), NIST SP 800-38D (AES-256-GCM).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from evidence.keys import write_private
from records.canonical import canonical_bytes
from records.errors import IntegrityError, InvalidInputError, StorageFullError

__all__ = ["KEYS_FOLDER", "SETTINGS_FILE", "is_public", "open_keys", "private_files", "public_files", "write_keys"]

SETTINGS_FILE = "wangjian.toml"
KEYS_FOLDER = "keys"
_FORMAT = "wangjian-keys/1"
_COST, _BLOCK_SIZE, _LANES = 1 << 15, 8, 1
_LEAST_PASSPHRASE = 12
_MOST_BYTES = 16 << 20
_NOT_KEPT = frozenset({".lock"})


def public_files(data_dir: Path) -> dict[str, bytes]:
    """Certificates and what says when a key ended: they go with the backup, for evidence is verified by them."""
    return {name: content for name, content in _files(data_dir).items() if is_public(name, content)}


def private_files(data_dir: Path) -> dict[str, bytes]:
    """Every key and secret under `keys`, and the settings, which may hold passwords."""
    found = {name: content for name, content in _files(data_dir).items() if not is_public(name, content)}
    settings = data_dir / SETTINGS_FILE
    return {**found, SETTINGS_FILE: settings.read_bytes()} if settings.is_file() else found


def is_public(name: str, content: bytes) -> bool:
    """Whether anybody may read it: a certificate, or the list of ended keys."""
    return name.endswith((".pem", ".txt", ".crt")) and b"PRIVATE KEY" not in content


def write_keys(path: Path, files: Mapping[str, bytes], *, passphrase: str) -> None:
    """Write the files, encrypted, mode 600.

    Raises:
        InvalidInputError: The passphrase is too short, or the file is there already.
        StorageFullError: It cannot be written.
    """
    if len(passphrase) < _LEAST_PASSPHRASE:
        raise InvalidInputError(
            f"密钥备份的口令至少 {_LEAST_PASSPHRASE} 个字符",
            cure="设 WANGJIAN_BACKUP__PASSPHRASE，或用 --passphrase-file",
        )
    if path.exists():
        raise InvalidInputError(f"密钥备份文件已存在：{path}", cure="换一个文件名")
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {"format": _FORMAT, "salt": salt.hex(), "nonce": nonce.hex()}
    plain = json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()}).encode()
    cipher = AESGCM(_derived(passphrase, salt)).encrypt(nonce, plain, canonical_bytes(dict(head)))
    try:
        write_private(path, canonical_bytes({**head, "content": base64.b64encode(cipher).decode()}))
    except OSError as exc:
        raise StorageFullError(f"密钥备份无法写入：{path}（{exc.strerror}）", cure="检查目录权限与空间") from exc


def open_keys(path: Path, *, passphrase: str) -> dict[str, bytes]:
    """The files of a backup of keys.

    Raises:
        InvalidInputError: It is none.
        IntegrityError: It was altered, or the passphrase is wrong.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError
        told = json.loads(path.read_bytes())
        if told["format"] != _FORMAT:
            raise ValueError
        salt, nonce, cipher = (
            bytes.fromhex(told["salt"]),
            bytes.fromhex(told["nonce"]),
            base64.b64decode(told["content"]),
        )
        head = {"format": _FORMAT, "salt": told["salt"], "nonce": told["nonce"]}
    except OSError as exc:
        raise InvalidInputError(f"密钥备份无法读取：{path}（{exc.strerror}）", cure="检查路径与权限") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise InvalidInputError(f"不是网鉴的密钥备份：{path}", cure="给出 backup --keys 写成的文件") from exc
    try:
        plain = AESGCM(_derived(passphrase, salt)).decrypt(nonce, cipher, canonical_bytes(dict(head)))
    except (InvalidTag, ValueError) as exc:
        raise IntegrityError("密钥备份打不开：口令不对，或文件被改动", cure="核对口令；换用另一份密钥备份") from exc
    return {name: base64.b64decode(content) for name, content in json.loads(plain).items()}


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK_SIZE, p=_LANES).derive(passphrase.encode())


def _files(data_dir: Path) -> dict[str, bytes]:
    folder = data_dir / KEYS_FOLDER
    return {
        path.relative_to(data_dir).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in _NOT_KEPT
    }
