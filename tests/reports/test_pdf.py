import datetime as dt
import os
import re
import stat
import sys
import unicodedata

import pytest

from matching.errors import MissingBrowserError
from matching.reports.pdf import browser_version, find_browser, write_pdf

NOON = dt.datetime(2024, 7, 31, 20, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PRINTS = """
place = next(each.split("=", 1)[1] for each in sys.argv if each.startswith("--print-to-pdf="))
open(place, "wb").write(b"%PDF-1.4 /CreationDate (D:20300101000000+00'00') /ModDate (D:20300101000000+00'00')" + open(
    sys.argv[-1].removeprefix("file://"), "rb").read())
"""


@pytest.fixture
def browser(tmp_path):
    """Make a program that plays a browser."""

    def make(words, name="browser"):
        path = tmp_path / name
        path.write_text(f"#!{sys.executable}\nimport sys, time\n{words}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_the_page_is_printed_with_the_moment_that_was_stated(browser, tmp_path):
    path = write_pdf("<p>月报</p>", tmp_path / "out" / "月报.pdf", made_at=NOON, browser=browser(PRINTS))
    text = path.read_bytes()
    assert text.count(b"D:20240731120000+00'00'") == 2
    assert text.endswith("<p>月报</p>".encode())
    assert [each.name for each in path.parent.iterdir()] == ["月报.pdf"]


def table_heads(*numbers):
    """Write what Chromium writes of the heads of a table whose numbers are these, with an index sorted by number."""
    ids = [f"(node{number:08d})" for number in numbers]
    heads = "".join(f"{at} 0 obj <</S /TH /ID {name}>> " for at, name in zip((195, 197, 1099), ids, strict=True))
    cells = f"<</S /TD /A [<</Headers [{ids[1]} {ids[2]}]>>]>> "
    index = sorted(zip(ids, ("195 0 R", "197 0 R", "1099 0 R"), strict=True))
    names = " ".join(f"{name} {place}" for name, place in index)
    return f"{heads}{cells}<</Limits [{index[0][0]} {index[-1][0]}] /Names [{names}]>> xref"


def test_heads_of_tables_are_numbered_as_they_stand_whatever_order_screen_readers_got_them_in(browser, tmp_path):
    printed = [
        write_pdf(table_heads(*numbers), tmp_path / "a.pdf", made_at=NOON, browser=browser(PRINTS)).read_bytes()
        for numbers in ((45, 46, 47), (50, 3, 51), (1, 2, 3))
    ]
    assert printed[0] == printed[1] == printed[2]
    assert table_heads(1, 2, 3).encode() in printed[0]


def test_an_index_in_several_parts_is_left_as_it_was_printed(browser, tmp_path):
    page = table_heads(50, 3, 51) * 2
    assert page.encode() in write_pdf(page, tmp_path / "a.pdf", made_at=NOON, browser=browser(PRINTS)).read_bytes()


def test_a_relative_path_is_one_too(browser, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_pdf("<p>", "out/a.pdf", made_at=NOON, browser=browser(PRINTS)).read_bytes().startswith(b"%PDF-")


def test_a_browser_that_prints_nothing_is_named_with_its_last_word(browser, tmp_path):
    old = tmp_path / "a.pdf"
    old.write_bytes(b"old")
    silent = browser("print('one\\nno fonts', file=sys.stderr); sys.exit(3)")
    with pytest.raises(MissingBrowserError, match=r"ended with code 3 and wrote no PDF \(no fonts\)"):
        write_pdf("<p>", old, made_at=NOON, browser=silent)
    assert old.read_bytes() == b"old"


def test_a_browser_that_writes_something_else_is_refused(browser, tmp_path):
    with pytest.raises(MissingBrowserError, match="wrote no PDF"):
        write_pdf("<p>", tmp_path / "a.pdf", made_at=NOON, browser=browser(PRINTS.replace("%PDF-", "<html>")))
    assert not (tmp_path / "a.pdf").exists()


def test_a_browser_that_hangs_is_given_up(browser, tmp_path):
    with pytest.raises(MissingBrowserError, match=r"did not finish a PDF within 0\.5 seconds"):
        write_pdf("<p>", tmp_path / "a.pdf", made_at=NOON, browser=browser("time.sleep(60)"), seconds=0.5)


def test_a_browser_that_cannot_be_started_is_said_so(tmp_path):
    with pytest.raises(MissingBrowserError, match="cannot be started"):
        write_pdf("<p>", tmp_path / "a.pdf", made_at=NOON, browser=tmp_path / "none")


def test_without_a_browser_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MATCHING_BROWSER", raising=False)
    with pytest.raises(MissingBrowserError, match=r"Install one, or name one in\s+MATCHING_BROWSER"):
        write_pdf("<p>", tmp_path / "a.pdf", made_at=NOON)


def test_a_browser_is_found_by_name_and_on_the_path(browser, tmp_path):
    chrome, mine = browser("", "google-chrome"), browser("", "mine")
    path = {"PATH": str(tmp_path)}
    assert find_browser(path) == chrome
    assert find_browser(path | {"MATCHING_BROWSER": str(mine)}) == mine
    assert find_browser(path | {"MATCHING_BROWSER": "mine"}) == mine
    with pytest.raises(MissingBrowserError, match="MATCHING_BROWSER names lynx"):
        find_browser(path | {"MATCHING_BROWSER": "lynx"})


def test_edge_is_found_where_windows_keeps_it(tmp_path):
    place = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    place.parent.mkdir(parents=True)
    place.touch()
    assert find_browser({"PROGRAMFILES(X86)": str(tmp_path)}, platform="win32") == place
    assert find_browser({"PROGRAMFILES(X86)": str(tmp_path)}, platform="linux") is None
    assert find_browser({}, platform="win32") is None


def test_a_browser_says_what_it_is(browser):
    assert browser_version(browser("print('Chromium 1.2')")) == "Chromium 1.2"
    assert browser_version("/no/such/program") == ""


PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>月报</title><style>
@page { size: A4; margin: 15mm; @bottom-center { content: counter(page) " / " counter(pages); } } h2 { break-before: page; }
</style></head><body><h1>邻里月报</h1><table><thead><tr><th scope="col">社区</th></tr></thead><tbody><tr><td>轻机南社区</td></tr></tbody></table>
<h2>覆盖</h2><p>第二页</p><img src="http://127.0.0.1:9/x.png" alt="没有"></body></html>"""


@pytest.mark.browser
def test_a_real_browser_prints_chinese_with_page_numbers_tags_and_bookmarks(tmp_path):
    import pypdf

    path = write_pdf(PAGE, tmp_path / "a.pdf", made_at=NOON)
    reader = pypdf.PdfReader(path)
    # a glyph that a character shares with a radical may be read as the radical
    texts = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", page.extract_text())) for page in reader.pages]
    assert "邻里月报" in texts[0]
    assert "轻机南社区" in texts[0]
    assert [text[-3:] for text in texts] == ["1/2", "2/2"] or [text[:3] for text in texts] == ["1/2", "2/2"]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert "覆盖" in str(reader.outline)
    assert reader.metadata.creation_date == NOON
    assert str(tmp_path) not in path.read_bytes().decode("latin-1")
    assert b"(Noto Sans CJK SC)" in path.read_bytes()
    if os.name == "posix":
        assert write_pdf(PAGE, tmp_path / "b.pdf", made_at=NOON).read_bytes() == path.read_bytes()
