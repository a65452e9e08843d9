"""Register rows carry every key an entity may be found by."""

from __future__ import annotations

from matching.keys import phone_key, url_key
from matching.rows import register_row
from records.register import Entity, EntityKind


def row_keys(**fields: object) -> tuple[str, ...]:
    base = {"code": "91310115MA1K4T3B0X", "name": "上海华翰印务有限公司", "kind": EntityKind.COMPANY}
    return register_row(Entity.model_validate({**base, **fields})).keys


def test_name_core_brand_and_division_are_keys() -> None:
    keys = row_keys()
    assert {"name:上海华翰印务有限公司", "core:华翰印务", "core-region:华翰印务|31", "brand:华翰"} <= set(keys)


def test_division_in_brackets_and_at_the_head_give_the_same_core_key() -> None:
    assert set(row_keys(name="华翰（上海）印务有限公司")) & set(row_keys()) >= {
        "core:华翰印务",
        "core-region:华翰印务|31",
    }


def test_contacts_former_names_and_declared_shops_are_keys() -> None:
    keys = row_keys(
        phone="021-55667788；13800138000",
        former_names=("上海旭辰印刷厂", "旭辰（上海）印刷厂"),
        shop_urls=("https://www.huahan.example/shop/",),
    )
    assert {"phone:02155667788", "phone:13800138000", "former:上海旭辰印刷厂", "url:huahan.example/shop"} <= set(keys)


def test_branch_has_a_core_of_its_own() -> None:
    parent, branch = row_keys(name="上海华翰印务有限公司"), row_keys(name="上海华翰印务有限公司苏州分公司")
    assert "core:华翰印务" in parent
    assert "core:华翰印务" not in branch


def test_grams_leave_out_division_and_legal_form() -> None:
    row = register_row(Entity(code="1", name="上海华翰印务有限公司", kind=EntityKind.COMPANY))
    assert row.grams == ("华翰", "翰印", "印务", "华", "翰", "印", "务")


def test_names_without_anything_in_them_still_make_a_row() -> None:
    for name in ("公司", "😀", "有限公司", "A", "()"):
        assert register_row(Entity(code="1", name=name, kind=EntityKind.COMPANY)).entity.name == name


def test_hostile_contacts_make_no_key() -> None:
    assert phone_key("打电话给我") == ""
    assert phone_key("1" * 60) == ""
    for text in ("javascript:alert(1)", "http://[::1", "http://", "不是网址", "http://a.example:99999999/"):
        assert url_key(text) == ""
