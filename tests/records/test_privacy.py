"""Nothing that looks like a phone or an ID number is shown."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.records import Personal, find_personal, mask_text, mask_value

digits = st.text("0123456789", min_size=9, max_size=9)
mobiles = st.builds(lambda second, rest: f"1{second}{rest}", st.sampled_from("3456789"), digits)
id_numbers = st.builds(
    lambda region, born, rest: f"{region}{born:%Y%m%d}{rest}",
    st.text("123456", min_size=6, max_size=6),
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)),
    st.from_regex(r"\A[0-9]{3}[0-9X]\Z"),
)
around = st.text(st.characters(exclude_categories=("Nd", "Cs")), max_size=20)


@given(around, st.one_of(mobiles, id_numbers), around)
def test_free_text_is_masked_wherever_a_number_stands(before, number, after):
    text = before + number + after
    assert find_personal(text) == (number,)
    assert find_personal(mask_text(text)) == ()
    assert number not in mask_text(text)


@given(st.one_of(mobiles, id_numbers))
def test_a_masked_column_keeps_too_little_to_call_or_identify(number):
    for personal in (Personal.PHONE, Personal.ID_NUMBER):
        masked = mask_value(number, personal)
        assert len(masked) == len(number)
        assert masked.count("*") >= 4
        assert find_personal(masked) == ()


@given(st.text(max_size=30))
def test_a_masked_value_of_any_length_never_shows_all_of_it(text):
    for personal in (Personal.PHONE, Personal.ID_NUMBER, Personal.ADDRESS):
        masked = mask_value(text, personal)
        hidden = [at for at, sign in enumerate(masked) if sign == "*"]
        assert hidden or not text
        # a value that comes with stars where the mask puts them is what it was: masked
        assert masked != text or all(text[at] == "*" for at in hidden)


@pytest.mark.parametrize(
    "written",
    [
        "13{}-0000-1234",
        "13{} 0000 1234",
        "+8613{}00001234",
        "+86 13{}00001234",
        "１３{}００００１２３４",
        "13{}—0000—1234",
    ],
)
def test_a_phone_is_masked_however_it_is_written(written):
    phone = written.format("8" if written.isascii() else "８")
    assert len(find_personal(f"电话{phone}。")) == 1
    assert find_personal(mask_text(f"电话{phone}。")) == ()


@pytest.mark.parametrize("parts", [("110101", "19900101", "123X"), ("１１０１０１", "１９９００１０１", "１２３Ｘ")])
@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_an_id_number_is_masked_however_it_is_written(parts, gap):
    assert len(find_personal(gap.join(parts))) == 1
    assert find_personal(mask_text(gap.join(parts))) == ()


def test_landlines_in_remarks_are_masked_too():
    assert "5551234" not in mask_text("请打 0372-5551234 找王主任")


def test_ordinary_numbers_are_left_alone():
    assert mask_text("3号楼2单元，2024-08-03，共12人，费用 1500 元") == "3号楼2单元，2024-08-03，共12人，费用 1500 元"
