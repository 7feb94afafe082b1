"""Words in two languages."""

import re
import string
import tomllib
from pathlib import Path

import pytest

import matching
from matching.errors import CallError, UnknownNameError
from matching.labels import LANGUAGES, label

LOCALE = sorted((Path(matching.__file__).parent / "locale").glob("*.toml"))


def entries(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict) and not set(value) <= set(LANGUAGES):
            yield from entries(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def placeholders(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("path", LOCALE, ids=lambda path: path.stem)
def test_every_key_has_words_in_both_languages_with_the_same_placeholders(path):
    found = list(entries(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert found
    for key, words in found:
        assert set(words) == set(LANGUAGES), key
        assert all(words.values()), key
        assert placeholders(words["zh"]) == placeholders(words["en"]), key


@pytest.mark.parametrize("path", LOCALE, ids=lambda path: path.stem)
def test_nothing_that_people_read_is_the_name_of_a_field(path):
    shown = dict(entries(tomllib.loads(path.read_text(encoding="utf-8"))))
    raw = {key: words["en"] for key, words in shown.items() if re.fullmatch(r"[a-z]+(_[a-z]+)+", words["en"].strip())}
    assert raw == {}


def test_every_rule_has_a_remedy():
    table = tomllib.loads((Path(matching.__file__).parent / "locale" / "records.toml").read_text(encoding="utf-8"))
    assert set(table["rule"]) == set(table["remedy"])


def test_a_label_fills_in_its_values():
    words = label("records.rule.least_above_most", language="en", least=3, most=2)
    assert words == "the least, 3, is above the most, 2"


def test_an_unknown_key_is_refused_by_name():
    with pytest.raises(UnknownNameError, match=r"'records\.no\.such'"):
        label("records.no.such")


def test_an_unknown_room_is_refused_by_name():
    with pytest.raises(UnknownNameError, match=r"'attic\.door'"):
        label("attic.door")


def test_an_unknown_language_is_refused():
    with pytest.raises(CallError, match="language must be one of"):
        label("records.flag.yes", language="fr")
