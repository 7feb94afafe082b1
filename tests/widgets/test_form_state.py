"""An entry form as values: whatever happens in whatever order, a draft is kept at most once."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError, ChangedFactError, StoreError, UnknownNameError
from matching.records import register
from matching.widgets.form import EntryForm
from matching.widgets.form_state import (
    FormSpec,
    Phase,
    SheetRow,
    ask_to_save,
    mark_saved,
    shown_problems,
    start_form,
    take_draft,
    type_text,
)
from matching.widgets.form_view import describe_form, form_text, kept_fields, show_state

SPEC = FormSpec(
    name="service", register=register("services"), prefix="R", fields=("partner_id", "date", "result", "hours", "note"),
    picks={"partner_id": {"V-001": "王芳 V-001", "V-002": "李娜 V-002"}},
)  # fmt: skip
SHEET = FormSpec(
    name="sheet", register=register("services"), prefix="R", fields=("date", "result"), row_fields=("hours", "note"),
    rows=tuple(SheetRow(f"V-00{n}", f"志愿者{n}", fixed={"partner_id": f"V-00{n}"}) for n in (1, 2, 3)),
)  # fmt: skip
WHEN = dt.datetime(2024, 7, 31, 9, tzinfo=dt.UTC)


class Shelf:
    """Keeps facts as a store does: each once, never changed; may be told to fail."""

    def __init__(self):
        self.facts = {}
        self.is_down = False

    def append(self, facts, *, by, at):
        assert (by, at) == ("周", WHEN)
        if self.is_down:
            raise StoreError("the disk is full")
        given = {fact.record_id: fact for fact in facts}
        if differing := tuple(key for key, fact in given.items() if self.facts.get(key, fact) != fact):
            raise ChangedFactError("facts are never changed", keys=differing)
        new = [key for key in given if key not in self.facts]
        self.facts |= given
        return type("Done", (), {"added": tuple(new), "known": tuple(set(given) - set(new))})()


def open_form(shelf, spec=SPEC, tokens=("T1", "T2", "T3")):
    names = iter(tokens)
    return EntryForm(spec, shelf, by="周", now=lambda: WHEN, tokens=lambda: next(names))


def fill(form):
    return form.type("partner_id", "李娜").type("result", "完成").type("hours", "2")


def test_nothing_is_pointed_out_before_saving_was_asked_for():
    state = start_form(SPEC, "T1")
    assert shown_problems(SPEC, state) == {}
    tried, facts = ask_to_save(SPEC, state)
    assert facts == ()
    assert set(shown_problems(SPEC, tried)) == {("", "partner_id"), ("", "result")}


def test_saving_twice_keeps_one_and_says_which():
    shelf = Shelf()
    form = fill(open_form(shelf))
    assert form.save() == form.save() == ("R-T1",)
    assert list(shelf.facts) == ["R-T1"]
    assert "已保存 1 条（R-T1）" in str(form)


def test_a_saved_form_can_no_longer_be_typed_in():
    form = fill(open_form(Shelf()))
    form.save()
    assert form.type("hours", "9").state.shared["hours"] == "2"


def test_a_draft_that_comes_back_after_it_was_saved_is_kept_once():
    shelf = Shelf()
    form = fill(open_form(shelf))
    draft = form.view
    form.save()
    later = open_form(shelf, tokens=("T9",))
    later._hear(None, {"kind": "restore", "token": draft["token"], "shared": draft["shared"], "rows": {}}, None)
    assert later.save() == ("R-T1",)
    assert later.state.was_there
    assert len(shelf.facts) == 1


def test_the_same_token_with_other_words_is_a_conflict_that_goes_on_as_a_new_entry():
    shelf = Shelf()
    fill(open_form(shelf)).save()
    other = fill(open_form(shelf)).type("hours", "3")
    assert other.save() == ()
    assert other.state.phase is Phase.CONFLICT
    assert other.state.keys == ("R-T1",)
    assert other.renew().save() == ("R-T2",)
    assert {fact.hours for fact in shelf.facts.values()} == {2, 3}


def test_a_store_that_cannot_be_written_leaves_the_draft_and_says_why():
    shelf = Shelf()
    shelf.is_down = True
    form = fill(open_form(shelf))
    assert form.save() == ()
    assert "没有保存：the disk is full" in str(form)
    shelf.is_down = False
    assert form.save() == ("R-T1",)


def test_a_sheet_keeps_the_rows_that_are_filled_in():
    shelf = Shelf()
    form = (
        open_form(shelf, SHEET)
        .type("result", "完成")
        .type("hours", "1.5", row="V-001")
        .type("note", "迟到", row="V-003")
    )
    assert "2 行可以保存" in str(form)
    assert form.save() == ("R-T1-V-001", "R-T1-V-003")
    assert [fact.partner_id for fact in shelf.facts.values()] == ["V-001", "V-003"]


def test_a_sheet_with_no_row_filled_in_saves_nothing():
    form = open_form(Shelf(), SHEET).type("result", "完成")
    assert form.save() == ()
    assert "还没有填任何一行" in str(form)


def test_one_bad_row_keeps_the_whole_sheet_back():
    shelf = Shelf()
    form = (
        open_form(shelf, SHEET)
        .type("result", "完成")
        .type("hours", "1", row="V-001")
        .type("hours", "九十", row="V-002")
    )
    assert form.save() == ()
    assert not shelf.facts
    assert [(p["row"], p["field"]) for p in form.view["problems"]] == [("V-002", "hours")]


def test_whoever_watches_is_told_once():
    told = []
    form = fill(open_form(Shelf()))
    form.when_saved(told.append)
    form.save()
    form.save()
    assert told == [("R-T1",)]


def test_hostile_words_stay_words():
    words = "<script>alert(1)</script>\u202e" + "😀" * 2000
    shelf = Shelf()
    fill(open_form(shelf)).type("note", words).save()
    assert shelf.facts["R-T1"].note.startswith("<script>alert(1)</script>")


def test_what_a_browser_sends_is_judged():
    form = open_form(Shelf())
    for message in (
        {}, {"kind": "drop table"}, {"kind": "save", "token": "T1", "shared": [1], "rows": "x"},
        {"kind": "type", "token": "../..", "shared": {"note": "x"}}, {"kind": "type", "token": "T0", "shared": {"note": "x"}},
        {"kind": "type", "token": "T1", "shared": {"record_id": "R-9", "unknown": "x"}},
    ):  # fmt: skip
        form._hear(None, message, None)
    assert form.state.shared == {}
    assert (form.state.token, form.state.phase) == ("T1", Phase.DRAFT)


def test_phones_and_addresses_are_kept_in_no_draft():
    kept = kept_fields(FormSpec(name="v", register=register("volunteers"), fields=("name", "phone", "id_number")))
    assert "name" in kept
    assert not {"phone", "id_number"} & kept


def test_the_text_of_a_form_is_the_same_for_the_same_state():
    state = type_text(SPEC, start_form(SPEC, "T1"), "partner_id", "李娜")
    assert form_text(SPEC, state) == "【服务记录】草稿，还没有保存\n  合伙人编号：李娜"
    assert form_text(SPEC, state, language="en") == "【Service records】Draft, not saved\n  Partner：李娜"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_register_has_a_form(language):
    from matching.records import REGISTERS

    for each in REGISTERS:
        fields = tuple(column.name for column in each.columns if column.name != each.key)
        spec = FormSpec(name=each.name, register=each, fields=fields)
        drawn = describe_form(spec, language=language)
        assert all(field["label"] for field in drawn["fields"])
        assert show_state(spec, ask_to_save(spec, start_form(spec, "T"))[0], language=language)["status"]


def test_a_field_that_the_register_lacks_is_refused():
    with pytest.raises(UnknownNameError, match=r"no fields \['colour'\]"):
        FormSpec(name="x", register=register("services"), fields=("colour",))
    with pytest.raises(UnknownNameError, match="asks for no field 'place'"):
        type_text(SPEC, start_form(SPEC, "T"), "place", "x")
    with pytest.raises(UnknownNameError, match="has no row 'V-9'"):
        type_text(SHEET, start_form(SHEET, "T"), "hours", "1", row="V-9")
    with pytest.raises(CallError, match="names of their own"):
        FormSpec(
            name="x", register=register("services"), fields=(), row_fields=("hours",), rows=(SheetRow("a", "a"),) * 2
        )
    with pytest.raises(CallError, match="needs a token"):
        start_form(SPEC, " ")


def test_a_draft_of_what_was_saved_does_not_open_it_again():
    state = mark_saved(start_form(SPEC, "T1"), keys=("R-T1",))
    assert take_draft(SPEC, state, token=state.token, shared={"hours": "9"}) is state


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from(["partner_id", "result", "hours"]), st.sampled_from(["", "王芳", "V-002", "完成", "2", "x"])),
        st.just(("save",)), st.just(("fill",)), st.just(("down",)), st.just(("up",)), st.just(("restart",)), st.just(("late",)),
    ),
    max_size=25,
)  # fmt: skip


@given(EVENTS)
def test_any_sequence_of_events_keeps_a_draft_at_most_once(events):
    shelf = Shelf()
    form = open_form(shelf, tokens=("T1",))
    draft = form.view
    for name, *words in events:
        if name == "type":
            form.type(*words)
        elif name == "fill" and form.state.phase is Phase.DRAFT:
            fill(form)
        elif name == "save":
            form.save()
        elif name in {"down", "up"}:
            shelf.is_down = name == "down"
        elif name == "restart":
            # The kernel dies; the browser kept the last draft that it saw and hands it to the next kernel.
            form = open_form(shelf, tokens=("T1",))
            form._hear(None, {"kind": "restore", **draft}, None)
        elif name == "late":
            form._hear(None, {"kind": "save", **draft}, None)
        if form.state.phase is Phase.DRAFT:
            draft = form.view
        assert len(shelf.facts) <= 1
        assert form.state.phase is not Phase.SAVED or list(shelf.facts) == ["R-T1"]
