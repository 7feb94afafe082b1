import datetime as dt

import openpyxl
import pytest

from matching.errors import CallError
from matching.planning import read_feedback, score, solve
from matching.records import Community, DispatchRow, Result
from matching.roster import read_dispatch
from planning.districts import AS_OF, need, volunteer

PHONE = "10012345678"


@pytest.fixture
def plan():
    wishes = (need(1, "理发", description="=cmd|' /C calc'!A0 请人理发 电话13812345678"), need(2, "法律咨询"))
    people = (volunteer(1, "理发", phone=PHONE, name="+周小梅"),)
    return solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))


def cells(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def test_the_workbook_has_its_four_sheets_and_shows_no_phone(plan, tmp_path):
    sheets = cells(plan.to_excel(tmp_path / "plan.xlsx"))
    assert list(sheets)[:4] == ["方案", "派单表", "未满足", "说明"]
    text = "\n".join(str(value) for rows in sheets.values() for row in rows for value in row if value is not None)
    assert PHONE not in text
    assert "13812345678" not in text
    assert "100****5678" in text
    assert plan.plan_id in text


def test_phones_are_shown_only_to_somebody_who_is_named(plan, tmp_path):
    with pytest.raises(CallError, match="asked_by"):
        plan.to_excel(tmp_path / "plan.xlsx", show_phones=True)
    sheets = cells(plan.to_excel(tmp_path / "plan.xlsx", show_phones=True, asked_by="王主任"))
    text = "\n".join(str(value) for row in sheets["派单表"] for value in row)
    assert PHONE in text
    assert "查看人：王主任" in text


def test_text_that_looks_like_a_formula_is_text(plan, tmp_path):
    book = openpyxl.load_workbook(plan.to_excel(tmp_path / "plan.xlsx"))
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_the_same_plan_gives_the_same_bytes(plan, tmp_path):
    one, other = plan.to_excel(tmp_path / "a.xlsx"), plan.to_excel(tmp_path / "b.xlsx")
    assert one.read_bytes() == other.read_bytes()


def test_a_dispatch_sheet_filled_in_by_hand_closes_the_loop(plan, tmp_path):
    path = plan.to_excel(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["派单表"]
    top = next(row for row in sheet.iter_rows() if row[0].value == "派单编号")
    column = {cell.value: cell.column for cell in top}
    row = top[0].row + 1
    sheet.cell(row, column["结果"]).value = "完成"
    sheet.cell(row, column["实际工时"]).value = 2
    sheet.cell(row, column["满意度"]).value = "5"
    book.save(path)
    rows, _ = read_dispatch(path)
    assert isinstance(rows[0], DispatchRow)
    facts = read_feedback(rows, (), by="网格员").facts
    assert [(each.need_id, each.partner_id, each.result, each.hours) for each in facts] == [
        ("N-001", "V-001", Result.COMPLETED, 2.0)
    ]
    community = plan.candidates.community.replace(services=facts)
    later = solve(score(community, as_of=dt.date(2024, 8, 4)))
    assert "N-001" not in {need_id for need_id, _ in later.pairs}
    assert later.candidates.profiles.history.good.sum() == 1.0


def test_what_is_printed_of_the_dispatch_sheet_is_what_people_read_sign_and_fill_in(plan, tmp_path):
    sheet = openpyxl.load_workbook(plan.to_excel(tmp_path / "plan.xlsx"))["派单表"]
    top = next(row for row in sheet.iter_rows() if row[0].value == "派单编号")
    last = openpyxl.utils.cell.range_boundaries(sheet.print_area.split("!")[1])[2]
    printed = {cell.value for cell in top[:last]}
    assert {"姓名", "联系电话", "任务", "时间", "社区", "地点", "签名", "结果", "实际工时", "满意度", "备注"} <= printed
    assert {"方案编号", "合伙人编号", "需求编号", "推荐理由"} == {cell.value for cell in top[last:]}
    width = sum(sheet.column_dimensions[cell.column_letter].width for cell in top[:last])
    assert width < 190, "on A4 on its side the letters stay above seven points"
