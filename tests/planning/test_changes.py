import openpyxl

from matching.planning import score, solve
from matching.records import Community
from planning.districts import AS_OF, need, volunteer, window


def plans():
    wishes = (
        need(1, "理发", windows=(window(9),), place="东门"),
        need(2, "理发", windows=(window(9.5),), place="西门", description="<b>剪发</b> 电话13812345678"),
    )
    people = tuple(volunteer(k, "理发", name=f"{name}") for k, name in ((1, "甲"), (2, "乙"), (3, "丙")))
    old = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    absent = next(p for n, p in old.pairs if n == "N-002")
    return old, old.replan(absent=[absent], by="王主任", reason="临时请假"), absent


def test_the_sheet_is_grouped_by_person_with_old_and_new_time_and_place():
    old, new, absent = plans()
    table = new.changes_from(old).details()
    assert list(table.columns) == [
        "合伙人编号", "合伙人", "变化", "需求编号", "需求内容", "原时间", "原地点", "新时间", "新地点",
    ]  # fmt: skip
    gone = table[table["合伙人编号"] == absent].iloc[0]
    assert (gone["变化"], gone["原时间"], gone["新时间"]) == ("取消", "2024-08-03 09:30-11:30", "—")
    assert gone["原地点"] == "光耀路社区 西门"
    fresh = table[table["变化"] == "新增"].iloc[0]
    assert (fresh["原地点"], fresh["新地点"]) == ("—", "光耀路社区 西门")


def test_the_words_say_who_decided_and_why():
    old, new, _ = plans()
    lines = str(new.changes_from(old)).split("\n")
    assert lines[0].startswith("需要通知 2 个合伙人")
    assert lines[1].startswith("决定：王主任 记 ")
    assert lines[1].endswith("不能来（原因：临时请假）")
    assert "Decided by 王主任" in new.changes_from(old).summary(language="en")
    assert str(old.changes_from(old)) == "没有变化，不用通知任何人"


def test_the_page_escapes_what_people_wrote_and_shows_no_phone():
    old, new, _ = plans()
    page = new.changes_from(old).to_html()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert "13812345678" not in page
    assert page.count("<tr>") == 1 + len(new.changes_from(old).details())
    assert old.changes_from(old).to_html() == "<p>没有变化，不用通知任何人</p>"


def test_the_workbook_has_one_sheet_to_tell_people_by(tmp_path):
    old, new, _ = plans()
    book = openpyxl.load_workbook(new.changes_from(old).to_excel(tmp_path / "变动.xlsx"))
    (sheet,) = book.worksheets
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.title == "变动通知"
    assert any("王主任" in str(row[0]) for row in cells)
    assert ["合伙人编号", "合伙人", "变化"] in [row[:3] for row in cells]
    assert "13812345678" not in str(cells)


def test_an_undo_is_another_plan():
    old, new, absent = plans()
    back = new.replan(pin=[("N-002", absent)], by="王主任", reason="又能来了")
    assert set(back.pairs) == set(old.pairs)
    assert back.plan_id not in {old.plan_id, new.plan_id}
    assert {each.kind for each in back.changes_from(new).people} == {"new", "dropped"}
    assert len(back.changes_from(old)) == 0
