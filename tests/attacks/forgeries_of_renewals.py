"""What can be done to a package that was renewed: its chain of archive time stamps cut, mixed up, dated or borrowed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from evidence.authority import LocalTimestampAuthority
from evidence.keys import KeyPair
from evidence.package import write_box
from evidence.renewal import renew_package
from evidence.signing import KeySigner
from evidence.standalone.verify import canonical, datapackage_bytes, digest_statement, renewal_members
from evidence.timestamping import SM3, build_request
from evidence.transparency import log_means
from evidence.trust import load_anchors
from tests.attacks.certifying import certify
from tests.attacks.conftest import members_of
from tests.attacks.forging_pages import at_another_time
from tests.attacks.making import Office, Shape, make_package, utc_now

RECORD, STAMP = "evidence/renewal-{}.json", "evidence/renewal-{}-1.tsr"

Forge = Callable[["RenewalForger"], None]
RENEWAL_FORGERIES: dict[str, tuple[str, str, Forge]] = {}


def renewal_forgery(check_id: str, words: str) -> Callable[[Forge], Forge]:
    """Register a forgery; `check_id` must fail, and say these words."""

    def keep(forge: Forge) -> Forge:
        assert forge.__name__ not in RENEWAL_FORGERIES
        RENEWAL_FORGERIES[forge.__name__] = (check_id, words, forge)
        return forge

    return keep


@dataclass
class Archive:
    """An office, its package renewed once and twice and another one renewed, an older root it believes, and an authority
    whose certificate ended a year ago."""

    office: Office
    stranger: Office
    old_root: tuple[Any, x509.Certificate]
    ended: LocalTimestampAuthority
    anchors_pem: str
    kept: dict[str, dict[str, bytes]]

    @classmethod
    def found(cls, folder: Path) -> Archive:
        office, stranger = Office.open(folder / "office"), Office.open(folder / "stranger")
        kept, means = {}, log_means(office.means)
        for name in ("mine", "other"):
            make_package(folder / f"{name}.wacz", Shape(), office)
            renew_package(folder / f"{name}.wacz", folder / f"{name}-once.wacz", means)
            kept[name] = members_of((folder / f"{name}-once.wacz").read_bytes())
        renew_package(folder / "mine-once.wacz", folder / "twice.wacz", means)
        kept["twice"] = members_of((folder / "twice.wacz").read_bytes())
        old_root = certify(issuer=None, issuer_key=None, ca=True)
        then = utc_now() - timedelta(days=365 * 6)
        ended = LocalTimestampAuthority(folder / "ended", clock=lambda: then)
        pem = old_root[1].public_bytes(serialization.Encoding.PEM).decode()
        anchors_pem = office.anchors_pem + pem + load_anchors(folder / "ended")
        return cls(office, stranger, old_root, ended, anchors_pem, kept)


class RenewalForger:
    """The members of a renewed package, free to change."""

    def __init__(self, archive: Archive, name: str = "mine") -> None:
        self.archive = archive
        self.members = dict(archive.kept[name])
        self.signer = archive.office.signer

    def take(self, name: str) -> None:
        """Go on with another of the packages."""
        self.members = dict(self.archive.kept[name])

    def record(self, number: int = 1) -> dict[str, Any]:
        return json.loads(self.members[RECORD.format(number)])  # type: ignore[no-any-return]

    def edit(self, number: int = 1, **changes: Any) -> None:
        """A record with other facts in it, stamped anew."""
        self.members[RECORD.format(number)] = canonical({**self.record(number), **changes})
        self.stamp(number)

    def stamp(self, number: int = 1, authority: LocalTimestampAuthority | None = None) -> None:
        digest = hashlib.sha256(self.members[RECORD.format(number)]).hexdigest()
        self.members[STAMP.format(number)] = (authority or self.archive.office.authority).stamp(digest)

    def renew(self, number: int, made_at: datetime, *, signer: KeySigner | None = None) -> None:
        """One renewal more over all that is there now, unstamped."""
        old = {name: content for name, content in self.members.items() if not name.startswith("datapackage")}
        self._sign(old, signer=self.signer)
        facts = {
            name: (len(content), hashlib.sha256(content).hexdigest(), hashlib.new("sm3", content).hexdigest())
            for name, content in self.members.items()
        }
        self.signer = signer or self.signer
        renewal = {
            "format": "wangjian-renewal/1",
            "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "members": renewal_members(facts),
            "digest": json.loads(self.members["datapackage-digest.json"]),
            "certificates": self.signer.certificate_pem,
        }
        self.members[RECORD.format(number)] = canonical(renewal)

    def write(self, path: Path) -> None:
        """The package, signed as a whole."""
        members = {name: content for name, content in self.members.items() if not name.startswith("datapackage")}
        write_box(path, json.loads(members["evidence/manifest.json"]), members, signer=self.signer)

    def _sign(self, members: dict[str, bytes], *, signer: KeySigner) -> None:
        manifest = json.loads(members["evidence/manifest.json"])
        told = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in members.items()}
        datapackage = datapackage_bytes(manifest, told)
        sha256 = hashlib.sha256(datapackage).hexdigest()
        signature = signer.sign(digest_statement(sha256)).hex()
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256}", "wangjian_signature": signature}
        self.members = {**members, "datapackage.json": datapackage, "datapackage-digest.json": canonical(digest)}

    def before(self) -> None:
        """The package as it was before any renewal."""
        self.members = {name: content for name, content in self.members.items() if "renewal" not in name}


# --- the tree and the stamps over it ----------------------------------------------------------------------------------


@renewal_forgery("renewal", "不是对这份清单加的|不符")
def archive_stamp_over_another_list(f: RenewalForger) -> None:
    f.members[STAMP.format(1)] = f.archive.kept["other"][STAMP.format(1)]


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_record_of_another_package(f: RenewalForger) -> None:
    for name in (RECORD.format(1), STAMP.format(1)):
        f.members[name] = f.archive.kept["other"][name]


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_list_with_a_file_left_out(f: RenewalForger) -> None:
    f.edit(members=f.record()["members"][1:])


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_list_with_a_file_twice(f: RenewalForger) -> None:
    f.edit(members=[*f.record()["members"], f.record()["members"][-1]])


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_list_with_its_algorithms_swapped(f: RenewalForger) -> None:
    f.edit(members=[{**one, "sha256": one["sm3"], "sm3": one["sha256"]} for one in f.record()["members"]])


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_list_whose_sm3_is_its_sha256(f: RenewalForger) -> None:
    f.edit(members=[{**one, "sm3": one["sha256"]} for one in f.record()["members"]])


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def archive_list_without_the_first_stamp(f: RenewalForger) -> None:
    f.edit(members=[one for one in f.record()["members"] if "timestamp" not in one["path"]])


@renewal_forgery("renewal", "所列的文件与包内文件不符|没有成立的时间戳")
def first_stamp_replaced_after_the_renewal(f: RenewalForger) -> None:
    digest = hashlib.sha256(f.members["evidence/manifest.json"]).hexdigest()
    f.members["evidence/timestamp-1.tsr"] = f.archive.office.authority.stamp(digest)


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def first_stamp_taken_away_after_the_renewal(f: RenewalForger) -> None:
    del f.members["evidence/timestamp-1.tsr"]


@renewal_forgery("renewal", "没有成立的时间戳")
def renewal_of_what_was_never_stamped(f: RenewalForger) -> None:
    f.before()
    del f.members["evidence/timestamp-1.tsr"]
    f.renew(1, utc_now())
    f.stamp()


@renewal_forgery("renewal", "不是由可信机构签发|不是可信机构所发")
def archive_stamp_of_a_root_nobody_pinned(f: RenewalForger) -> None:
    f.stamp(1, f.archive.stranger.authority)


@renewal_forgery("renewal", "不是对这份清单加的|不符")
def archive_stamp_that_calls_a_sha256_an_sm3(f: RenewalForger) -> None:
    digest = hashlib.sha256(f.members[RECORD.format(1)]).hexdigest()
    f.members[STAMP.format(1)] = f.archive.office.authority.answer(build_request(digest, nonce=1, algorithm=SM3))


@renewal_forgery("renewal", "不是对这份清单加的|不符")
def archive_stamp_that_calls_an_sm3_a_sha256(f: RenewalForger) -> None:
    digest = hashlib.new("sm3", f.members[RECORD.format(1)]).hexdigest()
    f.members[STAMP.format(1)] = f.archive.office.authority.stamp(digest)


@renewal_forgery("renewal", "没有时间戳")
def archive_list_without_a_stamp(f: RenewalForger) -> None:
    del f.members[STAMP.format(1)]


@renewal_forgery("renewal", "编码有误|无法读取")
def archive_stamp_of_noise(f: RenewalForger) -> None:
    f.members[STAMP.format(1)] = b"noise"


# --- the chain --------------------------------------------------------------------------------------------------------


@renewal_forgery("renewal", "所列的文件与包内文件不符")
def first_renewal_taken_out_and_the_second_called_first(f: RenewalForger) -> None:
    f.take("twice")
    for form in (RECORD, STAMP):
        f.members[form.format(1)] = f.members.pop(form.format(2))


@renewal_forgery("members", "编号不连续")
def first_renewal_missing(f: RenewalForger) -> None:
    f.take("twice")
    for form in (RECORD, STAMP):
        del f.members[form.format(1)]


@renewal_forgery("members", "没有对应的续期记录")
def second_renewal_without_its_record(f: RenewalForger) -> None:
    f.take("twice")
    del f.members[RECORD.format(2)]


@renewal_forgery("renewal", "所列的文件与包内文件不符|早于前一次")
def renewals_in_the_wrong_order(f: RenewalForger) -> None:
    f.take("twice")
    for form in (RECORD, STAMP):
        one, two = form.format(1), form.format(2)
        f.members[one], f.members[two] = f.members[two], f.members[one]


@renewal_forgery("renewal", "早于前一次")
def second_renewal_said_to_be_earlier_than_the_first(f: RenewalForger) -> None:
    f.take("twice")
    f.edit(2, made_at="2020-01-01T00:00:00Z")


@renewal_forgery("renewal", "早于前一道时间戳")
def second_renewal_stamped_before_the_first(f: RenewalForger) -> None:
    """Dated two seconds after the package was finished, both; the second by a clock of ten minutes ago."""
    f.before()
    finished = datetime.fromisoformat(json.loads(f.members["evidence/manifest.json"])["finished_at"])
    f.renew(1, finished)
    f.stamp(1, at_another_time(f.archive.office.authority, timedelta(minutes=4)))
    f.renew(2, finished)
    f.stamp(2, at_another_time(f.archive.office.authority, -timedelta(minutes=4)))


@renewal_forgery("renewal", "证书已经失效：续期中断过")
def renewal_after_the_stamp_before_it_had_ended(f: RenewalForger) -> None:
    """The renewal before was stamped while its authority's certificate stood; that ended, and only then it was renewed."""
    f.before()
    _dated(f, f.archive.ended._clock(), _old_key(f, utc_now() + timedelta(days=9)))
    f.renew(1, utc_now())
    f.stamp()


@renewal_forgery("members", "有清单未列的文件")
def tenth_renewal(f: RenewalForger) -> None:
    f.members["evidence/renewal-10.json"] = f.members[RECORD.format(1)]


# --- who renewed, and when --------------------------------------------------------------------------------------------


def _dated(f: RenewalForger, then: datetime, signer: KeySigner) -> None:
    """The whole capture said to have ended then, stamped then, its manifest and package signed by another key."""
    f.signer = signer
    f.members["evidence/certificates.pem"] = signer.certificate_pem.encode()
    manifest = json.loads(f.members["evidence/manifest.json"])
    text = then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    f.members["evidence/manifest.json"] = canonical({**manifest, "started_at": text, "finished_at": text})
    content = f.members["evidence/manifest.json"]
    f.members["evidence/timestamp-1.tsr"] = f.archive.ended.stamp(hashlib.sha256(content).hexdigest())


def _old_key(f: RenewalForger, until: datetime) -> KeySigner:
    key, leaf = certify(issuer=f.archive.old_root[1], issuer_key=f.archive.old_root[0], until=until)
    return KeySigner(KeyPair(key=key, certificates=(leaf, f.archive.old_root[1])))


@renewal_forgery("renewal", "远早于其时间戳")
def renewal_dated_back_to_when_its_key_was_good(f: RenewalForger) -> None:
    f.before()
    ended = utc_now() - timedelta(days=3)
    _dated(f, f.archive.ended._clock(), _old_key(f, ended))
    f.renew(1, ended - timedelta(days=1))
    f.stamp()


@renewal_forgery("package-signature", "无效|不在有效期")
def renewal_under_a_certificate_that_had_ended(f: RenewalForger) -> None:
    f.before()
    f.renew(1, utc_now(), signer=_old_key(f, utc_now() - timedelta(days=1)))
    f.stamp()


@renewal_forgery("package-signature", "不是由可信机构签发")
def renewal_by_a_stranger(f: RenewalForger) -> None:
    f.before()
    f.renew(1, utc_now(), signer=f.archive.stranger.signer)
    f.stamp()


@renewal_forgery("package-signature", "签名与内容不符")
def renewal_under_the_certificates_of_a_stranger(f: RenewalForger) -> None:
    f.edit(certificates=f.archive.stranger.signer.certificate_pem)


@renewal_forgery("package-signature", "无法读取")
def renewal_under_no_certificate(f: RenewalForger) -> None:
    f.edit(certificates="")


@renewal_forgery("renewal", "签名与内容不符")
def renewal_over_a_package_a_stranger_had_signed(f: RenewalForger) -> None:
    f.before()
    mine, f.signer = f.signer, f.archive.stranger.signer
    f.renew(1, utc_now(), signer=mine)
    f.stamp()


@renewal_forgery("renewal", "整包签名有误")
def renewal_over_a_signature_of_another_digest(f: RenewalForger) -> None:
    old = {name: content for name, content in f.members.items() if "renewal" not in name}
    f.members = old
    f.renew(1, utc_now())
    told = {**f.record()["digest"], "hash": "sha256:" + "0" * 64}
    members = [dict(one) for one in f.record()["members"]]
    for one in members:
        if one["path"] == "datapackage-digest.json":
            one.update(
                size_bytes=len(canonical(told)),
                sha256=hashlib.sha256(canonical(told)).hexdigest(),
                sm3=hashlib.new("sm3", canonical(told)).hexdigest(),
            )
    f.edit(members=members, digest=told)


@renewal_forgery("renewal", "早于第 1 次续期")
def renewal_of_tomorrow_stamped_today(f: RenewalForger) -> None:
    f.edit(made_at=(utc_now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


@renewal_forgery("renewal", "晚于现在")
def renewal_stamped_tomorrow(f: RenewalForger) -> None:
    f.stamp(1, at_another_time(f.archive.office.authority, timedelta(hours=20)))


@renewal_forgery("renewal", "时间的写法")
def renewal_dated_in_words(f: RenewalForger) -> None:
    f.edit(made_at="today")


@renewal_forgery("renewal", "字段与规定不符")
def renewal_of_another_format(f: RenewalForger) -> None:
    f.edit(format="wangjian-renewal/0")


@renewal_forgery("renewal", "不是规范形式")
def renewal_record_written_with_spaces(f: RenewalForger) -> None:
    f.members[RECORD.format(1)] = json.dumps(f.record(), ensure_ascii=False).encode()
    f.stamp()


@renewal_forgery("timestamp", "加盖时间戳.*时签名证书已经失效")
def capture_dated_back_to_when_its_key_was_good(f: RenewalForger) -> None:
    """Somebody who comes by an old key of the office seals a capture of then, and has it stamped now."""
    f.before()
    ended = utc_now() - timedelta(days=3)
    f.signer = _old_key(f, ended)
    manifest = json.loads(f.members["evidence/manifest.json"])
    text = (ended - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = canonical({**manifest, "started_at": text, "finished_at": text})
    f.members["evidence/certificates.pem"] = f.signer.certificate_pem.encode()
    f.members["evidence/manifest.json"], f.members["evidence/manifest.sig"] = content, f.signer.sign(content)
    f.members["evidence/timestamp-1.tsr"] = f.archive.office.authority.stamp(hashlib.sha256(content).hexdigest())
