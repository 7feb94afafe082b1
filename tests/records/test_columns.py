"""Record classes say all that files, forms and the store need."""

import dataclasses

import pytest

from matching.errors import UnknownNameError
from matching.records import ALL_REGISTERS, DISPATCH, GROUPS, CellType, columns_of, register

ALL = (*ALL_REGISTERS, DISPATCH)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_every_field_of_a_record_is_a_column_with_both_headers(each):
    names = [field.name for field in dataclasses.fields(each.record)]
    assert [column.name for column in each.columns] == names
    assert all(column.header and column.english for column in each.columns)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_headers_and_aliases_of_one_register_never_collide(each):
    seen = {}
    for column in each.columns:
        for word in {column.header, column.english, *column.aliases}:
            assert word not in seen, f"{word} stands for {seen.get(word)} and {column.name}"
            seen[word] = column.name


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_the_key_is_a_required_code(each):
    key = each.column(each.key)
    assert key.required
    assert key.cell_type is CellType.CODE


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_choice_names_its_list_and_nothing_else_does(each):
    for column in each.columns:
        assert (column.choices is not None) == (column.cell_type in {CellType.CHOICE, CellType.CHOICES}), column.name


def test_references_point_at_registers_that_exist():
    names = {each.name for each in ALL_REGISTERS} | set(GROUPS)
    assert {column.refers_to for each in ALL for column in each.columns if column.refers_to} <= names


def test_columns_of_a_subclass_begin_with_those_of_its_base():
    volunteers = register("volunteers")
    assert [c.name for c in columns_of(volunteers.record)][:2] == ["partner_id", "name"]


def test_an_unknown_register_or_column_is_refused_with_those_that_exist():
    with pytest.raises(UnknownNameError, match="volunteers"):
        register("voluntears")
    with pytest.raises(UnknownNameError, match="partner_id"):
        register("units").column("nome")
