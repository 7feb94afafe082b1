import shutil
import sqlite3
import stat

import pytest

from matching.errors import StoreError
from matching.store import open_store, restore
from matching.store.address import read_address
from matching.store.append_only import trigger_names
from matching.store.engine import make_engine, shaping
from matching.store.migrate import migrate_up
from matching.store.opening import MANIFEST
from postgres_server import new_database
from store.examples import AT, WHO, district, later, plan_on, service, volunteer


@pytest.fixture
def filled(store):
    community = district()
    store.import_community(community, **WHO)
    store.accept(plan_on(store), **later(1))
    store.undo("P-1", pairs=[("N-001", "V-001")], **later(2))
    store.withdraw_consent("V-003", **later(3))
    store.import_community(community.replace(volunteers=community.volunteers[::-1]), **later(4))
    store.import_community(community.replace(volunteers=(volunteer(1, name="改名", hours=0.1 + 0.2),)), **later(5))
    return store


@pytest.fixture
def copy(filled, tmp_path):
    path = tmp_path / "backup.db"
    filled.backup(path)
    return path


def everything(store):
    moments = [AT, *(later(minutes)["at"] for minutes in range(1, 6))]
    return (
        [store.load_community(as_of=moment) for moment in (*moments, None)],
        store.batches(),
        store.plans(),
        [store.load_plan(each.plan_id) for each in store.plans()],
    )


def test_a_backup_is_a_store_that_can_be_read_and_not_written(filled, copy):
    with open_store(copy) as opened:
        assert everything(opened) == everything(filled)
        assert opened.check() == ()
        with pytest.raises(StoreError, match=r"may only be read"):
            opened.append([service(9)], **WHO)
        with pytest.raises(StoreError, match=r"may only be read"):
            opened.import_community(district(), **later(9))


def test_a_restored_store_holds_everything_and_goes_on(filled, copy, tmp_path):
    target = tmp_path / "restored.db"
    summary = restore(copy, target)
    assert summary.kept_aside is None
    assert "校验值" in summary.text(is_restore=True)
    with open_store(target) as restored:
        assert everything(restored) == everything(filled)
        assert restored.check() == ()
        restored.append([service(9)], **later(9))
        assert len(restored.load_community().services) == 3


def test_backup_and_restore_agree_on_a_digest_on_every_database(filled, copy, tmp_path):
    first = filled.backup(tmp_path / "again.db")
    second = restore(copy, tmp_path / "restored.db")
    assert (first.rows, first.digest) == (second.rows, second.digest)
    with open_store(tmp_path / "restored.db") as restored:
        assert restored.backup(tmp_path / "third.db").digest == first.digest


@pytest.mark.postgres
def test_a_store_moves_from_a_file_to_postgresql_and_back(tmp_path, empty_file):
    path = tmp_path / "district.db"
    shutil.copyfile(empty_file, path)
    with open_store(path) as store:
        store.import_community(district(), **WHO)
        store.accept(plan_on(store), **later(1))
        first = store.backup(tmp_path / "one.db")
        held = everything(store)
    with new_database() as url:
        restore(tmp_path / "one.db", url)
        with open_store(url) as store:
            assert everything(store) == held
            assert store.check() == ()
            assert store.backup(tmp_path / "two.db").digest == first.digest
    restore(tmp_path / "two.db", tmp_path / "back.db")
    with open_store(tmp_path / "back.db") as store:
        assert everything(store) == held


def test_a_file_that_is_there_is_not_overwritten_unless_asked(filled, copy):
    before = copy.read_bytes()
    with pytest.raises(StoreError, match=r"backup.db is there already"):
        filled.backup(copy)
    assert copy.read_bytes() == before
    filled.append([service(9)], **later(9))
    filled.backup(copy, overwrite=True)
    with open_store(copy) as opened:
        assert len(opened.load_community().services) == 3
    assert not list(copy.parent.glob("*.partial*"))


def test_the_store_itself_is_no_place_for_its_backup(tmp_path):
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store, pytest.raises(StoreError, match=r"is the store itself"):
        store.backup(path, overwrite=True)


def test_a_folder_that_is_not_there_is_named(filled, tmp_path):
    with pytest.raises(StoreError, match=r"cannot be made: No such file"):
        filled.backup(tmp_path / "nowhere" / "backup.db")


def test_residents_data_are_for_their_owner_alone(copy, tmp_path):
    restore(copy, tmp_path / "restored.db")
    for path in (copy, tmp_path / "restored.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_store_that_holds_something_is_not_restored_over_unless_asked(filled, copy, url):
    filled.append([service(9)], **later(9))
    held = everything(filled)
    with pytest.raises(StoreError, match=r"holds 7 batches already. Name another place, or ask to overwrite"):
        restore(copy, url)
    assert everything(filled) == held


def test_what_was_there_before_is_kept_aside(filled, copy, url):
    old = everything(filled)
    filled.append([service(9)], **later(9))
    held = everything(filled)
    summary = restore(copy, url, overwrite=True)
    assert str(summary.kept_aside) in summary.text(is_restore=True, language="en")
    assert everything(filled) == old  # also through a store that was open all the while
    assert filled.check() == ()
    with open_store(summary.kept_aside) as aside:
        assert everything(aside) == held
    filled.append([service(10)], **later(10))
    again = restore(copy, url, overwrite=True)
    assert again.kept_aside != summary.kept_aside


def flip(path, needle):
    content = bytearray(path.read_bytes())
    at = content.find(needle)
    assert at > 0
    content[at] ^= 1
    path.write_bytes(bytes(content))


def test_a_backup_in_which_one_letter_changed_is_refused(copy, tmp_path):
    flip(copy, "供电所".encode())
    with pytest.raises(StoreError, match=r"is damaged and was not restored: table units is not as it was written"):
        restore(copy, tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_that_was_cut_off_is_refused(copy, tmp_path):
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match=r"(damaged|malformed|disk image)"):
        restore(copy, tmp_path / "restored.db")


def test_a_backup_to_which_something_was_added_is_refused(copy, tmp_path):
    connection = sqlite3.connect(copy)
    connection.execute(
        "INSERT INTO batches SELECT batch_id + 1, recorded_at, stated_at, '他', what, reason FROM batches ORDER BY batch_id DESC LIMIT 1"
    )
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"table batches is not as it was written"):
        restore(copy, tmp_path / "restored.db")


def test_what_is_no_backup_is_refused(tmp_path, empty_file):
    with pytest.raises(StoreError, match=r"There is no backup at"):
        restore(tmp_path / "nothing.db", tmp_path / "restored.db")
    with pytest.raises(StoreError, match=r"is no backup: it holds no checksums"):
        restore(empty_file, tmp_path / "restored.db")
    (tmp_path / "letter.db").write_text("亲爱的居民朋友" * 500, encoding="utf-8")
    with pytest.raises(StoreError, match=r"file is not a database"):
        restore(tmp_path / "letter.db", tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_is_not_restored_over_itself_or_over_another(copy, tmp_path):
    with pytest.raises(StoreError, match=r"is the backup itself"):
        restore(copy, copy, overwrite=True)
    shutil.copyfile(copy, tmp_path / "other.db")
    with pytest.raises(StoreError, match=r"other.db is a backup. Name another file"):
        restore(copy, tmp_path / "other.db", overwrite=True)


def test_a_damaged_store_is_replaced_and_kept_aside_as_it_is(copy, tmp_path):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    with pytest.raises(StoreError):  # which of SQLite's words is met depends on its version
        restore(copy, broken)
    summary = restore(copy, broken, overwrite=True)
    assert summary.kept_aside.read_bytes()[16:] == b"\xff" * 5_000
    with open_store(broken) as restored:
        assert restored.check() == ()
        assert len(restored.load_community().services) == 2


def test_a_restore_that_fails_half_way_leaves_the_old_store(filled, copy, url, monkeypatch, tmp_path):
    from matching.store import backup

    filled.append([service(9)], **later(9))
    held = everything(filled)
    copy_tables, calls = backup.copy_tables, []

    def fail_late(*given):
        copy_tables(*given)
        calls.append(given)
        if len(calls) == 2:  # the first call keeps the old store aside
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "copy_tables", fail_late)
    with pytest.raises(OSError, match=r"No space left"):
        restore(copy, url, overwrite=True)
    assert len(calls) == 2
    assert everything(filled) == held
    assert filled.check() == ()
    assert not list(tmp_path.glob("*before-restore*"))


def test_a_backup_that_cannot_be_finished_leaves_no_file(filled, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matching.store.backup.copy_tables", fail)
    with pytest.raises(StoreError, match=r"No space left on device"):
        filled.backup(tmp_path / "late.db")
    assert not list(tmp_path.glob("late*"))


def test_a_write_between_keeping_aside_and_replacing_is_not_lost(filled, copy, url, monkeypatch):
    from matching.store import backup

    keep_aside = backup._keep_aside

    def keep_aside_and_write(*given, **options):
        kept = keep_aside(*given, **options)
        filled.append([service(99)], **later(20))
        return kept

    monkeypatch.setattr(backup, "_keep_aside", keep_aside_and_write)
    with pytest.raises(StoreError, match=r"Somebody wrote to the store meanwhile; nothing was changed"):
        restore(copy, url, overwrite=True)
    assert "R-0099" in [each.record_id for each in filled.load_community().services]


def test_a_copy_that_differs_from_the_store_is_not_handed_over(filled, tmp_path, monkeypatch):
    from matching.store import backup

    def copy_less(source, target, schema):
        backup_copy(source, target, schema)
        for name in trigger_names("services", "sqlite"):
            target.exec_driver_sql(f"DROP TRIGGER {name}")
        target.exec_driver_sql("UPDATE services SET hours = 9")

    backup_copy = backup.copy_tables
    monkeypatch.setattr(backup, "copy_tables", copy_less)
    with pytest.raises(StoreError, match=r"does not equal the store"):
        filled.backup(tmp_path / "late.db")
    assert not list(tmp_path.glob("late*"))


def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(tmp_path):
    path = tmp_path / "old.db"
    engine = make_engine(read_address(path))
    with shaping(engine) as connection:
        migrate_up(connection, until="0001_registers_and_facts")
        connection.exec_driver_sql(
            "INSERT INTO batches VALUES (1, '2024-01-01 01:00:00.000000', '2024-01-01 01:00:00.000000', '周', 'import', NULL)"
        )
        connection.exec_driver_sql(
            "INSERT INTO grids (row_seq, row_batch, row_version, row_is_retired, grid_id, street, community) VALUES (1, 1, 1, 0, 'G-1', '灯塔路街道', '光耀路社区')"
        )
        from matching.store.copying import digest_file

        connection.exec_driver_sql(
            f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest TEXT NOT NULL)"
        )
        for name, (rows, digest) in digest_file(connection, but=MANIFEST).items():
            connection.exec_driver_sql("INSERT INTO backup_manifest VALUES (?, ?, ?)", (name, rows, digest))
    engine.dispose()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"is a backup of another version \(0001_.*\). Restore it to open it"):
        open_store(path)
    restore(path, tmp_path / "new.db")
    assert path.read_bytes() == before
    with open_store(tmp_path / "new.db") as store:
        assert store.load_community().grids[0].community == "光耀路社区"
        assert store.check() == ()


def test_a_backup_of_a_newer_version_is_refused(copy, tmp_path):
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE store_version SET version_num = '9999_future'")
    connection.execute(f"DROP TABLE {MANIFEST}")
    connection.execute(f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest TEXT NOT NULL)")
    connection.commit()
    from sqlalchemy import create_engine

    from matching.store.copying import digest_file

    engine = create_engine(f"sqlite:///{copy}")
    with engine.connect() as reading_it:
        sums = digest_file(reading_it, but=MANIFEST)
    engine.dispose()
    connection.executemany(
        "INSERT INTO backup_manifest VALUES (?, ?, ?)", [(name, *each) for name, each in sums.items()]
    )
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"newer version of this program \(9999_future\)"):
        restore(copy, tmp_path / "restored.db")
