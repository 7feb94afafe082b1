"""Writes the first version of a migration: what the records want and the steps so far do not give.

Run ``python -m matching.store.draft "add training"`` after a record was changed, read what it wrote, and set ``HEAD``.
Tables and columns are found; a list of choices that grew is not, and the tests say so.
"""

import re
import sys
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateTableOp
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine

from matching.store.migrate import STEPS, known_revisions, migrate_up
from matching.store.schema import VERSION_TABLE, Moment, store_schema, unique_columns

_TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "{revision}"
down_revision = "{previous}"


def upgrade() -> None:
    """Take this step."""
    {body}
'''


def draft_step(words: str, *, steps: Path = STEPS, metadata: MetaData | None = None) -> tuple[str, str]:
    """Return the name and the source of the next migration.

    Parameters
    ----------
    words : str
        What it does, for its name.
    steps : Path
        Folder of the steps so far.
    metadata : MetaData, optional
        The tables wanted; by default those of the records.

    Returns
    -------
    name, source : str
        Name of the file, and what belongs into it once a person has read it.
    """
    wanted = metadata or store_schema().metadata
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            known = known_revisions(steps)
            if known:
                migrate_up(connection, steps=steps)
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            script = produce_migrations(context, wanted)
    finally:
        engine.dispose()
    if script.upgrade_ops is None:
        raise AssertionError
    slug = re.sub(r"\W+", "_", words.lower()).strip("_")
    revision = f"{len(known) + 1:04d}_{slug}"
    code = render_python_code(script.upgrade_ops, render_item=_render_item, migration_context=context)
    lines = [line.strip("\n") for line in code.splitlines() if not line.lstrip().startswith("#")]
    created = [each.table_name for each in script.upgrade_ops.ops if isinstance(each, CreateTableOp)]
    lines += [_protection(wanted.tables[name]) for name in created]
    source = _TEMPLATE.format(
        title=words.capitalize(),
        revision=revision,
        previous=known[-1] if known else None,
        body="\n".join(lines).strip(),
    )
    return f"m{revision}.py", source


def _protection(table: Table) -> str:
    return f"    protect_table(op.get_bind(), {table.name!r}, {unique_columns(table)!r})"


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # A step names no class of this package that may change later.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def main() -> None:
    """Write the draft beside the other steps."""
    name, source = draft_step(" ".join(sys.argv[1:]) or "next step")
    (STEPS / name).write_text(source, encoding="utf-8")
    sys.stdout.write(f"{name}: read it, run ruff format, and set HEAD in {STEPS.name}/__init__.py\n")


if __name__ == "__main__":
    main()
