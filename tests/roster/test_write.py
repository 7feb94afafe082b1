"""What is written is read back equal, whatever it holds."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from matching.errors import CallError
from matching.records import Community, Volunteer
from matching.roster import read_files, write_folder, write_workbook
from matching.roster.open_source import open_source
from roster.strategies import communities

DISTRICT = Community(
    volunteers=(
        Volunteer(
            partner_id="V-001", name="周小梅", phone="10012345678", id_number="00000019850312001X", hours=4.5,
            address="灯塔路街道光耀路8号楼3单元402", birth_date=dt.date(1985, 3, 12), note='=HYPERLINK("http://example.invalid")',
        ),
        Volunteer(partner_id="V-002", name="王大力", phone="10087654321", offer='第一行\n第二行，有"引号"'),
    )
)  # fmt: skip

RELAXED = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@RELAXED
@given(communities())
def test_a_workbook_reads_back_as_the_same_community(tmp_path_factory, community):
    path = tmp_path_factory.mktemp("book") / "district.xlsx"
    write_workbook(community, path, show_personal=True)
    assert read_files(path) == community


@RELAXED
@given(communities())
def test_a_folder_of_csv_files_reads_back_as_the_same_community(tmp_path_factory, community):
    folder = tmp_path_factory.mktemp("folder")
    write_folder(community, folder, show_personal=True, language="en")
    assert read_files(folder) == community


def test_the_same_community_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_workbook(DISTRICT, tmp_path / f"{name}.xlsx", show_personal=True)
        write_folder(DISTRICT, tmp_path / name, show_personal=True)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_personal_values_are_masked_unless_asked_for_by_name(tmp_path):
    write_workbook(DISTRICT, tmp_path / "a.xlsx")
    write_folder(DISTRICT, tmp_path / "a")
    texts = [cell for sheet in open_source(tmp_path / "a.xlsx") for row in sheet.rows.values() for cell in row]
    texts += [file.read_text(encoding="utf-8-sig") for file in (tmp_path / "a").iterdir()]
    everything = "\n".join(str(text) for text in texts)
    assert "周小梅" in everything
    assert "100****5678" in everything
    for hidden in ("10012345678", "00000019850312001X", "光耀路8号楼3单元402", "10087654321"):
        assert hidden not in everything


def test_csv_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(tmp_path):
    write_folder(DISTRICT, tmp_path, show_personal=True)
    content = (tmp_path / "社区志愿者.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert ",\"'=HYPERLINK" in content.decode("utf-8-sig")
    assert read_files(tmp_path) == DISTRICT


def test_a_register_that_is_empty_now_is_emptied_in_the_folder(tmp_path):
    write_folder(DISTRICT, tmp_path, show_personal=True)
    fewer = DISTRICT.replace(volunteers=())
    write_folder(fewer, tmp_path, show_personal=True)
    assert read_files(tmp_path) == fewer


def test_an_empty_community_is_written_and_read(tmp_path):
    write_workbook(Community(), tmp_path / "a.xlsx")
    write_folder(Community(), tmp_path / "a")
    assert read_files(tmp_path / "a.xlsx") == read_files(tmp_path / "a") == Community()


def test_numbers_and_dates_are_numbers_and_dates_to_excel(tmp_path):
    write_workbook(DISTRICT, tmp_path / "a.xlsx", show_personal=True)
    row = open_source(tmp_path / "a.xlsx")[-1].rows[2]
    assert {dt.datetime(1985, 3, 12), 4.5} <= set(row)  # noqa: DTZ001 - Excel knows no offsets
    assert "10012345678" in row


def test_a_text_longer_than_a_cell_of_excel_is_refused_and_fits_a_csv_file(tmp_path):
    long = DISTRICT.replace(volunteers=(Volunteer(partner_id="V-1", name="甲", note="长" * 40_000),))
    with pytest.raises(CallError, match=r"备注.*V-1.*40000"):
        write_workbook(long, tmp_path / "a.xlsx")
    write_folder(long, tmp_path)
    assert read_files(tmp_path) == long


@pytest.mark.parametrize("write", [write_workbook, write_folder])
def test_an_unknown_language_is_refused(tmp_path, write):
    with pytest.raises(CallError, match="language must be one of"):
        write(DISTRICT, tmp_path / "a", language="fr")


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(CallError, match="建不了文件夹"):
        write_folder(DISTRICT, tmp_path / "a")
