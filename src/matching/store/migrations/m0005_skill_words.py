"""Skill words."""

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "0005_skill_words"
down_revision = "0004_drafts"


def upgrade() -> None:
    """Take this step."""
    op.create_table(
        "skill_words",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word_id", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.CheckConstraint("length(word_id) BETWEEN 1 AND 200", name="ck_skill_words_word_id_length"),
        sa.ForeignKeyConstraint(
            ["row_batch"],
            ["batches.batch_id"],
        ),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("word_id", name="uq_skill_words_word_id"),
    )
    protect_table(op.get_bind(), "skill_words", [["row_seq"], ["word_id"]])
