"""The exchange as the doors may ask for it; everything heavy is imported where it is wanted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from records.errors import NotFoundError
from records.exchange import Bundle, Peer, Refusal
from records.exchange_matters import Matter, MatterState
from records.ports import Services
from wangjian.settings import ExchangeSettings

__all__ = ["HANDED_FOLDER", "FlowExchange"]

HANDED_FOLDER = "exchange/handed"
"""Bundles asked for through a door, in the data directory, to be fetched from there."""


class FlowExchange:
    """Implements records.exchange_ports.ExchangeWork."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._bound: Services | None = None

    def bind(self, services: Services) -> None:
        """Give it the services it is itself a part of."""
        self._bound = services

    def transfer(self, lead_id: str, peer: str, *, words: tuple[str, str, str], by: str) -> Matter:
        """As the port says."""
        from wangjian.exchanging_matters import transfer
        from wangjian.exchanging_sending import peer_in_use

        return transfer(self._services, lead_id, peer_in_use(self._services, peer), words=words, by=by)

    def assist(self, lead_id: str, peer: str, *, words: tuple[str, str], by: str) -> Matter:
        """As the port says."""
        from wangjian.exchanging_matters import ask_assistance
        from wangjian.exchanging_sending import peer_in_use

        return ask_assistance(self._services, lead_id, peer_in_use(self._services, peer), words=words, by=by)

    def answer(self, matter_id: str, state: MatterState, *, words: tuple[str, str], by: str) -> Matter:
        """As the port says."""
        from wangjian.exchanging_matters import answer

        return answer(self._services, matter_id, state, words=words, by=by)

    def prolong(self, matter_id: str, *, until: date, reason: str, by: str) -> Matter:
        """As the port says; the audit chain says who."""
        from wangjian.exchanging_matters import prolong

        return prolong(self._services, matter_id, until=until, reason=reason)

    def card(self, matter: Matter) -> tuple[str, str]:
        """As the port says."""
        from leads.clocks import day_in_china
        from wangjian.exchanging_matters import card_of_matter

        found = card_of_matter(matter, day_in_china(self._services.clock()))
        return found.colour.value, found.sentence

    def revoke(self, peer: str, *, reason: str, by: str) -> Peer:
        """As the port says."""
        from wangjian.exchanging_keys import revoked

        return revoked(self._services, peer, reason=reason, by=by)

    def send(self, peer: str, *, by: str) -> tuple[Bundle, ...]:
        """As the port says."""
        from offices.audit import Caller
        from wangjian.exchanging_sending import send

        folder = self._services.data_dir / HANDED_FOLDER
        done = send(self._services, peer, folder, chosen=self._settings, caller=Caller(account=None, origin=by))
        return done.bundles

    def file_of(self, bundle_id: str, *, by: str) -> Path:
        """As the port says."""
        from offices.audit import Caller
        from wangjian.exchanging_sending import hand_out

        services = self._services
        bundle = services.exchange.bundle(bundle_id)
        folder = services.data_dir / HANDED_FOLDER
        return hand_out(services, bundle, folder, caller=Caller(account=None, origin=by))

    def receive(self, path: Path, *, by: str) -> tuple[Bundle | None, Refusal | None]:
        """As the port says."""
        from offices.audit import Caller
        from wangjian.exchanging import receive

        (done,) = receive(self._services, (path,), caller=Caller(account=None, origin=by))
        return done.bundle, done.refusal

    @property
    def _services(self) -> Services:
        if self._bound is None:
            raise NotFoundError("往来功能尚未接入", cure="用 wangjian serve 启动控制台")
        return self._bound
