"""The report of a plan: its figures are the plan's, nothing in it acts, calls out or gives anybody away."""

import base64
import dataclasses
import datetime as dt
import hashlib
import html.parser
import re

import pytest

from matching.errors import CallError
from matching.planning import list_bottlenecks, score, solve
from matching.planning.proposal import Override
from matching.records import (
    Community,
    CommunityPartner,
    Grid,
    Need,
    Severity,
    SkillClaim,
    Unit,
    Volunteer,
    Window,
    china_moment,
    find_personal,
)
from matching.records.problems import CellProblem
from matching.reports import render_match_report, write_match_report
from matching.samples import make_district

DAY = dt.date(2024, 7, 31)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e\x00]]>{{ 7*7 }}"
VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(html.parser.HTMLParser):
    """What a browser would see: elements, attributes, text, and whether tags are balanced."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts = [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def attributes(self, *names):
        return [attrs[name] for _, attrs in self.elements for name in names if name in attrs]


@pytest.fixture(scope="module")
def district():
    return make_district(units=12, specialists=14, community_partners=8, volunteers=60, needs=50)


@pytest.fixture(scope="module")
def plan(district):
    return solve(score(district, as_of=DAY))


@pytest.fixture(scope="module")
def report(plan, district):
    return render_match_report(plan, district)


@pytest.fixture(scope="module")
def page(report):
    return Page(report)


def window(day):
    return Window(china_moment(dt.date(2024, 8, day), 540), china_moment(dt.date(2024, 8, day), 660))


def hostile_community(text):
    skills = (SkillClaim("理发"),)
    return Community(
        grids=(Grid(grid_id="G-1", street=text, community=text, name=text),),
        units=(Unit(partner_id="U-1", name=text, community=text, skills=skills, offer=text, contact=text),),
        community_partners=(CommunityPartner(partner_id="C-1", name=text, skills=skills, note=text),),
        volunteers=(Volunteer(partner_id="V-1", name=text, community=text, skills=skills, household=text),),
        needs=(
            Need(need_id="N-1", description=text, community=text, grid=text, skills=skills, windows=(window(3),)),
            Need(need_id="N-2", description=text, skills=(SkillClaim("持证焊工"),), note=text, place=text),
            Need(need_id="N-3", description=text, community=text, skills=skills, people_min=9, people_max=9),
        ),
    )


def test_headline_figures_are_those_of_the_plan(plan, page):
    table = plan.coverage_table(language="en")
    figures = [text for tag, text in page.texts if tag == "b"][:6]
    hours = sum(each.hours for each in plan.assignments)
    expected = [table["met"].sum(), table["partial"].sum(), table["unmet"].sum()]
    expected += [plan.load_table().shape[0], f"{hours:g}", "0%"]
    assert figures == [str(value) for value in expected]


def test_every_pair_of_the_plan_stands_in_the_table_with_its_score_and_reason(plan, page):
    cells = [text for tag, text in page.texts if tag in {"td", "span"}]
    shown = re.findall(r"0\.\d{3}|1\.000", " ".join(text for tag, text in page.texts if tag == "td"))
    for each in plan.assignments:
        assert f"{each.score:.3f}" in shown
        assert each.reason in cells
    lines = [attrs for tag, attrs in page.elements if tag == "tr" and attrs.get("class") == "line"]
    assert len(lines) == len(plan.assignments)


def test_needs_are_grouped_with_their_status(plan, page):
    groups = [attrs for tag, attrs in page.elements if tag == "tbody" and "data-status" in attrs]
    table = plan.coverage_table(language="en")
    assert len(groups) == table["needs"].sum()
    for status in ("met", "partial", "unmet"):
        assert sum(group["data-status"] == status for group in groups) == table[status].sum()


def test_every_unmet_need_stands_with_its_reason(plan, page):
    cells = [text for _, text in page.texts]
    assert plan.unmet
    for each in plan.unmet:
        assert sum(each.reason in text for text in cells) >= 2  # in the table of what is lacking and at the need


@pytest.mark.parametrize("language", ["zh", "en"])
def test_needs_that_compete_for_the_same_people_stand_in_the_report(language):
    wishes = tuple(
        Need(need_id=f"N-{k}", description="理发", skills=(SkillClaim("理发"),), windows=(window(3),))
        for k in (1, 2, 3)
    )
    barber = Volunteer(partner_id="V-1", name="张师傅", skills=(SkillClaim("理发"),))
    community = Community(needs=wishes, volunteers=(barber,))
    plan = solve(score(community, as_of=DAY))
    (row,) = list_bottlenecks(plan, language=language)
    page = Page(render_match_report(plan, community, language=language))
    assert [text for _, text in page.texts].count(row.sentence) == 1
    assert "N-1、N-2、N-3" in [text for _, text in page.texts]


def test_the_proof_and_the_weights_are_those_of_the_plan(plan, report):
    for row in plan.proof_table().itertuples(index=False):
        assert str(row[0]).removeprefix("权重·") in report
    assert plan.plan_id in report
    assert plan.fingerprint in report
    for row in plan.candidates.weights.rows:
        assert f"{row.weight:.1%}" in report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_in_the_page_reaches_outside(plan, district, language):
    source = render_match_report(plan, district, language=language)
    page = Page(source)
    links = page.attributes(
        "href", "src", "action", "srcset", "poster", "data", "xlink:href", "formaction", "background"
    )
    assert {link for link in links if not link.startswith("#")} == {"data:,"}
    assert set(re.findall(r"https?://[^\"'\s<>]+", source)) == {"http://www.w3.org/2000/svg"}
    style = "".join(text for tag, text in page.texts if tag == "style")
    assert not re.search(r"url\(|@import|expression\(", style)
    script = "".join(text for tag, text in page.texts if tag == "script")
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|sendBeacon|import\(|eval|innerHTML|document\.write", script)


def test_the_content_policy_allows_the_pages_own_style_and_script_and_nothing_else(page):
    policy = next(
        attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        text = "".join(data for inside, data in page.texts if inside == tag)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert page.attributes("style") == []  # an inline style would be refused by that policy


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "text", [HOSTILE, "长" * 2000, "👨‍👩‍👧‍👦" * 50, "\u202eevil\u2066", "محمد", "a" * 1999, "{% raw %}", " "]
)
def test_hostile_words_in_every_field_are_shown_and_do_nothing(text, language):
    community = hostile_community(text)
    plan = solve(score(community, as_of=DAY))
    page = Page(render_match_report(plan, community, language=language))
    tags = {tag for tag, _ in page.elements}
    assert "img" not in tags
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    words = "".join(data for inside, data in page.texts if inside not in {"script", "style"})
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", words)
    assert "49" not in re.findall(r"\d+", words) or "{{" not in text
    if text == HOSTILE:
        assert "<script>alert(1)</script>" in words
        assert "{{ 7*7 }}" in words


def test_phones_and_id_numbers_are_masked_wherever_people_wrote_them():
    phone, number = "138" + "00001234", "410" + "502" + "19900101" + "123" + "X"
    text = f"找老王 {phone}，身份证 {number}，座机 0372-{'29' * 4}"
    community = hostile_community(text)
    volunteers = (dataclasses.replace(community.volunteers[0], phone=phone, id_number=number),)
    community = community.replace(volunteers=volunteers)
    plan = solve(score(community, as_of=DAY))
    source = render_match_report(plan, community)
    assert find_personal(source) == ()
    assert "29292929" not in source
    assert "138****1234" in source


def test_the_sample_gives_no_phone_away(report, district):
    phones = {partner.phone for partner in district.partners if partner.phone}
    assert phones
    assert not [phone for phone in phones if phone in report]


def test_phones_are_shown_when_asked_for_by_name_and_the_page_says_so(plan, district):
    source = render_match_report(plan, district, show_phones=True)
    placed = {partner_id for _, partner_id in plan.pairs}
    shown = {p.phone for p in district.partners if p.phone and p.phone in source}
    assert shown == {p.phone for p in district.partners if p.phone and p.partner_id in placed}
    assert "本报告显示联系电话" in source


def test_a_person_who_withdrew_consent_is_not_in_the_report(district):
    someone = dataclasses.replace(district.volunteers[0], consent=False, name="已撤回者")
    community = district.replace(volunteers=(someone, *district.volunteers[1:]))
    plan = solve(score(community, as_of=DAY))
    source = render_match_report(plan, community)
    assert "已撤回者" not in source
    assert f">{someone.partner_id}<" not in source


def test_problems_of_the_data_are_counted(district):
    problems = [
        CellProblem(file="a.xlsx", sheet="需求", cell=f"C{at}", rule="x", value="", severity=Severity.WARNING)
        for at in range(3)
    ]
    community = dataclasses.replace(district, problems=tuple(problems))
    plan = solve(score(community, as_of=DAY))
    source = render_match_report(plan, community)
    assert "3 处需要核对" in source
    assert "已载入，请核对" in source


def test_decisions_and_warnings_of_people_are_shown(plan, district):
    override = Override(action="pin", need_id="N-001", partner_id="V-001", by="周主任", reason="老人点名")
    changed = dataclasses.replace(plan, overrides=(override,), warnings=("N-001 与 V-001 请核对",))
    page = Page(render_match_report(changed, district))
    texts = [text for _, text in page.texts]
    assert {"指定", "周主任", "老人点名", "N-001 与 V-001 请核对"} <= set(texts)


def test_a_gap_that_is_not_closed_is_stated(plan, district):
    proof = dataclasses.replace(plan.proof, gap=0.0123, bound=plan.proof.total * 1.0123)
    source = render_match_report(dataclasses.replace(plan, proof=proof), district)
    assert "1.23%" in source
    assert "没有更好的方案" not in source


def test_the_report_of_a_moment_names_the_time_in_china(district):
    moment = dt.datetime(2024, 7, 31, 1, 30, tzinfo=dt.UTC)
    plan = solve(score(district, as_of=moment))
    assert "数据截至 2024-07-31 09:30" in render_match_report(plan, district)


def test_an_empty_district_has_a_report():
    plan = solve(score(Community(), as_of=DAY))
    page = Page(render_match_report(plan, Community()))
    assert "没有匹配到人。" in [text for _, text in page.texts]


def test_a_report_on_another_community_is_refused(plan):
    with pytest.raises(CallError, match="the community that its plan was made on"):
        render_match_report(plan, Community())


def test_the_page_can_be_used_without_sight_or_script(page):
    assert page.elements[0] == ("html", {"lang": "zh-CN"})
    tables = [attrs for tag, attrs in page.elements if tag == "table"]
    heads = [attrs for tag, attrs in page.elements if tag == "th"]
    assert tables
    assert all("scope" in attrs for attrs in heads)
    pictures = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert all(attrs.get("role") == "img" or attrs.get("aria-hidden") == "true" for attrs in pictures)
    controls = next(attrs for tag, attrs in page.elements if attrs.get("class") == "controls")
    assert "hidden" in controls  # shown by the script, for without one they would do nothing
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert set(page.attributes("aria-labelledby")) <= set(ids)
    assert {link[1:] for link in page.attributes("href") if link.startswith("#")} <= set(ids)


def test_the_file_is_written_whole_and_is_the_same_to_the_byte(plan, district, tmp_path):
    first = write_match_report(plan, district, tmp_path / "out" / "报告.html")
    before = first.read_bytes()
    again = solve(score(district, as_of=DAY))
    second = write_match_report(again, district, str(tmp_path / "out" / "报告.html"))
    assert first == second
    assert second.read_bytes() == before
    assert [path.name for path in second.parent.iterdir()] == ["报告.html"]
    assert b"\r" not in before


def test_the_report_of_the_sample_district_is_small(tmp_path):
    district = make_district()
    plan = solve(score(district, as_of=DAY))
    path = write_match_report(plan, district, tmp_path / "a.html")
    assert path.stat().st_size < 3_000_000
