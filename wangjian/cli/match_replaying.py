"""`wangjian match replay`: a stored match reckoned again over the register as it was known then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from matching.replaying import Replay, replay
from records.errors import ExitCode, InvalidInputError
from records.ports import SurveyStore
from records.register import Match
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["add_to"]


def add_to(matching: typer.Typer) -> None:
    """Register the command."""
    matching.command("replay", help="按当时所知的登记库重算一次比对，并列出不同之处")(match_replay)


def match_replay(
    stored: Annotated[str, typer.Argument(metavar="SHOP_OR_FILE", help="店铺编号，或 match --json 存下的文件")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The newest match of a shop, or one kept in a file; NO when the replay differs."""
    with opened(data_dir) as services:
        found = replay(_stored(stored, services.survey), services.register)
    document = {"same": found.same, "differences": found.differences, "stored": found.stored, "again": found.again}
    emit(document, as_json=as_json, text=_in_words(found))
    return ExitCode.DONE if found.same else ExitCode.NO


def _stored(said: str, survey: SurveyStore) -> Match:
    path = Path(said)
    if path.is_file():
        try:
            return Match.model_validate_json(path.read_bytes())
        except ValidationError as exc:
            raise InvalidInputError(f"{path} 不是一次比对的结果", cure="用 wangjian match … --json 存下的文件") from exc
    match = survey.match_of(said)
    if match is None:
        raise InvalidInputError(f"没有店铺 {said} 的比对结果", cure="核对店铺编号，或给出 match --json 存下的文件")
    return match


def _in_words(found: Replay) -> str:
    stored = found.stored
    head = f"{stored.match_id}（{stored.matched_at:%Y-%m-%d %H:%M} UTC，模型 {stored.model_version}）"
    if found.same:
        return f"{head}：重算结果相同，{stored.decision.value}，首位概率 {stored.probability:.4f}"
    return "\n".join([f"{head}：重算结果不同", *(f"  {line}" for line in found.differences)])
