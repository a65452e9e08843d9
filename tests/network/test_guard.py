"""Where connections may go: every answer checked, one pinned, nothing private unless tests say so."""

from __future__ import annotations

import socket

import pytest

from network.guard import AddressGuard
from records.errors import AddressRefusedError, FetchError, InvalidInputError


def _guard(*answers: str, allow_private: bool = False) -> AddressGuard:
    return AddressGuard(allow_private=allow_private, resolve=lambda host, port: answers)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.9.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
    ],
)
def test_private_and_reserved_addresses_are_refused(address) -> None:
    with pytest.raises(AddressRefusedError):
        _guard(address).destination("shop.cn", 80)


def test_public_address_is_pinned() -> None:
    found = _guard("93.184.216.34", "2606:2800:220:1::1").destination("shop.cn", 443)
    assert (found.address, found.port) == ("93.184.216.34", 443)


def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(AddressRefusedError):
        _guard("93.184.216.34", "127.0.0.1").destination("shop.cn", 80)


def test_link_local_is_refused_even_where_private_is_allowed() -> None:
    assert _guard("127.0.0.1", allow_private=True).destination("localhost", 80).address == "127.0.0.1"
    with pytest.raises(AddressRefusedError):
        _guard("169.254.169.254", allow_private=True).destination("metadata", 80)


def test_name_is_resolved_once_for_a_connection() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("93.184.216.34",) if len(asked) == 1 else ("127.0.0.1",)

    assert AddressGuard(allow_private=False, resolve=rebinding).destination("shop.cn", 80).address == "93.184.216.34"
    assert asked == ["shop.cn"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://shop.cn/x", "gopher://shop.cn/", "http://user:secret@shop.cn/"]
)
def test_other_schemes_and_credentials_are_refused(url) -> None:
    with pytest.raises((AddressRefusedError, InvalidInputError)):
        _guard().check_url(url)


@pytest.mark.parametrize("url", ["", "shop", "http://", "http://shop.cn:port/", "http://[::1/"])
def test_what_is_no_address_is_said_to_be_none(url) -> None:
    with pytest.raises(InvalidInputError):
        _guard().check_url(url)


def test_unknown_name_is_a_failed_fetch() -> None:
    def unknown(host: str, port: int) -> tuple[str, ...]:
        raise socket.gaierror

    with pytest.raises(FetchError):
        AddressGuard(allow_private=False, resolve=unknown).destination("nowhere.cn", 80)
