"""`wangjian rules act`: a page, or some pages of a shop, tried in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from leads.over_time.answers import yuan
from records.acts import ProfilePrice
from records.errors import ExitCode, InvalidInputError
from records.leads import Verdict
from wangjian.acting import Acted, act_on, page_of, pages_of_shop
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, opened
from wangjian.settings import load_settings

__all__ = ["add_acting_to"]

_VERDICTS = {Verdict.SUSPECTED: "涉嫌", Verdict.EXCLUDED: "除外", Verdict.UNDETERMINED: "无法判定"}


def add_acting_to(rules: typer.Typer) -> None:
    """Register the command."""
    rules.command("act", help="用浏览器实测弹窗、默认勾选、倒计时、结算价与多画像比价")(rules_act)


def rules_act(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="要实测的网页")] = None,
    shop: Annotated[str | None, typer.Option("--shop", metavar="ID", help="改为实测这家网店的首页与热销商品")] = None,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Try pages; 4 when one could not be tried."""
    if (url is None) == (shop is None):
        raise InvalidInputError("须给出一个网址，或以 --shop 给出网店编号", cure="wangjian rules act URL")
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    with opened(data_dir, allow_private=allow_private) as services:
        if shop is not None:
            pages = pages_of_shop(services, shop, limit=settings.acts.pages_a_shop)
        else:
            pages = (page_of(services, url or ""),)
        done = [act_on(services, settings, page) for page in pages]
    emit({"pages": [_document(one) for one in done]}, as_json=as_json, text="\n".join(_lines(done)))
    return ExitCode.PARTIAL if any(one.act.failure for one in done) else ExitCode.DONE


def _document(one: Acted) -> dict[str, object]:
    return {
        **one.act.model_dump(mode="json"),
        "record_sha256": one.record.page_sha256,
        "findings": [finding.model_dump(mode="json") for finding in one.findings],
    }


def _lines(done: Sequence[Acted]) -> list[str]:
    lines = []
    for one in done:
        act = one.act
        lines.append(f"{act.url}（实测编号 {act.act_id}，打开 {act.loads} 次，截图 {len(act.shots)} 张）")
        lines += [
            f"  {finding.rule_id} {_VERDICTS[finding.verdict]}：{finding.explanation}" for finding in one.findings
        ]
        lines += [f"  {seen.profile.value}：{_price(seen)}" for seen in act.profiles]
        if act.failure:
            lines.append(f"  未能实测：{act.failure}")
        elif not one.findings:
            lines.append("  未见弹窗、勾选、倒计时、结算价或因人定价方面的问题")
        lines += [f"  未测：{part}" for part in act.unreached]
        lines.append(f"  记录 SHA-256：{one.record.page_sha256}")
    return lines


def _price(seen: ProfilePrice) -> str:
    return f"{yuan(seen.price_fen)} 元" if seen.price_fen is not None else seen.problem
