"""Officers read why a page could not be reached: in Chinese, not in the system's words."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from records.os_words import os_reason, with_os_words


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 80)"), "对方拒绝连接"),
        (ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)), "对方中断了连接"),
        (socket.gaierror(-2, "Name or service not known"), "域名无法解析"),
        (TimeoutError(), "对方没有应答"),
        (OSError("自己的话"), "自己的话"),
        (ValueError(), "ValueError"),
    ],
)
def test_reason_is_said_in_chinese(problem, says):
    assert os_reason(problem) == says


def test_number_of_openssl_is_not_taken_for_the_systems():
    assert "不允许" not in os_reason(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"))


def test_words_of_the_system_inside_a_message_are_put_into_chinese():
    assert with_os_words(f"端口 80 不能用（{os.strerror(errno.EADDRINUSE)}）") == "端口 80 不能用（已被占用）"
