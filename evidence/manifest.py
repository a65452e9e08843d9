"""The manifest that is sealed: every member with size, type, both digests, maker, method and time.

Law: 《市场监督管理行政处罚程序规定》第二十六条（注明制作方法、制作时间、制作人）.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from evidence.standalone.verify import FIXED_ROLES
from records.canonical import canonical_bytes
from records.digests import Digests, digests_of
from records.evidence import Artefact, Manifest

__all__ = ["Content", "Paper", "digested", "manifest_bytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document to be sealed with a capture. `path` is a legal member name below `evidence/`, e.g.
    `evidence/extraction-record.pdf`: lower-case letters, digits, `.`, `-`, `_` only."""

    path: str
    role: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A member of the package with what the manifest says of it. `digests` are given when `content` is a large file."""

    path: str
    role: str
    media_type: str
    made_by: str
    method: str
    made_at: datetime
    content: bytes = b""
    digests: Digests | None = None

    def artefact(self) -> Artefact:
        """Its line in the manifest."""
        return Artefact(
            path=self.path,
            role=self.role,
            media_type=self.media_type,
            made_by=self.made_by,
            method=self.method,
            made_at=self.made_at,
            digests=self.digests or digests_of(self.content),
        )

    @classmethod
    def fixed(cls, role: str, content: bytes, *, media_type: str, maker: str, method: str, at: datetime) -> Content:
        """A member whose place follows from its role."""
        return cls(
            path=FIXED_ROLES[role],
            role=role,
            media_type=media_type,
            made_by=maker,
            method=method,
            made_at=at,
            content=content,
        )


def digested(contents: Sequence[Content]) -> list[Content]:
    """The same with digests computed, those that had none in two threads at once: each content is read only here."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="digest") as pool:
        return list(pool.map(_digested, contents))


def _digested(content: Content) -> Content:
    return content if content.digests is not None else replace(content, digests=digests_of(content.content))


def manifest_bytes(manifest: Manifest) -> bytes:
    """The form that is signed and stamped (RFC 8785)."""
    return canonical_bytes(manifest.model_dump(mode="json"))
