"""The forms of case papers, read from `templates/forms/*.toml`: fields, machine facts, and where both stand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from documents.typesetting import TEMPLATES
from records.errors import InvalidInputError
from records.papers import PaperForm

__all__ = ["Block", "FormPages", "read_forms"]

_FOLDER = TEMPLATES / "forms"
_KINDS = frozenset(
    {"rows", "text", "opinion", "evidence", "files", "contents", "pictures", "sign", "closing", "heading"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a paper. `rows` are label and words; words name facts as `{@key}` and fields as `{name}`."""

    type: str
    text: str = ""
    title: str = ""
    label: str = ""
    step: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPages:
    """A form with its blocks in order."""

    form: PaperForm
    blocks: tuple[Block, ...]


def read_forms() -> Mapping[str, FormPages]:
    """All forms by number.

    Raises:
        InvalidInputError: A file is not a form; which, and what is wrong.
    """
    found = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
            blocks = tuple(_block(one) for one in read.pop("block"))
            pages = FormPages(form=PaperForm.model_validate(read), blocks=blocks)
        except (tomllib.TOMLDecodeError, ValidationError, TypeError, KeyError, ValueError) as exc:
            raise InvalidInputError(f"文书格式 {path.name} 读不懂：{exc}", cure="恢复随程序发布的文件") from exc
        found[pages.form.kind] = pages
    return found


def _block(read: Mapping[str, object]) -> Block:
    if read.get("type") not in _KINDS:
        raise ValueError(f"block {read.get('type')}")
    rows, lines = read.get("rows", []), read.get("lines", [])
    if not isinstance(rows, list) or not isinstance(lines, list):
        raise TypeError("rows, lines")
    words = {name: str(read.get(name, "")) for name in ("type", "text", "title", "label", "step")}
    pairs = tuple((str(label), str(said)) for label, said in rows)
    return Block(**words, rows=pairs, lines=tuple(str(line) for line in lines))
