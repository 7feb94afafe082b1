import dataclasses
import shutil
import sqlite3
import textwrap
import threading

import pytest
from sqlalchemy import CheckConstraint, create_engine, inspect, text

from matching.errors import StoreError
from matching.records import ALL_REGISTERS, CellType, Record, Register, column
from matching.store import open_store
from matching.store.address import read_address
from matching.store.append_only import trigger_names, unprotect_table
from matching.store.draft import draft_step
from matching.store.engine import make_engine, reading, shaping
from matching.store.migrate import STEPS, known_revisions, migrate_up, read_revision
from matching.store.migrations import HEAD
from matching.store.opening import bring_up_to_date
from matching.store.schema import VERSION_TABLE, store_schema
from postgres_server import new_database
from store.examples import WHO, district

FIRST = "0001_registers_and_facts"


@pytest.fixture
def engine(url):
    made = make_engine(read_address(url))
    yield made
    made.dispose()


def shape_of(connection):
    """Everything about the tables that the database itself can tell."""
    found = inspect(connection)
    shape = {}
    for name in found.get_table_names():
        if name == VERSION_TABLE:
            continue
        shape[name] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted((u["name"], u["column_names"]) for u in found.get_unique_constraints(name)),
            "checks": sorted((c["name"], c["sqltext"]) for c in found.get_check_constraints(name)),
            "references": sorted(
                (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in found.get_foreign_keys(name)
            ),
        }
    return shape


def test_the_migrated_tables_are_those_that_the_records_want(engine):
    with shaping(engine) as connection:
        migrate_up(connection)
        migrated = shape_of(connection)
        for table in reversed(store_schema().metadata.sorted_tables):
            connection.execute(text(f'DROP TABLE "{table.name}"'))
        store_schema().metadata.create_all(connection)
        assert shape_of(connection) == migrated


def test_every_table_has_its_triggers(store):
    with reading(store._engine) as connection:
        if connection.dialect.name == "sqlite":
            there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
        else:
            there = set(
                connection.execute(
                    text(
                        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                        " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
                    )
                ).scalars()
            )
    wanted = [trigger_names(table, store._engine.dialect.name) for table in store_schema().metadata.tables]
    assert there == frozenset().union(*wanted)


def test_the_newest_step_is_the_one_that_opening_asks_for():
    assert known_revisions()[-1] == HEAD


def test_nothing_is_left_to_migrate():
    _, source = draft_step("next")
    assert source.rstrip().endswith("pass")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lecture(Record):
    lecture_id: str = column("讲座编号", "Lecture ID", CellType.CODE, key=True)
    hours: float | None = column("学时", "Hours", CellType.DECIMAL)


def test_a_new_register_is_noticed_and_drafted_as_a_step_that_runs(tmp_path):
    wanted = store_schema((*ALL_REGISTERS, Register("lectures", "讲座", "Lectures", Lecture)))
    steps = tmp_path / "steps"
    shutil.copytree(STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    name, source = draft_step("add lectures", steps=steps, metadata=wanted.metadata)
    assert name == f"m{len(known_revisions()) + 1:04d}_add_lectures.py"
    (steps / name).write_text(source, encoding="utf-8")
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            migrate_up(connection, steps=steps)
            migrated = shape_of(connection)
            triggers = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
            for table in reversed(wanted.metadata.sorted_tables):
                connection.execute(text(f'DROP TABLE "{table.name}"'))
            wanted.metadata.create_all(connection)
            assert shape_of(connection) == migrated
        assert trigger_names("lectures", "sqlite") <= triggers
    finally:
        engine.dispose()
    assert draft_step("more", steps=steps, metadata=wanted.metadata)[1].rstrip().endswith("pass")


def make_old_store(engine):
    """A store of the first version, with rows as that version wrote them."""
    with shaping(engine) as connection:
        migrate_up(connection, until=FIRST)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO batches VALUES (1, '2024-01-01 01:00:00.000000', '2024-01-01 01:00:00.000000', '周', 'import', NULL)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO volunteers (row_seq, row_batch, row_version, row_is_retired, partner_id, name, skills,"
                " available, languages, hours) VALUES (1, 1, 1, false, 'V-001', '周小梅', '[[\"修灯\",\"knows\"]]',"
                " '[[5,540,720]]', '[\"安阳话\"]', 6.5)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO services (row_seq, row_batch, record_id, partner_id, result, date)"
                " VALUES (1, 1, 'R-1', 'V-001', 'completed', '2023-12-30')"
            )
        )


def test_a_store_of_the_first_version_is_refused_with_the_command_and_migrates_with_its_data(engine, url):
    make_old_store(engine)
    with pytest.raises(StoreError, match=rf"older version \({FIRST}, now {HEAD}\).*matching init .* --migrate"):
        open_store(url)
    with open_store(url, migrate=True) as store:
        community = store.load_community()
        assert community.volunteers[0].name == "周小梅"
        assert str(community.volunteers[0].available[0]) == "周六 09:00-12:00"
        assert community.volunteers[0].hours == 6.5
        assert community.services[0].result == "completed"
        assert store.batches()[0].recorded_at.isoformat() == "2024-01-01T09:00:00+08:00"
        assert store.check() == ()
        assert store.import_community(community, **WHO).batch_id is None
    with open_store(url) as store:
        assert store.load_community() == community


def test_creating_where_an_older_store_is_does_not_migrate_it(engine, url):
    make_old_store(engine)
    with pytest.raises(StoreError, match=r"older version"):
        open_store(url, create=True)


def test_a_store_of_a_newer_version_is_refused_whatever_is_asked(store, url):
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE store_version SET version_num = '9999_from_the_future'"))
    for options in ({}, {"migrate": True}, {"create": True}):
        with pytest.raises(StoreError, match=r"(newer version|not known here)"):
            open_store(url, **options)


FAILING = '''
"""Fails half way."""

import sqlalchemy as sa
from alembic import op

revision = "9000_fails"
down_revision = "{previous}"


def upgrade() -> None:
    """Fail after something was done."""
    op.add_column("volunteers", sa.Column("hobby", sa.Text()))
    op.execute("DROP TABLE plans")
    op.execute("SELECT nonsense FROM nowhere")
'''


def test_a_step_that_fails_leaves_the_store_as_it_was(store, tmp_path):
    community = district()
    store.import_community(community, **WHO)
    steps = tmp_path / "steps"
    shutil.copytree(STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    (steps / "m9000_fails.py").write_text(textwrap.dedent(FAILING.format(previous=HEAD)), encoding="utf-8")
    with reading(store._engine) as connection:
        before = shape_of(connection)
    with pytest.raises(StoreError, match=r"nowhere"), shaping(store._engine) as connection:
        migrate_up(connection, steps=steps)
    with reading(store._engine) as connection:
        assert shape_of(connection) == before
        assert read_revision(connection) == HEAD
    assert store.load_community() == community
    assert store.check() == ()


def test_a_step_that_would_leave_rows_without_their_batch_is_refused(tmp_path):
    with open_store(tmp_path / "district.db", create=True) as store:
        store.import_community(district(), **WHO)

        def empty_batches():
            with shaping(store._engine) as connection:
                unprotect_table(connection, "batches")
                connection.execute(text("DELETE FROM batches"))

        with pytest.raises(StoreError, match=r"refer to a batch that is not there; nothing was changed"):
            empty_batches()
        assert store.check() == ()


WIDENING = '''
"""Allows one more result of a service."""

from alembic import op

from matching.store.append_only import protect_table, unprotect_table

revision = "9000_widens"
down_revision = "{previous}"


def upgrade() -> None:
    """Rebuild the table with another check."""
    unprotect_table(op.get_bind(), "services")
    with op.batch_alter_table("services") as table:
        table.drop_constraint("ck_services_result", type_="check")
        table.create_check_constraint("ck_services_result", "result IN ('completed', 'postponed')")
    protect_table(op.get_bind(), "services", [["row_seq"], ["record_id"]])
'''


def test_a_table_can_be_rebuilt_with_its_rows_its_rules_and_its_triggers(store, tmp_path):
    store.import_community(district(), **WHO)
    steps = tmp_path / "steps"
    shutil.copytree(STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    (steps / "m9000_widens.py").write_text(textwrap.dedent(WIDENING.format(previous=HEAD)), encoding="utf-8")
    with reading(store._engine) as connection:
        before = shape_of(connection)
    with shaping(store._engine) as connection:
        migrate_up(connection, steps=steps)
    with reading(store._engine) as connection:
        after = shape_of(connection)
    checks = dict(after["services"].pop("checks"))
    assert "postponed" in checks.pop("ck_services_result")
    assert checks.items() <= dict(before["services"].pop("checks")).items()
    assert after == before
    assert store.load_community() == district()
    assert store.check() == ()


def test_two_programs_that_create_a_store_at_once_make_one(url):
    failures = []

    def create():
        try:
            open_store(url, create=True).close()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_store(url) as store:
        assert store.check() == ()


def test_a_file_of_another_program_is_not_written_to(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"tables of another program: customers"):
        open_store(path, create=True)
    with pytest.raises(StoreError, match=r"There is no store at"):
        open_store(path)
    assert inspect_names(path) == ["customers"]
    assert before[:16] == path.read_bytes()[:16]


def inspect_names(path):
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    finally:
        connection.close()


@pytest.mark.postgres
def test_a_database_with_other_tables_is_shared_unless_their_names_are_taken(engine_of_postgres):
    with engine_of_postgres.begin() as connection:
        connection.execute(text("CREATE TABLE customers (name TEXT)"))
    bring_up_to_date(engine_of_postgres)
    with reading(engine_of_postgres) as connection:
        assert read_revision(connection) == HEAD


@pytest.mark.postgres
def test_a_database_in_which_a_name_is_taken_is_refused(engine_of_postgres):
    with engine_of_postgres.begin() as connection:
        connection.execute(text("CREATE TABLE needs (name TEXT)"))
    with pytest.raises(StoreError, match=r"tables of another program: needs"):
        bring_up_to_date(engine_of_postgres)


@pytest.fixture
def engine_of_postgres():
    with new_database() as address:
        made = make_engine(read_address(address))
        yield made
        made.dispose()


def test_the_checks_of_a_choice_name_all_its_values():
    for home in ALL_REGISTERS:
        table = store_schema().table(home)
        checks = {each.name: str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint)}
        for each in home.columns:
            if each.cell_type is CellType.CHOICE:
                assert all(f"'{value.value}'" in checks[f"ck_{home.name}_{each.name}"] for value in each.choices)
