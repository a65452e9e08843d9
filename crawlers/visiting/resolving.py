"""Names become addresses through the guard only: what was checked is what Twisted connects to.

Installed as TWISTED_DNS_RESOLVER, it stands under every connection of the process, numeric hosts included; a name is
resolved anew for each connection and never a second time for the same one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from zope.interface import implementer

from network.guard import AddressGuard, Destination

__all__ = ["GUARD_SETTING", "GuardedResolver"]

GUARD_SETTING = "WANGJIAN_GUARD"


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is left to cancel: the answer of the thread is then not used."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's way to an AddressGuard. A refused or unknown name has no addresses, so that nothing is connected to."""

    def __init__(self, guard: AddressGuard, reactor: Any) -> None:  # Twisted has no types here
        self._guard = guard
        self._reactor = reactor

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:  # Scrapy's own call
        """Built by Scrapy from its settings."""
        return cls(crawler.settings[GUARD_SETTING], reactor)

    def install_on_reactor(self) -> None:
        """From now on every connection of the process asks the guard."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # the names of Twisted's interface
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Resolve, check every answer, hand over those that were checked."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def answered(destination: Destination) -> None:
            for address in destination.answers:
                kind: Any = IPv6Address if ":" in address else IPv4Address
                resolutionReceiver.addressResolved(kind(transportSemantics, address, portNumber))
            resolutionReceiver.resolutionComplete()

        def refused(_: Failure) -> None:
            resolutionReceiver.resolutionComplete()

        pool = self._reactor.getThreadPool()
        look_up = deferToThreadPool(self._reactor, pool, self._guard.destination, _bare(hostName), portNumber)
        look_up.addCallbacks(answered, refused)
        return resolution


def _bare(host: str) -> str:
    """Numeric hosts in one spelling, so that 0x7f.1 or [::1] cannot slip by as a name."""
    text = host.strip("[]")
    try:
        return str(ipaddress.ip_address(text.split("%", 1)[0]))
    except ValueError:
        return text
