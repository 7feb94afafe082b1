import datetime as dt
import json
import re
import shutil

import openpyxl
import pytest

from matching.cli import main
from matching.errors import CallError, UnknownNameError, UnreadableFileError
from matching.records import (
    CHINA,
    Community,
    CommunityPartner,
    Grid,
    Need,
    Result,
    ServiceRecord,
    SkillClaim,
    Unit,
    Volunteer,
)
from matching.records.privacy import find_personal
from matching.reports import month_check, month_files
from matching.reports.month_notebook import render_month_page
from matching.reports.month_report import read_month_report, report_month
from matching.reports.month_sections import SECTIONS
from matching.reports.month_words import show_change, show_rate
from matching.samples import make_district
from matching.service import Month, Rate, read_month_policy
from matching.store import open_store

JULY = Month(2024, 7)
HOSTILE = "=1+1<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}&amp;\u202e倒\x07"
TEXTS = [HOSTILE, "长" * 2000, "👨‍👩‍👧‍👦" * 50, "\u202eevil\u2066", "محمد", "{% raw %}"]
FIRST = dt.datetime(2024, 8, 1, 9, tzinfo=CHINA)


def small_district(text):
    skills = (SkillClaim("理发"),)
    day = dt.date(2024, 7, 9)
    fields = {"date": day, "community": text, "activity": text, "content": text, "note": text, "recorder": "网格员小周"}
    return Community(
        grids=(Grid(grid_id="G-1", street=text, community=text, name=text),),
        units=(Unit(partner_id="U-1", name=text, community=text, skills=skills, offer=text),),
        community_partners=(CommunityPartner(partner_id="C-1", name=text, skills=skills),),
        volunteers=(Volunteer(partner_id="V-1", name=text, community=text, skills=skills),),
        needs=(
            Need(need_id="N-1", description=text, community=text, skills=skills, reported_on=day),
            Need(need_id="N-2", description=text, community=text, licences=("焊工证",), reported_on=day),
        ),
        services=(
            ServiceRecord(record_id="R-1", partner_id="V-1", result=Result.COMPLETED, hours=2.0, **fields),
            ServiceRecord(record_id="R-2", partner_id="U-1", result=Result.COMPLETED, hours=1.0, **fields),
            ServiceRecord(record_id="R-3", partner_id="C-1", result=Result.DECLINED, **fields),
        ),
    )


@pytest.fixture(scope="module")
def district():
    return make_district()


@pytest.fixture(scope="module")
def sample(district):
    return report_month(district, JULY)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "邻里.db"
    with open_store(path, create=True) as opened:
        opened.import_community(small_district("平原社区"), by="周", at=FIRST)
    return path


@pytest.fixture(scope="module")
def written(store, tmp_path_factory):
    """Write one report by the command, without a PDF: the kernel runs once for all tests of files."""
    folder = tmp_path_factory.mktemp("out") / "月报"
    assert main(["report", str(store), "--month", "2024-07", "--out", str(folder), "--no-pdf"]) == 0
    return month_files.MonthFiles(folder, month_files.read_document(folder), "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_has_words_and_tables_whose_sums_agree(sample, language):
    sections = {each.name: each for each in sample.sections(language=language)}
    assert tuple(sections) == SECTIONS
    assert all(each.title and each.about and each.tables for each in sections.values())
    month = sample.months[0]
    place, changes = sections["coverage"].tables[0], sections["changes"].tables[0]
    assert place.iloc[-1, 6] == place.iloc[:-1, 6].sum() == changes.iloc[:, 1].sum() == month.services
    assert place.iloc[-1, 2] == place.iloc[-1, 3:6].sum() == sum(sample.plan.coverage_table(language="en")["needs"])
    kinds, trend = sections["hours"].tables
    assert kinds.iloc[:, 3].sum() == trend.iloc[0, 2] == month.hours
    assert sections["load"].tables[1].iloc[:, 4].sum() == month.hours
    assert len(trend) == read_month_policy().months_shown


def test_an_unknown_section_is_refused_by_name(sample):
    with pytest.raises(UnknownNameError, match="no section 'weather'"):
        sample.show("weather")


def test_few_cases_have_no_percentage_and_changes_have_a_sign():
    policy = read_month_policy()
    assert [show_rate(Rate(*pair), policy) for pair in [(0, 0), (2, 3), (4, 5)]] == ["–", "2/3", "80.0% (4/5)"]
    assert [show_change(each) for each in (2, -0.5, 0.0)] == ["+2", "−0.5", "±0"]


def test_the_same_district_gives_the_same_report():
    first, again = (report_month(small_district("平原社区"), JULY).sections() for _ in range(2))
    assert repr(first) == repr(again)
    assert [each._repr_html_() for each in first] == [each._repr_html_() for each in again]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("text", TEXTS)
def test_hostile_words_are_shown_and_do_nothing(text, language):
    report = report_month(small_district(text), JULY)
    for section in report.sections(language=language):
        html = section._repr_html_()
        tags = set(re.findall(r"<(\w+)", html))
        assert not tags & {"script", "img", "iframe", "object"}
        assert not re.search(r"<[^>]*\son\w+=", html)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", html)
        assert ">49<" not in html.replace(" ", "<")


def test_phones_and_id_numbers_that_people_wrote_are_masked():
    phone, number = "138" + "00001234", "410" + "502" + "19900101" + "123" + "X"
    report = report_month(small_district(f"找老王 {phone}，身份证 {number}"), JULY)
    shown = "".join(each._repr_html_() + repr(each) for each in report.sections())
    document = month_files.describe(report, report.sections(), language="zh")
    assert find_personal(shown + json.dumps(document, ensure_ascii=False)) == ()
    assert "138****1234" in shown


def test_an_empty_district_and_a_month_without_service_have_a_report(district):
    assert "没有。" in repr(report_month(Community(), JULY).show("changes"))
    report = report_month(district, Month(2030, 1))
    assert report.months[0].services == 0
    assert "–" in repr(report.show("load"))


def test_what_is_recorded_later_changes_nothing_as_of_an_earlier_moment(tmp_path):
    path = tmp_path / "a.db"
    with open_store(path, create=True) as opened:
        opened.import_community(small_district("平原社区"), by="周", at=FIRST)
        before = read_month_report(path, "2024-07")
        late = ServiceRecord(record_id="R-9", partner_id="V-1", date=JULY.last, result=Result.COMPLETED, hours=3.0)
        opened.append([late], by="周", at=FIRST + dt.timedelta(hours=1))
    after = read_month_report(path, "2024-07")
    again = read_month_report(path, "2024-07", known_at="2024-08-01T09:30:00+08:00")
    assert before.known_at == again.known_at == FIRST
    assert repr(again.sections()) == repr(before.sections())
    assert after.months[0].hours == before.months[0].hours + 3


def test_moments_that_cannot_be_are_refused(store, tmp_path):
    with pytest.raises(CallError, match="needs an offset"):
        read_month_report(store, "2024-07", known_at="2024-08-01T09:00:00")
    with pytest.raises(CallError, match="held nothing by 2020-01-01"):
        read_month_report(store, "2024-07", known_at="2020-01-01T09:00:00+08:00")
    with pytest.raises(CallError, match="Files know only now"):
        read_month_report(tmp_path / "a.xlsx", "2024-07", known_at="2024-08-01T09:00:00+08:00")
    with open_store(tmp_path / "empty.db", create=True):
        pass
    with pytest.raises(CallError, match="held nothing yet"):
        read_month_report(tmp_path / "empty.db", "2024-07")


def test_page_workbook_and_document_say_the_same(written, store):
    report = read_month_report(store, JULY)
    page = (written.folder / month_files.PAGE).read_text(encoding="utf-8")
    assert all(each._repr_html_() in page for each in report.sections())
    book = openpyxl.load_workbook(written.folder / month_files.WORKBOOK)
    trend = [[cell.value for cell in row] for row in book["服务时长 2"].iter_rows()]
    assert ["2024-07", 2, 3, 2, 2] in [row[:5] for row in trend]
    assert written.document["sections"]["hours"][1]["rows"][0][:3] == ["2024-07", 2, 3.0]
    assert str(store.parent) not in json.dumps(written.document)


def test_the_page_asks_nobody_for_anything_and_holds_no_code(written):
    page = (written.folder / month_files.PAGE).read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"'\s<>]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "import" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert len(page) < 100_000


def test_a_published_report_comes_out_the_same_again(written, store, capsys):
    assert main(["report", str(store), "--check", str(written.folder)]) == 0
    assert "核对无误" in capsys.readouterr().out


def copy_of(written, folder):
    folder.mkdir()
    for path in written.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_files_that_were_changed_or_lost_are_named(written, store, tmp_path):
    folder = copy_of(written, tmp_path / "x")
    page = folder / month_files.PAGE
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    (folder / month_files.WORKBOOK).unlink()
    found = month_check.check_month_report(store, folder).differences
    assert found == ("月报.html 在 report.json 写好以后被改过", "月报.xlsx 不在了")


def test_a_figure_that_was_changed_is_named_with_both_values(written, store, tmp_path):
    folder = copy_of(written, tmp_path / "x")
    path = folder / month_files.DOCUMENT
    document = json.loads(path.read_text(encoding="utf-8"))
    document["sections"]["headline"][0]["rows"][0][1] = 200
    path.write_text(json.dumps(document), encoding="utf-8")
    found = month_check.check_month_report(store, folder, language="en").differences
    assert found == ("The month in figures, row 1, 本月: published 200, comes out as 2",)


def test_another_store_is_told_from_the_one_it_was_made_from(written, tmp_path, capsys):
    path = tmp_path / "other.db"
    with open_store(path, create=True) as opened:
        opened.import_community(small_district("星光社区"), by="周", at=FIRST)
    assert main(["report", str(path), "--check", str(written.folder)]) == 1
    found = capsys.readouterr().out
    assert "数据变了，或不是同一个库" in found
    assert "星光社区" in found


def test_a_folder_without_a_report_or_of_a_newer_version_is_refused(store, tmp_path):
    with pytest.raises(UnreadableFileError, match="not the document of a monthly report"):
        month_check.check_month_report(store, tmp_path)
    (tmp_path / month_files.DOCUMENT).write_text('{"format": 99, "month": "2024-07"}', encoding="utf-8")
    with pytest.raises(CallError, match="has format 99"):
        month_check.check_month_report(store, tmp_path)


def test_a_notebook_that_shows_something_else_is_refused():
    import nbformat

    report = report_month(Community(), JULY)
    with pytest.raises(CallError, match="The notebook and the figures of 2024-07 differ"):
        render_month_page(nbformat.v4.new_notebook(), report, report.sections())


@pytest.mark.browser
def test_a_report_is_printed_with_hostile_words_as_words(tmp_path):
    import pypdf

    path = tmp_path / "a.db"
    with open_store(path, create=True) as opened:
        opened.import_community(small_district(HOSTILE.replace("\x07", "")), by="周", at=FIRST)
    files = month_files.write_month_report(path, JULY, tmp_path / "out")
    assert files.no_pdf == ""
    reader = pypdf.PdfReader(tmp_path / "out" / month_files.PDF)
    words = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "<script>alert(1)</script>" in words
    assert "{{7*7}}" in words
    assert month_check.check_month_report(path, tmp_path / "out").differences == ()
    book = openpyxl.load_workbook(tmp_path / "out" / month_files.WORKBOOK)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.browser
@pytest.mark.parametrize("width", [1366, 768])
def test_the_page_opens_in_a_browser_without_asking_and_fits(written, width):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_context(viewport={"width": width, "height": 768}, offline=True).new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto((written.folder / month_files.PAGE).as_uri())
        fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        headings = page.locator("h2").count()
        chromium.close()
    assert [url for url in asked if not url.startswith("data:")] == [(written.folder / month_files.PAGE).as_uri()]
    assert said == []
    assert fits
    assert headings == len(SECTIONS)
