"""Drafts: what people are working on, by desk."""

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "0004_drafts"
down_revision = "0003_training"


def upgrade() -> None:
    """Create the table of drafts."""
    op.create_table(
        "drafts",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_seq"),
    )
    protect_table(op.get_bind(), "drafts", [["row_seq"]])
