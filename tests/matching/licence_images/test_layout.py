"""Fields found by where their labels stand, in one column or two, on a level page or a sloping one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching.licence_images.codes import choose_code, codes_in
from matching.licence_images.engine import TextLine
from matching.licence_images.layout import find_fields
from matching.licence_images.placing import placed_lines, slope_of, stands_on_its_side
from records.licences_read import LicenceField

CODE = "91110000600037341L"
NAME, KIND, PERSON = LicenceField.NAME, LicenceField.KIND, LicenceField.PERSON
ADDRESS, ESTABLISHED, SCOPE = LicenceField.ADDRESS, LicenceField.ESTABLISHED, LicenceField.SCOPE

Draw = Callable[..., TextLine]


def fields_of(lines: list[TextLine]) -> dict[LicenceField, str]:
    placed = placed_lines(lines, slope_of(lines))
    return {one.field: one.text for one in find_fields(placed)}


def two_columns(line: Draw, slope: float = 0.0) -> list[TextLine]:
    """The form of 2019, spaced labels as the engine may cut them."""
    drawn = [
        ("营业执照", 500, 20), ("统一社会信用代码", 60, 90), (CODE, 60, 120),
        ("名", 60, 200), ("称", 120, 200), ("上海华翰印务有限公司", 200, 200), ("注册资本", 700, 200),
        ("壹佰万元整", 820, 200),
        ("类型", 60, 250), ("有限责任公司", 200, 250), ("成立日期", 700, 250), ("2019年03月12日", 820, 250),
        ("法定代表入", 60, 300), ("赵敏", 200, 300), ("营业期限", 700, 300), ("长期", 820, 300),
        ("经营范围", 60, 350), ("印刷；类型设计；纸制品销售。", 200, 350), ("住所", 700, 350),
        ("上海市浦东新区张江路", 820, 350), ("依法须经批准的项目除外。", 200, 378), ("88号2幢", 820, 378),
        ("登记机关", 700, 520),
    ]  # fmt: skip
    return [line(text, left, top, slope=slope) for text, left, top in drawn]


@pytest.mark.parametrize("slope", [0.0, 3.0, -5.0])
def test_form_of_two_columns(line: Draw, slope: float) -> None:
    assert fields_of(two_columns(line, slope)) == {
        LicenceField.CODE: CODE,
        NAME: "上海华翰印务有限公司",
        KIND: "有限责任公司",
        PERSON: "赵敏",
        ESTABLISHED: "2019年03月12日",
        SCOPE: "印刷；类型设计；纸制品销售。依法须经批准的项目除外。",
        ADDRESS: "上海市浦东新区张江路88号2幢",
    }


def test_label_and_value_in_one_line_and_a_name_of_two_lines(line: Draw) -> None:
    lines = [
        line(f"统一社会信用代码：{CODE}", 60, 90),
        line("名称内蒙古自治区呼和浩特市新城区草原明珠", 60, 150),
        line("乳制品科技有限公司", 100, 176),
        line("经营者王大强", 60, 230),
    ]
    assert fields_of(lines)[NAME] == "内蒙古自治区呼和浩特市新城区草原明珠乳制品科技有限公司"
    assert fields_of(lines)[PERSON] == "王大强"
    assert fields_of(lines)[LicenceField.CODE] == CODE


def test_what_is_written_over_a_licence_is_no_part_of_it(line: Draw) -> None:
    lines = [
        line("名称", 60, 200), line("仅供网店亮照使用", 200, 200),
        line("类型", 60, 250), line("有限责任公司", 200, 250), line("复印无效", 400, 250),
        line("住所", 60, 300), line("上海市张江路88号（仅限办公使用）", 200, 300),
    ]  # fmt: skip
    assert fields_of(lines) == {KIND: "有限责任公司", ADDRESS: "上海市张江路88号（仅限办公使用）"}


def test_label_without_value_gives_no_field(line: Draw) -> None:
    assert fields_of([line("名称", 60, 100), line("类型", 60, 150), line("有限责任公司", 200, 150)]) == {
        KIND: "有限责任公司"
    }


def test_page_on_its_side_is_noticed() -> None:
    upright = [TextLine(text="经营范围", confidence=0.9, corners=((x, 0), (x + 20, 0), (x + 20, 90), (x, 90)))
               for x in (0.0, 40.0, 80.0)]  # fmt: skip
    assert stands_on_its_side(upright)
    assert not stands_on_its_side([])


def read(line: Draw, *texts: str) -> list[tuple[object, ...]]:
    return [codes_in(placed_lines([line(text, 60, 90)], 0.0), ()) for text in texts]


def test_code_that_passes_its_checks_is_believed_before_one_misread(line: Draw) -> None:
    chosen = choose_code(read(line, "91110000600031341L", CODE, "91110000600037341L"))
    assert chosen is not None
    assert chosen[0].code == CODE
    assert chosen[0].sound
    assert chosen[2] == ("91110000600031341L",)


def test_wrong_code_read_the_same_again_and_again_is_what_the_licence_carries(line: Draw) -> None:
    wrong = "911100006000373419"
    chosen = choose_code(read(line, wrong, wrong, wrong, wrong, CODE))
    assert chosen is not None
    assert chosen[0].code == wrong
    assert not chosen[0].sound


def test_letters_no_code_has_are_read_as_digits_and_signs_around_it_dropped(line: Draw) -> None:
    for shown in ("统一社会信用代码911100006OOO37341L", f"代码 {CODE} ", f"编号{CODE}7"):
        chosen = choose_code(read(line, shown))
        assert chosen is not None
        assert chosen[0].code == CODE, shown


def test_number_of_twenty_digits_is_no_code(line: Draw) -> None:
    assert choose_code(read(line, "31000000201903120011")) is None
    assert choose_code(read(line, "电话 13800138000")) is None
