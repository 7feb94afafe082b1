"""Headers are found below titles, over two rows, in both languages, and never by a title alone."""

import pytest

from matching.records import DISPATCH, REGISTERS, register
from matching.roster.headers import map_columns, normal_header
from matching.roster.layouts import find_layout, nearest_column, nearest_register
from matching.roster.sources import SourceSheet

VOLUNTEERS = register("volunteers")


def sheet(rows, *, title="", file="表.xlsx", merges=()):
    return SourceSheet(file, title, {number: row for number, row in enumerate(rows, start=1) if row}, merges)


def found(rows, *, title="", file="表.xlsx", merges=()):
    source = sheet(rows, title=title, file=file, merges=merges)
    return find_layout(source, list(source.rows), (*REGISTERS, DISPATCH), titles=[title or file, file])


def fields(layout):
    return {placed.column.name: placed.at for placed in layout.columns.placed}


@pytest.mark.parametrize(
    "typed",
    ["联系电话", "联 系\n电 话", "联系电话*", "联系电话（必填）", "＊联系电话：", "联系电话(手机)", " 联系电话 "],
)
def test_marks_of_required_columns_and_spaces_do_not_hide_a_header(typed):
    assert normal_header(typed) == "联系电话"


@pytest.mark.parametrize("each", [*REGISTERS, DISPATCH], ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_register_is_known_by_its_own_headers_without_a_title(each, language):
    headers = [column.header if language == "zh" else column.english for column in each.columns]
    layout = found([headers])
    assert layout.register is each
    assert fields(layout) == {column.name: (at,) for at, column in enumerate(each.columns)}


def test_titles_above_the_header_are_skipped():
    layout = found(
        [["灯塔路街道志愿者名单"], ["填报单位：某某", None, "2024年7月"], ["姓名", "电话", "特长"], ["甲", "1", "理发"]]
    )
    assert (layout.register.name, layout.header_rows) == ("volunteers", (3,))


def test_a_title_alone_decides_nothing():
    assert found([["值班日期", "值班人员", "签字"], ["1", "2", "3"]], title="社区志愿者") is None


def test_the_title_decides_where_headers_fit_several_registers():
    rows = [["名称", "联系人", "备注"]]
    assert found(rows, title="单位合伙人").register.name == "units"
    assert found(rows, title="暖心商户").register.name == "community_partners"


def test_a_register_is_named_as_a_rival_where_nothing_decides():
    layout = found([["姓名", "性别", "身份证号", "住址"]], title="Sheet1")
    assert {layout.register.name, layout.rival.name} == {"specialists", "volunteers"}


def test_a_clear_sheet_without_a_required_column_says_which():
    layout = found([["电话", "特长", "所属社区", "户号"]], title="社区志愿者")
    assert (layout.register.name, layout.missing) == ("volunteers", ("name",))


def test_a_header_over_two_rows_is_joined():
    rows = [["姓名", "基本信息", None, "服务时间", None], [None, "电话", "社区", "开始", "结束"], ["甲"]]
    merges = ((1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4))
    layout = found(rows, title="志愿者", merges=merges)
    assert layout.header_rows == (1, 2)
    assert fields(layout) == {"name": (0,), "phone": (1,), "community": (2,), "available": (3, 4)}


def test_a_group_of_headers_above_the_real_ones_is_a_title():
    rows = [["基本信息", None, "联系"], ["姓名", "社区", "电话"], ["甲", "光耀路社区", "10012345678"]]
    layout = found(rows, title="志愿者", merges=((1, 0, 1, 1),))
    assert layout.header_rows == (2,)


def test_an_exact_header_wins_over_an_alias_and_else_the_first():
    mapping = map_columns(["单位", "姓名", "名字", "手机", "电话"], VOLUNTEERS)
    assert {placed.column.name: placed.at for placed in mapping.placed} == {
        "name": (1,),
        "employer": (0,),
        "phone": (3,),
    }
    assert mapping.twice == ((2, "name"), (4, "phone"))


def test_date_and_time_in_two_columns_are_one_time():
    mapping = map_columns(["需求内容", "日期", "时间"], register("needs"))
    placed = next(each for each in mapping.placed if each.column.name == "windows")
    assert (placed.at, placed.roles) == ((1, 2), ("date", "whole"))


def test_a_running_number_is_no_identifier():
    assert [
        each.column.name for each in map_columns(["序号", "证书名称", "持证人编号"], register("licences")).placed
    ] == ["partner_id", "name"]


def test_the_nearest_register_and_column_are_named():
    nearest, missing = nearest_register(["日期", "值班人员", "签字"], REGISTERS)
    assert nearest.columns[0].header
    assert missing
    assert nearest_column("联系电话2", VOLUNTEERS) == "联系电话"
    assert nearest_column("毫不相干的一列", VOLUNTEERS) == ""


def test_three_hundred_columns_are_no_obstacle():
    layout = found([["姓名", "电话", *[f"第{number}列" for number in range(300)]]], title="志愿者")
    assert len(layout.columns.unknown) == 300
