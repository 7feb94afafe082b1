"""The main job from end to end, as an organizer runs it."""

import json
import re

import openpyxl
import pytest

from matching.cli import main
from matching.community import read_community
from matching.records import Result
from matching.roster import write_workbook
from matching.samples import make_district
from matching.tables import data_path

AS_OF = ("--as-of", "2024-07-31")
WHO = ("--by", "王主任")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("input") / "名册.xlsx"
    district = make_district(units=8, specialists=8, community_partners=5, volunteers=60, needs=20)
    write_workbook(district, path, show_personal=True)
    return path


@pytest.fixture
def store(tmp_path, workbook):
    path = str(tmp_path / "邻里.db")
    assert main(["init", path]) == 0
    assert main(["import", str(workbook), "--store", path, *WHO]) == 0
    return path


def sheet_of(path, title):
    return openpyxl.load_workbook(path)[title]


def column_at(sheet, header):
    for row in sheet.iter_rows(max_row=6):
        for cell in row:
            if cell.value == header:
                return cell.row, cell.column
    raise AssertionError(f"{sheet.title} has no header {header}")


def fill_in(path, results):
    """Write results into the first lines of a dispatch sheet, as somebody does by hand."""
    book = openpyxl.load_workbook(path)
    sheet = book["派单表"]
    header, result = column_at(sheet, "结果")
    hours, score = column_at(sheet, "实际工时")[1], column_at(sheet, "满意度")[1]
    for at, (word, served, stars) in enumerate(results, start=header + 1):
        sheet.cell(at, result).value = word
        sheet.cell(at, hours).value = served
        sheet.cell(at, score).value = stars
    book.save(path)


def test_a_workbook_becomes_a_plan_a_report_and_a_document(workbook, tmp_path, capsys):
    out = tmp_path / "结果"
    assert main(["match", str(workbook), "--out", str(out), *AS_OF]) == 0
    assert {path.name for path in out.iterdir()} == {"方案.xlsx", "报告.html", "plan.json"}
    assert openpyxl.load_workbook(out / "方案.xlsx").sheetnames[:4] == ["方案", "派单表", "未满足", "说明"]
    assert "匹配用时" in capsys.readouterr().out


def test_the_same_input_gives_the_same_bytes(workbook, tmp_path):
    for name in ("one", "two"):
        main(["match", str(workbook), "--out", str(tmp_path / name), *AS_OF])
    for name in ("方案.xlsx", "报告.html", "plan.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_phones_are_masked_everywhere_unless_asked_for(workbook, tmp_path):
    phones = {p.phone for p in read_community(workbook).partners if p.phone}
    assert len(phones) > 50
    main(["match", str(workbook), "--out", str(tmp_path), *AS_OF])
    text = (tmp_path / "报告.html").read_text("utf-8") + (tmp_path / "plan.json").read_text("utf-8")
    for sheet in openpyxl.load_workbook(tmp_path / "方案.xlsx"):
        text += " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert not phones & set(re.findall(r"\d{11}", text))


def test_showing_phones_wants_a_name_and_a_store_and_is_recorded(workbook, store, tmp_path, capsys):
    assert main(["match", str(workbook), "--out", str(tmp_path / "a"), "--show-phones", *AS_OF]) == 2
    assert "--by" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
    assert main(["match", store, "--out", str(tmp_path / "b"), "--show-phones", *WHO, *AS_OF]) == 0
    assert [each.by for each in read_community(store).disclosures] == ["王主任"]
    cells = {
        cell for row in sheet_of(tmp_path / "b" / "方案.xlsx", "派单表").iter_rows(values_only=True) for cell in row
    }
    assert {p.phone for p in read_community(store).partners} & cells


def test_the_loop_closes_from_plan_to_facts_to_the_next_plan(store, tmp_path, capsys):
    main(["match", store, "--out", str(tmp_path / "1"), *AS_OF])
    assert main(["accept", str(tmp_path / "1" / "plan.json"), "--store", store, *WHO]) == 0
    accepted = json.loads((tmp_path / "1" / "plan.json").read_text("utf-8"))["assignments"]
    assert len(read_community(store).decisions) == len(accepted)

    sheet = tmp_path / "1" / "方案.xlsx"
    fill_in(sheet, [("完成", 2, 5), ("拒绝", None, None), ("未到", None, None), ("飞走了", None, None)])
    before = len(read_community(store).services)
    capsys.readouterr()
    assert main(["record", str(sheet), "--store", store, "--by", "网格员小周"]) == 1
    assert "飞走了" in capsys.readouterr().out
    assert main(["record", str(sheet), "--store", store, "--by", "网格员小周"]) == 1
    services = read_community(store).services
    assert [each.result for each in services[before:]] == [Result.COMPLETED, Result.DECLINED, Result.NO_SHOW]

    declined = services[before + 1]
    main(["match", store, "--out", str(tmp_path / "2"), *AS_OF])
    again = json.loads((tmp_path / "2" / "plan.json").read_text("utf-8"))["assignments"]
    assert (declined.need_id, declined.partner_id) not in {(each["need_id"], each["partner_id"]) for each in again}


def test_a_corrected_line_reverses_the_fact_it_corrects(store, tmp_path):
    main(["match", store, "--out", str(tmp_path), *AS_OF])
    sheet = tmp_path / "方案.xlsx"
    for hours in (2, 3):
        fill_in(sheet, [("完成", hours, 5)])
        assert main(["record", str(sheet), "--store", store, *WHO]) == 0
    first, second = read_community(store).services[-2:]
    assert (first.hours, second.hours) == (2, 3)
    assert second.reverses == first.record_id


def test_strict_recording_records_nothing_when_a_line_is_odd(store, tmp_path):
    main(["match", store, "--out", str(tmp_path), *AS_OF])
    fill_in(tmp_path / "方案.xlsx", [("完成", 2, 5), ("拒绝", 3, None)])
    before = read_community(store).services
    assert main(["record", str(tmp_path / "方案.xlsx"), "--store", store, *WHO, "--strict"]) == 1
    assert read_community(store).services == before


def test_a_plan_made_on_data_that_have_changed_is_refused(store, tmp_path, capsys):
    main(["match", store, "--out", str(tmp_path), *AS_OF])
    partner = read_community(store).volunteers[0].partner_id
    assert main(["withdraw", partner, "--store", store, *WHO]) == 0
    capsys.readouterr()
    assert main(["accept", str(tmp_path / "plan.json"), "--store", store, *WHO]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert read_community(store).decisions == ()


def test_an_acceptance_can_be_undone_and_both_stay(store, tmp_path, capsys):
    main(["match", store, "--out", str(tmp_path), *AS_OF])
    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    main(["accept", str(tmp_path / "plan.json"), "--store", store, *WHO])
    assert main(["undo", plan["plan_id"], "--store", store, *WHO, "--reason", "雨天改期"]) == 0
    assert len(read_community(store).decisions) == 2 * len(plan["assignments"])
    capsys.readouterr()
    assert main(["plans", "--store", store]) == 0
    assert plan["plan_id"] in capsys.readouterr().out


def test_an_export_is_masked_unless_asked_for(store, tmp_path):
    known = read_community(store)
    assert main(["export", str(tmp_path / "a.xlsx"), "--store", store]) == 0
    assert {p.phone for p in read_community(tmp_path / "a.xlsx").partners} == {None}
    assert main(["export", str(tmp_path / "b.xlsx"), "--store", store, "--show-phones", *WHO]) == 0
    back = read_community(tmp_path / "b.xlsx")
    assert (back.volunteers, back.needs, back.services) == (known.volunteers, known.needs, known.services)


def test_a_store_is_backed_up_restored_and_never_overwritten_unasked(store, tmp_path, capsys):
    known = read_community(store)
    assert main(["backup", str(tmp_path / "b.zip"), "--store", store]) == 0
    other = str(tmp_path / "other.db")
    assert main(["restore", str(tmp_path / "b.zip"), "--store", other]) == 0
    assert read_community(other) == known
    capsys.readouterr()
    assert main(["restore", str(tmp_path / "b.zip"), "--store", other]) == 2
    assert main(["restore", str(tmp_path / "b.zip"), "--store", other, "--overwrite"]) == 0


def test_two_records_of_one_person_keep_both_histories(store):
    kept, merged = (each.partner_id for each in read_community(store).volunteers[:2])
    before = len(read_community(store).services)
    assert main(["merge", kept, merged, "--store", store, *WHO]) == 0
    community = read_community(store)
    assert community.resolve(merged) == kept
    assert len(community.services) == before
    assert merged not in {p.partner_id for p in community.partners}


def test_a_person_who_withdraws_is_in_no_plan_and_no_table(store, tmp_path):
    main(["match", store, "--out", str(tmp_path / "1"), *AS_OF])
    plan = json.loads((tmp_path / "1" / "plan.json").read_text("utf-8"))
    partner = plan["assignments"][0]["partner_id"]
    main(["withdraw", partner, "--store", store, *WHO, "--reason", "本人来电"])
    main(["match", store, "--out", str(tmp_path / "2"), *AS_OF])
    for name in ("plan.json", "报告.html"):
        assert partner not in (tmp_path / "2" / name).read_text("utf-8")
    assert partner in {each.partner_id for each in (*read_community(store).volunteers, *read_community(store).units,
                                                    *read_community(store).specialists,
                                                    *read_community(store).community_partners)}  # fmt: skip


def test_strict_matching_of_a_workbook_with_problems_writes_nothing(tmp_path, workbook, capsys):
    book = openpyxl.load_workbook(workbook)
    sheet = book["需求清单"]
    header, column = column_at(sheet, "最多人数")
    sheet.cell(header + 1, column).value = "#VALUE!"
    book.save(tmp_path / "坏表.xlsx")
    out = tmp_path / "结果"
    assert main(["match", str(tmp_path / "坏表.xlsx"), "--out", str(out), "--strict", *AS_OF]) == 1
    assert not out.exists()
    assert capsys.readouterr().err.startswith("matching: ")
    assert main(["match", str(tmp_path / "坏表.xlsx"), "--out", str(out), *AS_OF]) == 1
    assert (out / "问题.xlsx").exists()


def test_an_empty_workbook_is_filled_in_and_matched(tmp_path, capsys):
    assert main(["template", str(tmp_path / "空表.xlsx")]) == 0
    assert main(["check", str(tmp_path / "空表.xlsx")]) == 0
    assert main(["match", str(tmp_path / "空表.xlsx"), "--out", str(tmp_path / "out"), *AS_OF]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\x00" * 100], ids=["empty", "truncated", "zeros"])
def test_an_unreadable_workbook_is_one_line_and_exit_code_2(tmp_path, capsys, content):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    for arguments in (["check", str(path)], ["match", str(path), "--out", str(tmp_path / "out")]):
        assert main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_what_was_learned_from_answers_is_used_by_the_next_matching(tmp_path, workbook, capsys):
    learned, out = tmp_path / "学", tmp_path / "结果"
    assert main(["learn", str(data_path("district/district.xlsx")), "--out", str(learned), *AS_OF]) == 0
    assert "Brier" in (learned / "学习.html").read_text(encoding="utf-8")
    assert main(["match", str(workbook), "--out", str(out), "--weights", str(learned), *AS_OF]) == 0
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert document["weights"]["newcomer"] > 0
    capsys.readouterr()


def test_learning_from_no_answers_says_so_and_leaves_the_weights_alone(tmp_path, capsys):
    assert main(["template", str(tmp_path / "空表.xlsx")]) == 0
    assert main(["learn", str(tmp_path / "空表.xlsx"), "--out", str(tmp_path / "学"), *AS_OF]) == 1
    assert "沿用政策表" in capsys.readouterr().out
    assert not (tmp_path / "学" / "policies").exists()
