"""The error tree. The class says what the caller can do; the message says what was tried, on what, and the cure.

WangJianError                 root; `exit_code` and `problem` tell the doors how to answer
├── UsageError                fix the words of the call                          (exit 2)
│   ├── InvalidInputError     a file, address or record that cannot be read as what it should be
│   ├── NotFoundError         no such record
│   ├── PreconditionMissingError  a change must name the version it was made from
│   └── ExpiredError          what was asked with was good for a time that is over
├── AwayError                 a needed part is away: wait or start it            (exit 3)
│   ├── StoreAwayError        database, search index or object store
│   ├── StorageFullError      no room left, or the place is read-only
│   ├── BrowserAwayError      no Chromium that can be started
│   ├── PortInUseError        another process listens there
│   └── TimestampAwayError    no time-stamp authority answered
├── RefusedError              will not be done; skip it                          (exit 1)
│   ├── AddressRefusedError   private, loopback or otherwise forbidden address
│   ├── RobotsRefusedError    robots.txt forbids it
│   ├── PermissionRefusedError  this person may not do this
│   ├── SignInRequiredError   nobody is signed in, or the password or session is not good
│   ├── TransitionRefusedError  no lawful step from this state
│   ├── BundleRefusedError    a bundle of the exchange is not taken in; `data["reason"]` says which rule it breaks
│   └── RateLimitedError      too many requests in a short time; wait
├── ConflictError             somebody else was first: read again and decide     (exit 1)
├── FetchError                one exchange failed; record it and go on           (exit 4)
└── IntegrityError            what was stored is not what was sealed: report     (exit 1)
    ├── CustodyError          the chain of events is broken
    └── VerificationError     a package does not verify
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "AddressRefusedError",
    "AwayError",
    "BrowserAwayError",
    "BundleRefusedError",
    "ConflictError",
    "CustodyError",
    "ExitCode",
    "ExpiredError",
    "FetchError",
    "IntegrityError",
    "InvalidInputError",
    "NotFoundError",
    "PermissionRefusedError",
    "PortInUseError",
    "PreconditionMissingError",
    "RateLimitedError",
    "RefusedError",
    "RobotsRefusedError",
    "SignInRequiredError",
    "StorageFullError",
    "StoreAwayError",
    "TimestampAwayError",
    "TransitionRefusedError",
    "UsageError",
    "VerificationError",
    "WangJianError",
]


class ExitCode(IntEnum):
    """Exit codes of the command line (docs/errors.md)."""

    DONE = 0
    NO = 1
    USAGE = 2
    AWAY = 3
    PARTIAL = 4


class WangJianError(Exception):
    """Root of every error the project raises on purpose.

    Args:
        message: One Chinese sentence for the person: what was tried, on what, what was found.
        cure: What to do now, as a command where there is one; may be empty.
        data: The same facts as values.
    """

    exit_code: ExitCode = ExitCode.NO
    problem: str = "internal"

    def __init__(self, message: str, *, cure: str = "", **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.data = data

    def __str__(self) -> str:
        return f"{self.message}（{self.cure}）" if self.cure else self.message


class UsageError(WangJianError):
    """The call itself is wrong; correct it."""

    exit_code = ExitCode.USAGE
    problem = "usage"


class InvalidInputError(UsageError):
    """A file, address or record cannot be read as what it should be."""

    problem = "invalid-input"


class NotFoundError(UsageError):
    """No such record."""

    problem = "not-found"


class PreconditionMissingError(UsageError):
    """A change must name the version it was made from (If-Match), so that nobody's decision is overwritten unseen."""

    problem = "precondition-missing"


class ExpiredError(UsageError):
    """A cursor or another thing good for a time is asked with after its time; begin anew."""

    problem = "expired"


class AwayError(WangJianError):
    """A needed part is away; start it or wait."""

    exit_code = ExitCode.AWAY
    problem = "away"


class StoreAwayError(AwayError):
    """The database, search index or object store does not answer."""

    problem = "store-away"


class StorageFullError(AwayError):
    """No room left, or the place cannot be written."""

    problem = "storage-full"


class BrowserAwayError(AwayError):
    """No Chromium that can be started was found."""

    problem = "browser-away"


class PortInUseError(AwayError):
    """Another process already listens on that port."""

    problem = "port-in-use"


class TimestampAwayError(AwayError):
    """No configured time-stamp authority answered."""

    problem = "timestamp-away"


class RefusedError(WangJianError):
    """It can be done but will not be; skip it."""

    problem = "refused"


class AddressRefusedError(RefusedError):
    """A private, loopback, link-local or otherwise forbidden address."""

    problem = "address-refused"


class RobotsRefusedError(RefusedError):
    """robots.txt of the host forbids the address and the target carries no authorisation."""

    problem = "robots-refused"


class PermissionRefusedError(RefusedError):
    """The person's role or region does not allow it."""

    problem = "permission-refused"


class SignInRequiredError(RefusedError):
    """Nobody is signed in, or the login, password or session is not good; sign in and ask again."""

    problem = "sign-in-required"


class TransitionRefusedError(RefusedError):
    """No lawful step leads from this state to that one."""

    problem = "transition-refused"


class BundleRefusedError(RefusedError):
    """A bundle of the exchange (摆渡包) is not taken in, none of it; `data["reason"]` is a RefusalReason."""

    problem = "bundle-refused"


class RateLimitedError(RefusedError):
    """Too many requests within a minute; `data["seconds"]` says how long to wait."""

    problem = "rate-limited"


class ConflictError(WangJianError):
    """Somebody else changed it first; read it again and decide."""

    problem = "conflict"


class FetchError(WangJianError):
    """One exchange with a site failed; it is recorded and the survey goes on."""

    exit_code = ExitCode.PARTIAL
    problem = "fetch-failed"


class IntegrityError(WangJianError):
    """What is stored is not what was sealed; report it, trust nothing built on it."""

    problem = "integrity"


class CustodyError(IntegrityError):
    """An event of the custody or audit chain does not follow from the one before."""

    problem = "custody"


class VerificationError(IntegrityError):
    """A package does not verify."""

    problem = "verification"
