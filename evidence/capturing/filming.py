"""Operation recording (操作录像): what the browser shows, with the Beijing time and the address in every picture.

The browser hands out a picture whenever what it shows has changed; a picture is asked for at most a few times a second.
Each is written over with its own moment, the step under way and the address, and kept as a frame that stands alone.
Encoding goes on in a thread beside the visit.
"""

from __future__ import annotations

import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import structlog
from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import CDPSession, Error

from evidence.capturing.webm import Frame, key_frame, webm
from records.ports import Clock

__all__ = ["Camera"]

_log = structlog.get_logger(__name__)
_WIDTH, _PICTURE_HEIGHT, _BAR = 1024, 674, 46
_QUALITY = 55
_INTERVAL_SECONDS = 0.6
_MOST_FRAMES = 600
_CLOSEST = timedelta(milliseconds=300)
_BEIJING = timezone(timedelta(hours=8))
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
_SIMPLIFIED = 2
"""The face of simplified Chinese in Noto's collection."""


class Camera:
    """Films one page. Whoever drives it says by `mark` which step is under way at which address."""

    def __init__(self, clock: Clock) -> None:
        self.dropped = 0
        self.problem = ""
        self._clock = clock
        self._cdp: CDPSession | None = None
        self._frames: list[Frame] = []
        self._began: datetime | None = None
        self._last: Image.Image | None = None
        self._marks: list[tuple[datetime, str, str]] = [(clock(), "", "")]
        self._newest: datetime | None = None
        self._waiting: tuple[bytes, datetime] | None = None
        self._lettering = _Lettering()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="film")

    @property
    def frames(self) -> int:
        """Pictures kept so far."""
        return len(self._frames)

    @property
    def began_at(self) -> datetime | None:
        """The moment of the first picture."""
        return self._began

    def mark(self, label: str, url: str) -> None:
        """From now on this step is under way, at this address; written into the pictures of this time."""
        self._marks.append((self._clock(), label, url))

    def moved(self, url: str) -> None:
        """The page shown is another now; the step goes on."""
        self._marks.append((self._clock(), self._marks[-1][1], url))

    async def start(self, cdp: CDPSession) -> None:
        """Begin to film; a browser that cannot is written down as `problem`."""
        self._cdp = cdp
        cdp.on("Page.screencastFrame", self._came)
        await self._ask()

    async def stop(self) -> None:
        """End: the last picture is shown until now."""
        if self._cdp is not None:
            try:
                await self._cdp.send("Page.stopScreencast")
            except Error as exc:
                _log.debug("screencast_not_stopped", reason=str(exc).splitlines()[0])
            self._cdp = None
        self._flush()
        await asyncio.get_running_loop().run_in_executor(self._pool, self._repeat, self._clock())

    def add(self, picture: bytes) -> None:
        """A picture taken otherwise (a screenshot of the viewport), at this moment."""
        self._flush()
        self._keep(picture, self._clock())

    def ms_of(self, moment: datetime) -> int:
        """Where a moment lies in the film."""
        return max(0, round((moment - self._began).total_seconds() * 1000)) if self._began is not None else 0

    def film(self) -> bytes:
        """The WebM file; empty when there is no picture. Ends the camera."""
        self._flush()
        self._pool.shutdown(wait=True)
        if not self._frames:
            return b""
        end = self._frames[-1].at_ms + 500
        return webm(self._frames, width=_WIDTH, height=_PICTURE_HEIGHT + _BAR, duration_ms=end)

    async def _ask(self) -> None:
        assert self._cdp is not None
        wish = {"format": "jpeg", "quality": 70, "maxWidth": _WIDTH, "maxHeight": _PICTURE_HEIGHT}
        try:
            await self._cdp.send("Page.startScreencast", wish)
        except Error as exc:
            self.problem = str(exc).splitlines()[0][:200]

    def take(self, event: dict[str, Any]) -> None:
        """A picture as the browser sends it, with the moment it was drawn."""
        told = event.get("metadata", {}).get("timestamp")
        moment = datetime.fromtimestamp(told, UTC) if isinstance(told, int | float) else self._clock()
        picture = base64.b64decode(event["data"])
        if self._newest is not None and moment - self._newest < _CLOSEST:
            self._waiting = (picture, moment)  # in place of one that has stood for less than that
            return
        self._flush()
        self._newest = moment
        self._keep(picture, moment)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._keep(*waiting)

    def _came(self, event: dict[str, Any]) -> None:
        self.take(event)
        asyncio.get_running_loop().call_later(_INTERVAL_SECONDS, self._acknowledge, event["sessionId"])

    def _acknowledge(self, session: int) -> None:
        # The browser has few pictures under way at once: acknowledging late is what holds the rate down.
        if self._cdp is not None:
            asyncio.ensure_future(self._send_ack(self._cdp, session))

    async def _send_ack(self, cdp: CDPSession, session: int) -> None:
        try:
            await cdp.send("Page.screencastFrameAck", {"sessionId": session})
        except Error as exc:
            _log.debug("screencast_ended", reason=str(exc).splitlines()[0])

    def _keep(self, picture: bytes, moment: datetime) -> None:
        if len(self._frames) >= _MOST_FRAMES:
            self.dropped += 1
            return
        self._pool.submit(self._encode, picture, moment)

    def _encode(self, picture: bytes, moment: datetime) -> None:
        try:
            with Image.open(io.BytesIO(picture)) as opened:
                shown = opened.convert("RGB")
        except OSError as exc:
            self.problem = f"{exc}"
            return
        shown.thumbnail((_WIDTH, _PICTURE_HEIGHT))
        self._last = shown
        self._append(shown, moment)

    def _repeat(self, moment: datetime) -> None:
        if self._last is not None:
            self._append(self._last, moment)

    def _append(self, shown: Image.Image, moment: datetime) -> None:
        if self._began is None:
            self._began = moment
        at = self.ms_of(moment)
        if self._frames and at <= self._frames[-1].at_ms:
            at = self._frames[-1].at_ms + 1
        canvas = Image.new("RGB", (_WIDTH, _PICTURE_HEIGHT + _BAR), "white")
        canvas.paste(shown, (0, _BAR))
        _, label, url = next((mark for mark in reversed(self._marks) if mark[0] <= moment), self._marks[0])
        self._lettering.write(canvas, moment, (label, url))
        out = io.BytesIO()
        canvas.save(out, "WEBP", quality=_QUALITY, method=0)
        self._frames.append(Frame(at_ms=at, vp8=key_frame(out.getvalue())))


class _Lettering:
    """The bar above the picture: two lines, white on black."""

    def __init__(self) -> None:
        found = next((path for path in _FONTS if Path(path).is_file()), "")
        self._chinese = bool(found)
        if found:
            self._font: Any = ImageFont.truetype(found, 17, index=_SIMPLIFIED if "Noto" in found else 0)
        else:
            self._font = ImageFont.load_default(17)

    def write(self, canvas: Image.Image, moment: datetime, words: tuple[str, str]) -> None:
        local = moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        name = "北京时间" if self._chinese else "Beijing time"
        label = words[0] if self._chinese else words[0].encode("ascii", "ignore").decode()
        drawn = ImageDraw.Draw(canvas)
        drawn.rectangle((0, 0, _WIDTH, _BAR), fill="black")
        drawn.text((8, 1), f"{name} {local}  {label}", font=self._font, fill="white")
        drawn.text((8, 22), _fitting(words[1]), font=self._font, fill="white")


def _fitting(url: str) -> str:
    """As much of an address as a line holds, its beginning and end kept."""
    shown = url if len(url) <= 100 else f"{url[:70]} … {url[-26:]}"
    return shown.encode("ascii", "backslashreplace").decode()
