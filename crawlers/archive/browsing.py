"""Pages drawn in the browser: every exchange the guarded proxy relayed is kept, and what the browser made of the page.

The proxy reads TLS in between for this, as it does for evidence; the bytes are those of the wire to the origin.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response

from crawlers.archive.keeping import ARCHIVED
from crawlers.archive.writer import Archived, Exchanged, RunArchive
from network.proxy import Exchange, Refusal
from records.errors import WangJianError
from records.ports import Clock

__all__ = ["BrowserKeeper"]

_TRUNCATED = {"length": "length", "time": "time", "disconnect": "disconnect", "protocol": "unspecified"}
_REMEMBERED = 512


class BrowserKeeper:
    """The recorder of the browser's proxy. Called there in the proxy's thread; `keep` in the survey's."""

    def __init__(self, archive: RunArchive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._answered: OrderedDict[str, Archived] = OrderedDict()
        self._failure: WangJianError | None = None

    def exchange(self, exchange: Exchange) -> None:
        """An exchange ended: keep it."""
        try:
            if self._failure is None:
                self._keep_exchange(exchange)
        except WangJianError as exc:
            self._failure = exc  # raised where the page is completed: the proxy must go on
        finally:
            exchange.request.close()
            exchange.response.close()

    def refused(self, refusal: Refusal) -> None:
        """A connection was not made: nothing went over a wire."""

    def keep(self, request: Request, response: Response | None) -> None:
        """Keep what the browser drew; with no response, point at what its address answered.

        Raises:
            StorageFullError, StoreAwayError: An exchange could not be kept: the page must not be used.
        """
        if self._failure is not None:
            raise self._failure
        url = (request.url if response is None else response.url).split("#", 1)[0]
        main = self._answered.get(url)
        if response is None:
            request.meta[ARCHIVED] = main
            return
        drawn = self._archive.keep_rendered(url, response.body, at=self._clock(), main=main)
        request.meta[ARCHIVED] = replace(drawn, main=main)

    def _keep_exchange(self, exchange: Exchange) -> None:
        url = exchange.url.split("#", 1)[0]
        kept = self._archive.keep(
            Exchanged(
                url=url,
                started_at=exchange.started_at,
                request=exchange.request.read(),
                response=exchange.response.read(),
                address=exchange.connection.address,
                truncated=_TRUNCATED.get(exchange.truncated, ""),
            )
        )
        if kept is None:
            return
        self._answered[url] = kept
        self._answered.move_to_end(url)
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
