"""Reading whole files: good rows load, and nothing is dropped in silence."""

import datetime as dt

import pytest

from matching.errors import ProblemsFoundError, UnreadableFileError
from matching.records import DISPATCH, REGISTERS, Severity
from matching.roster import check_strict, read_files, write_workbook
from matching.roster.sources import SourceSheet
from roster.files import book, counts, old_book, one, rules_of, volunteers

HEADERS = ("编号", "姓名", "联系电话")


def test_titles_blank_rows_subtotals_remarks_and_repeated_headers_are_noted_and_not_loaded(tmp_path):
    rows = [
        ["2024年志愿者名单"], HEADERS, ["V-1", "甲", "10012345678"], [], HEADERS, ["V-2", "乙", None],
        ["合计", None, "2人"], ["总 计", 2], ["注：以上名单经本人同意"], [None, None, "— 1 —"],
    ]  # fmt: skip
    community = read_files(book(tmp_path / "a.xlsx", {"志愿者": rows}))
    assert [each.name for each in community.volunteers] == ["甲", "乙"]
    assert rules_of(community) == [
        "blank_rows",
        "remark_row",
        "remark_row",
        "repeated_header",
        "subtotal_row",
        "subtotal_row",
        "title_row",
    ]
    assert all(problem.severity is Severity.NOTE for problem in community.problems)


def test_every_cell_that_is_not_read_is_accounted_for(tmp_path):
    rows = [["姓名", "名字", "民族", "序号", None], ["甲", "小甲", "汉", 1, "无主"], ["乙", "小乙", "回", 2, None]]
    community = read_files(book(tmp_path / "a.xlsx", {"志愿者": rows, "统计": [["月份", "场次"], ["7月", 3]]}))
    said = {problem.rule: problem for problem in community.problems}
    assert set(said) == {
        "column_fits_twice", "column_not_recognised", "running_number", "cells_without_header", "key_made",
        "sheet_not_recognised",
    }  # fmt: skip
    assert said["column_not_recognised"].values["count"] == 2
    assert (said["cells_without_header"].cell, said["cells_without_header"].values["count"]) == ("E2", 1)
    assert "月份、场次" in said["sheet_not_recognised"].explain()
    assert said["sheet_not_recognised"].severity is Severity.NOTE


def test_a_file_of_which_nothing_can_be_read_ends_with_a_report(tmp_path):
    rows = [["日期", "值班人员", "签字"], [dt.date(2024, 3, 9), "组员01 组员02", None]]
    community = read_files(book(tmp_path / "值班.xlsx", {"Sheet1": rows}))
    (problem,) = community.problems
    assert (counts(community), problem.rule, problem.severity) == ({}, "sheet_not_recognised", Severity.ROW_LEFT_OUT)
    assert "日期、值班人员、签字" in problem.explain()
    assert problem.values["nearest"] in problem.explain(language="en")


def test_a_list_of_firms_in_either_encoding_becomes_units(tmp_path):
    text = "某市企业名录库入库企业名单\r\n序号,企业名称,备注\r\n1,甲机械有限公司,示范企业\r\n2,乙食品有限公司,\r\n— 1 —,,\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8-sig"))
    (tmp_path / "b.csv").write_bytes(text.encode("gbk"))
    one_way, other_way = read_files(tmp_path / "a.csv"), read_files(tmp_path / "b.csv")
    assert [each.name for each in one_way.units] == ["甲机械有限公司", "乙食品有限公司"]
    assert one_way == other_way
    assert not rules_of(one_way, above_note=True)


STAFF_HEADERS = (
    "序号", "姓名", "部门", "岗位名称", "身份证号", "性别", "民族", "出生年月", "年龄", "联系方式", "入职时间", "工龄", "职称等级", "学历", "毕业学校",
    "家庭住址", "合同到期", "备注",
)  # fmt: skip


def test_a_staff_roster_is_loaded_and_says_what_it_was_taken_for(tmp_path):
    row = ["甲" if header == "姓名" else "1985.3.12" if header == "出生年月" else None for header in STAFF_HEADERS]
    community = read_files(
        book(tmp_path / "a.xlsx", {"退休员工": [STAFF_HEADERS, row], "花名册": [STAFF_HEADERS, row]})
    )
    assert counts(community) == {"specialists": 1, "volunteers": 1}
    assert community.volunteers[0].birth_date == dt.date(1985, 3, 12)
    assert "register_unsure" in rules_of(community)
    assert "same_person_twice" in rules_of(community)


@pytest.mark.parametrize("merge", [True, False])
def test_cells_merged_downwards_fill_the_rows_below(tmp_path, merge):
    rows = [["编号", "姓名", "所属社区"], ["V-1", "甲", "光耀路社区"], ["V-2", "乙", None], ["V-3", "丙", None]]
    community = read_files(book(tmp_path / "a.xlsx", {"志愿者": rows}, merges=["C2:C4"] if merge else []))
    assert [each.community for each in community.volunteers] == ["光耀路社区", *["光耀路社区" if merge else None] * 2]
    assert rules_of(community) == (["merged_filled"] if merge else [])


def test_cells_merged_downwards_in_an_old_workbook_fill_the_rows_below(tmp_path):
    rows = [["编号", "姓名", "所属社区"], ["V-1", "甲", "光耀路社区"], ["V-2", "乙", None]]
    path = old_book(tmp_path / "a.xls", "志愿者", rows, merges=[(1, 2, 2, 2, "光耀路社区")])
    assert [each.community for each in read_files(path).volunteers] == ["光耀路社区"] * 2


def read_sheet_of(monkeypatch, tmp_path, source):
    """Read a sheet that no library would write."""
    monkeypatch.setattr("matching.roster.read.open_source", lambda _path: [source])
    (tmp_path / source.file).write_bytes(b"x")
    return read_files(tmp_path / source.file)


def test_overlapping_merges_over_a_million_rows_cost_little(monkeypatch, tmp_path):
    rows = {1: ["编号", "姓名", "所属社区"]} | {number: [f"V-{number}", "甲"] for number in range(2, 300)}
    merges = tuple((top, column, 1_048_576, column) for top in range(2, 300) for column in range(3))
    community = read_sheet_of(monkeypatch, tmp_path, SourceSheet("a.xlsx", "志愿者", rows, merges))
    assert len(community.volunteers) == 298


def test_two_tables_below_one_another_are_both_read(tmp_path):
    rows = [
        ["编号", "姓名", "户号"],
        ["V-1", "甲", "H-1"],
        [],
        ["需求编号", "需求内容", "最多人数"],
        ["N-1", "修灯", 2],
    ]
    community = read_files(book(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert counts(community) == {"volunteers": 1, "needs": 1}


def test_a_sheet_without_a_required_column_says_which_to_add(tmp_path):
    rows = [["电话", "特长", "所属社区"], ["10012345678", "理发", "光耀路社区"]]
    community = read_files(book(tmp_path / "a.xlsx", {"社区志愿者": rows}))
    (problem,) = [each for each in community.problems if each.severity is Severity.ROW_LEFT_OUT]
    assert problem.rule == "missing_required_column"
    assert "姓名" in problem.explain_remedy()


def test_a_row_without_a_required_value_is_left_out_and_shown(tmp_path):
    community = volunteers(tmp_path, [["V-1", None, "10012345678"], ["V-2", "乙", None]])
    (problem,) = community.problems
    assert [each.name for each in community.volunteers] == ["乙"]
    assert (problem.rule, problem.cell, problem.severity) == ("required_missing", "B2", Severity.ROW_LEFT_OUT)
    assert problem.value == "V-1 | 100****5678"


def test_a_sign_for_nothing_is_no_name_and_no_remark(tmp_path):
    rows = [["V-1", "/", None], ["V-2", "乙", "—"]]
    community = volunteers(tmp_path, rows, headers=("编号", "姓名", "备注"))
    assert [(each.name, each.note) for each in community.volunteers] == [("乙", None)]
    assert rules_of(community) == ["required_missing", "word_for_empty", "word_for_empty"]


def test_a_required_choice_that_cannot_be_read_leaves_the_row_out(tmp_path):
    value, rules = one(tmp_path, "结果", "再说吧", name="services")
    assert (value, rules) == (None, ["not_a_choice"])


def test_personal_values_are_masked_in_problems(tmp_path):
    assert one(tmp_path, "联系电话", "#N/A")[1] == ["destroyed_error"]
    community = volunteers(tmp_path, [["V-1", "甲", "100123456"], ["V-2", "乙", "10012345678 / 10087654321"]])
    shown = " ".join(problem.explain() for problem in community.problems)
    assert rules_of(community) == ["phone_form", "several_phones"]
    assert "100123456" not in shown
    assert "10012345678" not in shown
    assert "10087654321" not in shown


def test_an_identifier_is_made_that_stays_the_same_when_other_cells_change(tmp_path):
    rows = [["甲", "10012345678", "理发"], ["乙", "10087654321", "开车"]]
    headers = ("姓名", "联系电话", "技能特长")
    first = volunteers(tmp_path, rows, headers=headers)
    rows = [["丙", "10000000003", None], rows[1], [*rows[0][:2], "理发、做饭"]]
    again = volunteers(tmp_path, rows, headers=headers)
    ids = {each.name: each.partner_id for each in again.volunteers}
    assert {each.name: each.partner_id for each in first.volunteers}.items() <= ids.items()
    assert len(set(ids.values())) == 3
    assert all(key.startswith("V-") for key in ids.values())


def test_a_made_identifier_gives_no_phone_away(tmp_path):
    rows = [["甲", "10012345678"], ["甲", "10099995678"]]
    community = volunteers(tmp_path, rows, headers=("姓名", "联系电话"))
    first, second = (each.partner_id for each in community.volunteers)
    assert second == f"{first}-2"  # the hidden digits do not enter the identifier


def test_a_row_that_repeats_another_is_left_out(tmp_path):
    community = volunteers(tmp_path, [["V-1", "甲", None], ["V-1", "甲", None]])
    (problem,) = community.problems
    assert (len(community.volunteers), problem.rule, problem.cell) == (1, "same_row_twice", "3")
    assert problem.severity is Severity.ROW_LEFT_OUT


def test_an_identifier_of_two_different_rows_keeps_both_and_shows_them_side_by_side(tmp_path):
    community = volunteers(tmp_path, [["V-1", "甲", None], ["V-1", "乙", None], ["V-1-2", "丙", None]])
    assert [(each.partner_id, each.name) for each in community.volunteers] == [
        ("V-1", "甲"),
        ("V-1-3", "乙"),
        ("V-1-2", "丙"),
    ]
    (problem,) = community.problems
    assert (problem.rule, problem.severity) == ("key_twice", Severity.WARNING)
    assert "姓名：甲 ↔ 乙" in problem.explain()
    assert "第2行" in problem.explain()


def test_a_person_who_stands_in_two_registers_is_reported_with_the_rows_side_by_side(tmp_path):
    sheets = {
        "社区志愿者": [HEADERS, ["V-1", "张　三", "100-1234-5678"]],
        "专业人才合伙人": [["编号", "姓名", "联系电话", "职业"], ["P-1", "张三", "10012345678", "电工"]],
    }
    community = read_files(book(tmp_path / "a.xlsx", sheets))
    (problem,) = community.problems
    assert (problem.rule, problem.sheet, problem.cell) == ("same_person_twice", "专业人才合伙人", "B2")
    assert "V-1" in problem.explain()
    assert "P-1" in problem.explain()
    assert "社区志愿者 第2行" in problem.explain()
    assert len(community.volunteers) == len(community.specialists) == 1


@pytest.mark.parametrize(
    ("same", "expected"),
    [
        ({"身份证号": "00000019850312001X"}, 1),
        ({"姓名": "甲", "联系电话": "10012345678"}, 1),
        ({"姓名": "甲", "出生日期": "1985-03-12", "所属社区": "光耀路社区"}, 1),
        ({"姓名": "甲", "所属社区": "光耀路社区"}, 0),
        ({"联系电话": "10012345678"}, 0),
    ],
)
def test_two_rows_are_one_person_by_id_number_or_name_with_phone_or_birth_and_community(tmp_path, same, expected):
    headers = ["编号", "姓名", "联系电话", "身份证号", "出生日期", "所属社区"]
    rows = [
        [{"编号": f"V-{n}", "姓名": f"人{n}"}.get(h) if h not in same else same[h] for h in headers] for n in (1, 2)
    ]
    community = volunteers(tmp_path, rows, headers=headers)
    assert rules_of(community).count("same_person_twice") == expected


def test_identifiers_that_name_nothing_are_reported_when_all_sheets_are_read(tmp_path):
    sheets = {
        "资质证照": [["证照编号", "持证人编号", "证书名称"], ["L-1", "V-99", "电工证"], ["L-2", "V-1", "电工证"]],
        "社区志愿者": [HEADERS, ["V-1", "甲", None], ["V-98", "乙", None]],
    }
    community = read_files(book(tmp_path / "a.xlsx", sheets))
    (problem,) = community.problems
    assert (problem.rule, problem.cell, problem.severity) == ("unknown_reference", "B2", Severity.WARNING)
    assert "V-99" in problem.explain()
    assert "V-98" in problem.explain()
    assert len(community.licences) == 2


def test_a_register_that_was_not_read_cannot_be_checked_and_is_one_note(tmp_path):
    rows = [["证照编号", "持证人编号", "证书名称"], ["L-1", "V-1", "电工证"], ["L-2", "V-2", "电工证"]]
    (problem,) = read_files(book(tmp_path / "a.xlsx", {"资质证照": rows})).problems
    assert (problem.rule, problem.values["count"], problem.severity) == ("reference_target_absent", 2, Severity.NOTE)


def test_an_unknown_community_is_reported_with_the_nearest(tmp_path):
    sheets = {
        "社区网格": [["网格编号", "街道", "社区"], ["G-1", "灯塔路街道", "光耀路社区"]],
        "社区志愿者": [
            ["编号", "姓名", "所属社区"],
            ["V-1", "甲", "光耀社区"],
            ["V-2", "乙", "光耀社区"],
            ["V-3", "丙", "光耀路社区"],
        ],
    }
    (problem,) = read_files(book(tmp_path / "a.xlsx", sheets)).problems
    assert (problem.rule, problem.cell, problem.values) == (
        "unknown_community",
        "C2",
        {"count": 2, "nearest": "光耀路社区"},
    )


def test_a_dispatch_sheet_is_no_register_of_services(tmp_path):
    headers = [column.header for column in DISPATCH.columns]
    filled = {
        "派单编号": "D-1",
        "方案编号": "P-1",
        "合伙人编号": "V-1",
        "需求编号": "N-1",
        "结果": "完成",
        "实际工时": 2,
    }
    path = book(tmp_path / "a.xlsx", {"派单表": [headers, [filled.get(header) for header in headers]]})
    community = read_files(path)
    (problem,) = community.problems
    assert (counts(community), problem.rule, problem.severity) == ({}, "sheet_set_aside", Severity.ROW_LEFT_OUT)
    assert "matching record" in problem.explain()


def test_the_rules_of_a_row_are_checked(tmp_path):
    headers = ["需求编号", "需求内容", "最少人数", "最多人数"]
    community = read_files(book(tmp_path / "a.xlsx", {"需求清单": [headers, ["N-1", "修灯", 5, 2]]}))
    (problem,) = community.problems
    assert (problem.rule, problem.cell, problem.severity) == ("least_above_most", "C2", Severity.WARNING)
    assert len(community.needs) == 1


def test_a_range_of_people_in_one_column_fills_both_fields(tmp_path):
    headers = ["需求编号", "需求内容", "人数", "年龄要求"]
    community = read_files(book(tmp_path / "a.xlsx", {"需求清单": [headers, ["N-1", "修灯", "3-5人", "18-45周岁"]]}))
    need = community.needs[0]
    assert (need.people_min, need.people_max, need.minimum_age, need.maximum_age) == (3, 5, 18, 45)
    assert rules_of(community) == ["range_split", "range_split"]


@pytest.mark.parametrize(
    ("sheets", "file"),
    [
        ({"2024年7月需求": [["需求编号", "需求内容", "提出日期"], ["N-1", "修灯", "7月3日"]]}, "a.xlsx"),
        ({"需求": [["2024年需求台账"], ["需求编号", "需求内容", "提出日期"], ["N-1", "修灯", "7月3日"]]}, "a.xlsx"),
        ({"需求": [["需求编号", "需求内容", "提出日期"], ["N-1", "修灯", "7月3日"]]}, "需求2024年.xlsx"),
    ],
)
def test_a_year_in_a_title_or_a_file_name_serves_dates_without_one(tmp_path, sheets, file):
    community = read_files(book(tmp_path / file, sheets))
    assert community.needs[0].reported_on == dt.date(2024, 7, 3)
    assert "year_assumed" in rules_of(community)
    stated = read_files(tmp_path / file, stated_year=2023)
    assert stated.needs[0].reported_on == dt.date(2023, 7, 3)
    assert "year_assumed" not in rules_of(stated)


def test_start_and_end_in_two_columns_are_one_window(tmp_path):
    rows = [
        ["需求编号", "需求内容", "服务时间", None, None], [None, None, "日期", "开始", "结束"],
        ["N-1", "修灯", dt.date(2024, 8, 3), "9:00", "11:00"], ["N-2", "理发", "2024.8.4", dt.time(14), dt.time(16)],
        ["N-3", "跑腿", "2024.8.4", "14:00", None],
    ]  # fmt: skip
    community = read_files(book(tmp_path / "a.xlsx", {"需求清单": rows}, merges=["C1:E1", "A1:A2", "B1:B2"]))
    windows = [[str(window) for window in need.windows] for need in community.needs]
    assert windows == [["2024-08-03 09:00-11:00"], ["2024-08-04 14:00-16:00"], []]
    assert rules_of(community) == ["time_without_end"]


def test_a_formula_without_a_result_is_reported_and_never_run(tmp_path):
    community = volunteers(tmp_path, [["V-1", "甲", '=HYPERLINK("http://example.invalid")'], ["V-2", "=1+1", None]])
    assert rules_of(community) == ["formula_without_value", "formula_without_value"]
    assert [each.name for each in community.volunteers] == ["甲"]


def test_a_saved_result_of_a_formula_is_read_with_a_note(monkeypatch, tmp_path):
    rows = {1: list(HEADERS), 2: ["V-1", "甲", 10012345678], 3: ["V-2", "乙", None]}
    community = read_sheet_of(monkeypatch, tmp_path, SourceSheet("a.xlsx", "志愿者", rows, formulas=((2, 2),)))
    assert community.volunteers[0].phone == "10012345678"
    assert rules_of(community) == ["formula_read_as_value"]


def test_a_folder_is_read_whole_and_a_bad_file_in_it_is_a_problem(tmp_path):
    book(tmp_path / "b.xlsx", {"社区志愿者": [HEADERS, ["V-1", "甲", None]]})
    (tmp_path / "a.csv").write_text("编号,姓名,户号\nV-2,乙,H-1\n", encoding="gbk")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "说明.docx").write_bytes(b"x")
    (tmp_path / "~$b.xlsx").write_bytes(b"x")
    told = []
    community = read_files(tmp_path, progress=lambda *told_now: told.append(told_now))
    assert [each.name for each in community.volunteers] == ["乙", "甲"]
    assert rules_of(community) == ["file_skipped", "file_unreadable"]
    assert told[0] == (0, 3, "a.csv")
    assert told[-1][:2] == (3, 3)


@pytest.mark.parametrize("make", ["missing", "empty_folder", "all_bad"])
def test_where_nothing_can_be_opened_at_all_the_call_is_refused(tmp_path, make):
    path = tmp_path / "没有.xlsx" if make == "missing" else tmp_path
    if make == "all_bad":
        (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    reason = {"missing": "找不到", "empty_folder": "没有 xlsx", "all_bad": "损坏"}[make]
    with pytest.raises(UnreadableFileError, match=reason):
        read_files(path)


def test_strict_reading_refuses_whatever_is_above_a_note(tmp_path):
    fine = volunteers(tmp_path, [["甲", None]], headers=("姓名", "联系电话"))
    assert rules_of(fine) == ["key_made"]
    check_strict(fine)
    odd = volunteers(tmp_path, [["V-1", "甲", "1"]])
    with pytest.raises(ProblemsFoundError, match="1 处问题"):
        check_strict(odd)


def test_problems_stand_in_the_order_of_the_sheets(tmp_path):
    community = volunteers(tmp_path, [["V-1", "甲", "1"], ["V-1", "乙", "2"], ["V-2", None, "3"]])
    numbers = [int("".join(sign for sign in problem.cell if sign.isdigit())) for problem in community.problems]
    assert numbers == sorted(numbers)


def test_masked_numbers_written_out_are_not_read_back_as_numbers(tmp_path):
    community = volunteers(tmp_path, [["V-1", "甲", "10012345678"]])
    write_workbook(community, tmp_path / "masked.xlsx")
    again = read_files(tmp_path / "masked.xlsx")
    assert again.volunteers[0].phone is None
    assert rules_of(again) == ["masked_value"]


@pytest.mark.parametrize("each", REGISTERS, ids=lambda each: each.name)
def test_a_row_of_hostile_text_never_crashes_the_reading(tmp_path, each):
    hostile = [
        "=1+1",
        "\u202e",
        "#REF!",
        "'",
        "9" * 300,
        "2024-99-99 99:99",
        "、、、",
        "<script>",
        "{}",
        "%s",
        "（",
        "NaN",
        "1e999",
        "\ufffd" * 3000,
    ]
    rows = [[column.header for column in each.columns], *[[text] * len(each.columns) for text in hostile]]

    def as_text(workbook):
        for row in workbook.worksheets[0].iter_rows(min_row=2):
            for cell in row:
                cell.data_type = "s"

    community = read_files(book(tmp_path / "a.xlsx", {each.sheet: rows}, prepare=as_text))
    for problem in community.problems:
        assert problem.explain()
        assert problem.explain(language="en")


def test_thousands_of_blank_rows_and_hundreds_of_columns_are_no_obstacle(tmp_path):
    headers = [*HEADERS, *[f"第{number}列" for number in range(300)]]

    def far(workbook):
        workbook.worksheets[0].cell(60_000, 2).value = "最后"

    community = read_files(book(tmp_path / "a.xlsx", {"志愿者": [headers, ["V-1", "甲", None]]}, prepare=far))
    assert [each.name for each in community.volunteers] == ["甲", "最后"]
    assert rules_of(community).count("column_not_recognised") == 300


def test_a_register_in_two_files_is_one_register(tmp_path):
    book(tmp_path / "a.xlsx", {"志愿者": [HEADERS, ["V-1", "甲", None]]})
    book(tmp_path / "b.xlsx", {"志愿者": [HEADERS, ["V-1", "乙", None]]})
    community = read_files(tmp_path)
    assert len({each.partner_id for each in community.volunteers}) == 2
    assert rules_of(community) == ["key_twice"]
