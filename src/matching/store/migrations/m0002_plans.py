"""Accepted plans, and the order in which rows were handed in."""

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "0002_plans"
down_revision = "0001_registers_and_facts"


def upgrade() -> None:
    """Create the tables of plans and of orders."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "plans",
        sa.Column("row_seq", whole, primary_key=True, autoincrement=False),
        sa.Column("row_batch", whole, sa.ForeignKey("batches.batch_id"), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("pair_count", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.UniqueConstraint("plan_id", name="uq_plans_plan_id"),
        sa.CheckConstraint("length(plan_id) BETWEEN 1 AND 200", name="ck_plans_plan_id_length"),
    )
    op.create_table(
        "row_orders",
        sa.Column("row_seq", whole, primary_key=True, autoincrement=False),
        sa.Column("row_batch", whole, sa.ForeignKey("batches.batch_id"), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
    )
    protect_table(op.get_bind(), "plans", [["row_seq"], ["plan_id"]])
    protect_table(op.get_bind(), "row_orders", [["row_seq"]])
