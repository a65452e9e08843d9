"""A forward proxy of our own: every connection is resolved, checked and pinned; with a recorder, every byte is kept."""

from network.proxy.facts import ConnectionFacts, Exchange, ProxyLimits, Recorder, Refusal, TlsFacts
from network.proxy.interception import RunKey
from network.proxy.server import GuardedProxy

__all__ = ["ConnectionFacts", "Exchange", "GuardedProxy", "ProxyLimits", "Recorder", "Refusal", "RunKey", "TlsFacts"]
