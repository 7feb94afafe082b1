"""A PDF is compared with the page it was printed from, whichever browser printed it."""

import datetime as dt
import json

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from matching.errors import UnreadableFileError
from matching.reports import month_check, month_files
from matching.reports.pdf_check import check_pdf, said_by
from matching.store import open_store
from reports.test_month_report import FIRST, JULY, small_district

NOON = dt.datetime(2024, 7, 31, 12, tzinfo=dt.UTC)
PAGE = "<style>p{}</style><h1>Coverage</h1><table><tr><td>North</td><td>12</td></tr></table><svg><title>x</title></svg>"


def make_pdf(path, *pages, moment=NOON):
    """Pages of lines in a font that is not in the file."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(300, 300)
        font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                                 NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        moves = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream.set_data(f"BT /F1 12 Tf 20 250 Td {moves}ET".encode())
        page[NameObject("/Contents")] = stream
    writer.add_metadata({"/CreationDate": f"D:{moment:%Y%m%d%H%M%S}+00'00'"})
    writer.write(path)
    return path


def found(path, page=PAGE):
    return list(check_pdf(path, page, made_at=NOON, language="en"))


def test_what_a_page_says_is_its_headings_and_the_rows_of_its_tables():
    assert said_by(PAGE) == ("Coverage", "North12")


def test_words_may_be_broken_otherwise_and_a_font_that_is_not_in_the_file_is_named(tmp_path):
    pdf = make_pdf(tmp_path / "a.pdf", ["Cover", "age", "1 / 2"], ["North 12", "2 / 2"])
    assert found(pdf) == ["月报.pdf does not carry the font /Helvetica: another machine may show gaps"]


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([["Coverage", "North 13", "1 / 1"]], "lacks what the page says: North12"),
        ([["North 12", "1 / 1"]], "lacks what the page says: Coverage"),
        ([["Coverage", "North 12"]], "page 1 of the 1"),
        ([["Coverage", "North 12", "1 / 3"]], "page 1 of the 1"),
    ],
)
def test_another_figure_a_lost_heading_and_a_lost_page_number_are_found(tmp_path, pages, said):
    assert any(said in each for each in found(make_pdf(tmp_path / "a.pdf", *pages)))


def test_another_moment_is_found_and_what_is_no_pdf_is_refused(tmp_path):
    late = make_pdf(tmp_path / "a.pdf", ["Coverage", "North 12", "1 / 1"], moment=NOON + dt.timedelta(hours=1))
    assert any("states the moment" in each for each in found(late))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(UnreadableFileError, match="cannot be read as a PDF"):
        found(tmp_path / "b.pdf")


@pytest.mark.browser
def test_a_pdf_of_another_browser_is_compared_with_the_page_and_the_answer_says_so(tmp_path):
    store, folder = tmp_path / "a.db", tmp_path / "out"
    with open_store(store, create=True) as opened:
        opened.import_community(small_district("新民街长龙社区，户口民警 – 4/160 页"), by="周", at=FIRST)
    month_files.write_month_report(store, JULY, folder)
    same = month_check.check_month_report(store, folder)
    assert (same.differences, len(same.compared)) == ((), 1)
    assert "月报.pdf" in same.compared[0]

    path = folder / month_files.DOCUMENT
    document = json.loads(path.read_text(encoding="utf-8")) | {"browser": "Chromium 1.0"}
    path.write_text(json.dumps(document), encoding="utf-8")
    other = month_check.check_month_report(store, folder, language="en")
    assert other.differences == ()
    assert "月报.pdf" not in other.compared[0]
    assert "no comparison to the byte" in other.compared[1]
    assert "Chromium 1.0" in other.compared[1]

    # another month's figures under this month's name: the document vouches for the file, the page does not
    wrong = month_files.write_month_report(store, JULY.before(), tmp_path / "wrong").folder / month_files.PDF
    (folder / month_files.PDF).write_bytes(wrong.read_bytes())
    document["files"][month_files.PDF] = month_files.hash_file(wrong)
    path.write_text(json.dumps(document), encoding="utf-8")
    assert any("没有页面上的这一句" in each for each in month_check.check_month_report(store, folder).differences)
