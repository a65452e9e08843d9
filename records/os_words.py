"""What the operating system said, in Chinese: officers read these reasons beside a failed capture or a file that could
not be written, and its own words are English."""

from __future__ import annotations

import errno
import os
import socket
import ssl

__all__ = ["os_reason", "with_os_words"]

_WORDS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.ENOSPC: "空间已满",
    errno.EDQUOT: "超出空间配额",
    errno.EROFS: "文件系统只读",
    errno.EISDIR: "是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已有同名的",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ENAMETOOLONG: "名称过长",
    errno.EMFILE: "同时打开的文件过多",
    errno.EIO: "设备读写出错",
    errno.EBUSY: "正被占用",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "对方拒绝连接",
    errno.ECONNRESET: "对方中断了连接",
    errno.ECONNABORTED: "连接中断",
    errno.EPIPE: "连接已断开",
    errno.EHOSTUNREACH: "到不了对方主机",
    errno.ENETUNREACH: "到不了对方所在的网络",
    errno.ETIMEDOUT: "对方没有应答",
}
_BY_TEXT = {os.strerror(number): words for number, words in _WORDS.items()}


def os_reason(exc: BaseException) -> str:
    """Why the system refused, as a clause; what has no words here keeps its own.

    >>> os_reason(ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 80)"))
    '对方拒绝连接'
    """
    if isinstance(exc, socket.gaierror):
        return "域名无法解析"
    # The numbers of ssl.SSLError are OpenSSL's, not the system's.
    if isinstance(exc, OSError) and not isinstance(exc, ssl.SSLError) and exc.errno in _WORDS:
        return _WORDS[exc.errno]
    if isinstance(exc, TimeoutError):
        return "对方没有应答"
    return with_os_words(getattr(exc, "strerror", None) or str(exc)) or type(exc).__name__


def with_os_words(message: str) -> str:
    """A message with the system's own sentences in it put into Chinese.

    >>> with_os_words("写不到 x.csv（No such file or directory）")
    '写不到 x.csv（没有这个文件或目录）'
    """
    for english, chinese in _BY_TEXT.items():
        if english in message:
            message = message.replace(english, chinese)
    return message
