"""二次固证: some minutes after a capture another process captures the page again, and the two are compared."""

from __future__ import annotations

import json
import subprocess  # our own interpreter and command, without a shell
import sys
from datetime import timedelta

from records.base import stable_id
from records.errors import FetchError, NotFoundError
from records.evidence import Capture
from records.ports import Services
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState
from wangjian.settings import Settings

__all__ = ["second_by_another", "want_second"]

_LONGEST_SECONDS = 540.0
_MADE = {0, 4}


def want_second(services: Services, settings: Settings, first: WantedCapture) -> int:
    """Ask for the second capture of one that was made at once, when that is set; how many were new."""
    minutes = settings.evidence.second_after_minutes
    if not minutes or first.purpose is not WantedPurpose.FIRST or first.state is not WantedState.DONE:
        return 0
    now = services.clock()
    second = WantedCapture(
        wanted_id=stable_id("second", first.capture_id),
        lead_id=first.lead_id,
        url=first.url,
        why=f"固证 {first.capture_id} 之后 {minutes:g} 分钟",
        purpose=WantedPurpose.SECOND,
        second_of=first.capture_id,
        asked_at=now,
        not_before=now + timedelta(minutes=minutes),
    )
    return services.wanted_captures.want([second])


def second_by_another(services: Services, settings: Settings, taken: WantedCapture) -> tuple[Capture, str]:
    """Have a process of its own capture the page again; the capture and what differs, in one sentence.

    Raises:
        FetchError: The process ended without a second capture; its own words are given.
    """
    command = [
        *(sys.executable, "-m", "wangjian", "evidence", "second", taken.second_of),
        *("--operator", WantedPurpose.SECOND.operator, "--data-dir", str(settings.data_dir), "--json"),
        *(["--allow-private"] if settings.network.allow_private else []),
    ]
    try:
        ended = subprocess.run(  # noqa: S603  # our own interpreter and command
            command, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise FetchError(f"二次固证在 {_LONGEST_SECONDS:g} 秒内没有完成", cure="稍后再试") from exc
    try:
        said = json.loads(ended.stdout)
    except ValueError as exc:
        raise FetchError(f"二次固证的进程没有回话（退出码 {ended.returncode}）", cure="查看日志") from exc
    if ended.returncode not in _MADE:
        raise FetchError(f"二次固证未成：{said.get('error', {}).get('message', ended.returncode)}", cure="稍后再试")
    try:
        capture = services.evidence.capture(said["second"]["capture_id"])
    except NotFoundError as exc:
        raise FetchError("二次固证没有留下记录", cure="检查数据目录是否同一个") from exc
    text, money = said["text_score"], [*said["prices_gone"], *said["prices_new"]]
    same = "可见文字一致" if text == 1.0 else "可见文字不同"
    return capture, f"与前次比对：{same}" + (f"，金额有变：{'、'.join(money)}" if money else "")
