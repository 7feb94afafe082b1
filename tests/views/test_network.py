"""The network: every pair is a line, few lines cross, nothing touches."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import Kind
from matching.views.network import ROW, Link, NeedNode, PartnerNode, network_chart

KINDS = list(Kind)
PAIRS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 11), st.booleans()), max_size=30, unique_by=lambda p: p[:2]
)


def district(pairs, needs=8, partners=12):
    left = [NeedNode(f"N-{at}", f"需求{at}", 1, 1, "met") for at in range(needs)]
    right = [PartnerNode(f"P-{at}", f"某{at}", KINDS[at % 4]) for at in range(partners)]
    return left, right, [Link(f"N-{need}", f"P-{partner}", 0.5, placed) for need, partner, placed in pairs]


def lines(svg):
    return [tuple(map(float, ends)) for ends in re.findall(r'd="M[\d.]+ ([\d.]+)C[\d. ]+ ([\d.]+)" fill="none"', svg)]


def heights(svg, pattern):
    return [float(y) for y in re.findall(rf'<text x="[\d.]+" y="([\d.]+)"[^>]*>{pattern}', svg)]


def crossings(ends):
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in itertools.combinations(ends, 2))


@given(PAIRS)
@settings(max_examples=50)
def test_every_link_is_a_line_and_rows_never_touch(pairs):
    svg = network_chart(*district(pairs), place="光耀路社区")
    ET.fromstring(svg)  # noqa: S314 - our own picture
    assert len(lines(svg)) == len(pairs)
    for column in (heights(svg, r"N-\d"), heights(svg, r"某\d+")):
        assert all(b - a >= ROW - 0.11 for a, b in itertools.pairwise(sorted(column)))


@given(PAIRS)
@settings(max_examples=25)
def test_the_same_network_is_the_same_picture_in_whatever_order_links_come(pairs):
    needs, partners, links = district(pairs)
    assert network_chart(needs, partners, links, place="x") == network_chart(needs, partners, links[::-1], place="x")


def test_a_network_without_need_of_crossings_has_none():
    pairs = [(need, partner, True) for need, partner in zip((5, 2, 7, 0), (0, 4, 8, 1), strict=True)]
    svg = network_chart(*district(pairs), place="x")
    assert crossings(lines(svg)) == 0


def test_ordering_leaves_far_fewer_crossings_than_the_order_of_the_sheet():
    pairs = [(need, (need * 5 + extra) % 12, True) for need in range(8) for extra in (0, 4)]
    ordered = crossings(lines(network_chart(*district(pairs), place="x")))
    plain = crossings([(need, KINDS.index(KINDS[p % 4]) * 12 + p) for need, p, _ in pairs])
    assert ordered < plain / 2


def test_the_status_of_a_need_is_told_by_figure_and_outline_too():
    needs = [NeedNode("N-1", "修灯", 2, 0, "unmet")]
    svg = network_chart(needs, [], [], place="x")
    assert "0/2" in svg
    assert svg.count("stroke-dasharray") == 3  # one in the legend of states, one in that of lines, one at the need


def test_needs_beyond_what_fits_are_counted_not_drawn():
    needs, partners, links = district([(7, 1, True)])
    svg = network_chart(needs, partners, links, place="x", most_needs=5)
    assert "另有 3 项需求未画出" in svg
    assert lines(svg) == []


def test_a_thousand_needs_make_a_picture_of_bounded_size():
    needs, partners, links = district([(at, at % 900, True) for at in range(1000)], needs=1000, partners=900)
    assert len(network_chart(needs, partners, links, place="x")) < 60_000


def test_a_link_to_nobody_is_refused():
    needs, partners, _ = district([])
    with pytest.raises(CallError, match="needs both of its ends; got 'N-1'–'P-99'"):
        network_chart(needs, partners, [Link("N-1", "P-99", 0.1, True)], place="x")


def test_words_are_english_when_asked_for():
    assert "proposed match" in network_chart(*district([(0, 0, True)]), place="x", language="en")
