"""Pages name a rule of the bureau's own from the moment it is kept, whichever process kept it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

from records.leads import Basis
from records.own_rules import OwnRule
from stores.backends import open_records
from ui.known_rules import KnownRules


def test_rule_kept_by_another_process_is_known_without_a_restart(tmp_path, new_database):
    place = f"sqlite:///{new_database(tmp_path / 'wangjian.db')}"
    records, other = open_records(place), open_records(place)
    rule = OwnRule(
        rule_id="Z07", version=1, title="包治百病", groups=(("包治百病",),), made_by="张三", made_at=datetime.now(UTC),
        basis=(Basis(instrument="广告法", article="第十六条", text="", in_force_from=date(2015, 9, 1)),),
    )  # fmt: skip
    known = KnownRules(SimpleNamespace(own_rules=records.own_rules))
    assert "Z07" not in known.now()
    assert known.now() is known.now()
    other.own_rules.save_own_rules((rule,))
    assert known.now()["Z07"].title == "包治百病"
    records.close()
    other.close()
