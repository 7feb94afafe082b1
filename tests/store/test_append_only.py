"""The database itself refuses to change what was kept, also to a program that is not this one."""

import sqlite3

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from matching.errors import StoreError
from matching.store import open_store
from matching.store.engine import reading
from matching.store.schema import store_schema, unique_columns
from postgres_server import new_database
from store.examples import WHO, district, later, plan_on, volunteer

FILLED = ["batches", "volunteers", "needs", "units", "services", "decisions", "plans", "row_orders"]


@pytest.fixture
def filled(store):
    community = district()
    store.import_community(community, **WHO)
    store.import_community(community.replace(volunteers=community.volunteers[::-1]), **later(1))
    store.import_community(community.replace(volunteers=(volunteer(1, name="改名"),)), **later(2))
    store.accept(plan_on(store), **later(3))
    return store


def count(store, table):
    with reading(store._engine) as connection:
        return connection.execute(select(func.count()).select_from(store_schema().metadata.tables[table])).scalar()


def change(store, statement):
    with store._engine.begin() as connection:
        connection.execute(text(statement))


def test_the_database_refuses_to_update_or_delete_a_row(filled):
    for table in FILLED:
        before = count(filled, table)
        assert before > 0, table
        column = store_schema().metadata.tables[table].columns.keys()[-1]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608  # names of our own tables
            with pytest.raises(DBAPIError, match=rf"{table} is append-only: (UPDATE|DELETE) is refused"):
                change(filled, statement)
        assert count(filled, table) == before
    assert filled.check() == ()


def test_a_plain_connection_to_the_file_can_replace_nothing_either(tmp_path):
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store:
        store.import_community(district(), **WHO)
    connection = sqlite3.connect(path)
    try:
        row = list(connection.execute("SELECT * FROM services WHERE row_seq = 1").fetchone())
        marks = ",".join("?" * len(row))
        for words, changed in (("same number", row), ("same key", [99, *row[1:]])):
            with pytest.raises(sqlite3.IntegrityError, match="services is append-only"):
                connection.execute(f"INSERT OR REPLACE INTO services VALUES ({marks})", changed)  # noqa: S608  # question marks
            assert words
        with pytest.raises(sqlite3.IntegrityError, match="services is append-only"):
            connection.execute(
                f"INSERT INTO services VALUES ({marks}) ON CONFLICT (record_id) DO UPDATE SET hours = 9",  # noqa: S608  # question marks
                [99, *row[1:]],
            )
        version = list(connection.execute("SELECT * FROM volunteers WHERE row_seq = 1").fetchone())
        with pytest.raises(sqlite3.IntegrityError, match="volunteers is append-only"):
            connection.execute(
                f"INSERT OR REPLACE INTO volunteers VALUES ({','.join('?' * len(version))})",  # noqa: S608  # question marks
                [99, *version[1:]],
            )
    finally:
        connection.close()


@pytest.mark.postgres
def test_postgresql_refuses_truncate_and_upsert_too():
    with new_database() as url, open_store(url, create=True) as store:
        store.import_community(district(), **WHO)
        with pytest.raises(DBAPIError, match="services is append-only: TRUNCATE is refused"):
            change(store, "TRUNCATE services")
        with pytest.raises(DBAPIError, match="services is append-only: UPDATE is refused"):
            change(
                store,
                "INSERT INTO services SELECT * FROM services ON CONFLICT (record_id) DO UPDATE SET hours = 9",
            )


def test_the_protected_keys_are_all_unique_constraints_of_each_table(store):
    for name, table in store_schema().metadata.tables.items():
        keys = unique_columns(table)
        assert keys[0] == list(table.primary_key.columns.keys()), name
        if store._engine.dialect.name != "sqlite":
            continue
        with reading(store._engine) as connection:
            source = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": f"{name}_refuse_replace"}
            ).scalar()
        for key in keys:
            assert all(f'NEW."{column}"' in source for column in key), f"{name}: {key} is not protected"


def test_a_missing_trigger_is_found(filled):
    assert filled.check() == ()
    names = {
        "sqlite": "DROP TRIGGER services_refuse_update",
        "postgresql": "DROP TRIGGER services_refuse_change ON services",
    }
    change(filled, names[filled._engine.dialect.name])
    assert "is missing, so that rows could be changed" in filled.check()[0]


@pytest.mark.postgres
def test_a_user_who_may_only_read_and_add_rows_can_use_a_store():
    with new_database() as url, open_store(url, create=True) as store:
        role = store._engine.url.query["options"].removeprefix("-csearch_path=") + "_clerk"
        change(store, f'CREATE ROLE "{role}"')
        try:
            change(store, f'GRANT USAGE ON SCHEMA "{role.removesuffix("_clerk")}" TO "{role}"')
            change(store, f'GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA "{role.removesuffix("_clerk")}" TO "{role}"')
            options = f"-csearch_path={role.removesuffix('_clerk')} -crole={role}"
            clerk_url = store._engine.url.update_query_dict({"options": options})
            with open_store(clerk_url.render_as_string(hide_password=False)) as clerk:
                clerk.import_community(district(), **WHO)
                clerk.accept(plan_on(clerk), **later(1))
                clerk.undo("P-1", **later(2))
                assert clerk.check() == ()
                with pytest.raises(DBAPIError, match="permission denied"):
                    change(clerk, "DELETE FROM services")
        finally:
            change(store, f'DROP OWNED BY "{role}"')
            change(store, f'DROP ROLE "{role}"')


def test_rows_that_went_missing_and_references_into_nothing_are_found(tmp_path):
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store:
        store.import_community(district(), **WHO)
        connection = sqlite3.connect(path)  # a program that does not ask for foreign keys to be checked
        connection.execute(
            "INSERT INTO services (row_seq, row_batch, record_id, partner_id, result)"
            " VALUES (9, 77, 'R-9', 'V-001', 'completed')"
        )
        connection.commit()
        connection.close()
        assert store.check() == (
            "services: row 9 refers to a batch that is not there",
            "services: 3 rows are numbered 1 to 9, so that some are missing",
        )


def test_damaged_pages_are_found_or_named(tmp_path):
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store:
        store.import_community(district(volunteers=400), **WHO)
    content = bytearray(path.read_bytes())
    at = content.find("志愿者200".encode())
    content[at - 3_000 : at + 3_000] = b"\xff" * 6_000
    path.write_bytes(bytes(content))
    with open_store(path) as store:
        try:
            found = " ".join(store.check())
        except StoreError as error:
            found = str(error)
    assert "SQLite: " in found or "malformed" in found
    with (
        open_store(path) as store,
        pytest.raises(StoreError, match=r"(malformed|does not equal|Restore the last backup)"),
    ):
        store.backup(tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()
