"""The registers as dated versions, the facts as they are, and the batches in which both were written."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "0001_registers_and_facts"
down_revision = None


def upgrade() -> None:
    """Create the tables of batches, registers and facts."""
    op.create_table(
        "batches",
        sa.Column("batch_id", _whole(), primary_key=True, autoincrement=False),
        _typed("recorded_at", sa.DateTime(timezone=True), required=True),
        _typed("stated_at", sa.DateTime(timezone=True), required=True),
        _text("recorded_by", required=True),
        _text("what", required=True),
        _text("reason"),
    )
    protect_table(op.get_bind(), "batches", [["batch_id"]])
    _create_grids()
    _create_units()
    _create_specialists()
    _create_community_partners()
    _create_volunteers()
    _create_licences()
    _create_needs()
    _create_events()
    _create_blocks()
    _create_skills()
    _create_services()
    _create_decisions()
    _create_consents()
    _create_merges()
    _create_disclosures()


def _create_grids() -> None:
    _register_table(
        "grids",
        "grid_id",
        _text("grid_id", required=True),
        _text("street", required=True),
        _text("community", required=True),
        _text("name"),
        _text("worker"),
        _text("phone"),
        _typed("longitude", sa.Double()),
        _typed("latitude", sa.Double()),
        _typed("households", sa.BigInteger()),
    )


def _create_units() -> None:
    _register_table(
        "units",
        "partner_id",
        _text("partner_id", required=True),
        _text("name", required=True),
        _text("community"),
        _text("grid"),
        _text("phone"),
        _many("skills"),
        _text("offer"),
        _many("available"),
        _typed("hours", sa.Double()),
        _typed("most_needs", sa.BigInteger()),
        _flag("units", "is_insured"),
        _flag("units", "consent"),
        _text("note"),
        _text("unit_type"),
        _text("contact"),
        _typed("staff", sa.BigInteger()),
        _many("rooms"),
        _many("equipment"),
    )


def _create_specialists() -> None:
    _register_table(
        "specialists",
        "partner_id",
        _text("partner_id", required=True),
        _text("name", required=True),
        _text("community"),
        _text("grid"),
        _text("phone"),
        _many("skills"),
        _text("offer"),
        _many("available"),
        _typed("hours", sa.Double()),
        _typed("most_needs", sa.BigInteger()),
        _flag("specialists", "is_insured"),
        _flag("specialists", "consent"),
        _text("note"),
        _text("gender"),
        _typed("birth_date", sa.Date()),
        _text("id_number"),
        _text("address"),
        _text("employer"),
        _many("languages"),
        _text("profession"),
        _text("title"),
        sa.CheckConstraint("gender IN ('female', 'male')", name="ck_specialists_gender"),
    )


def _create_community_partners() -> None:
    _register_table(
        "community_partners",
        "partner_id",
        _text("partner_id", required=True),
        _text("name", required=True),
        _text("community"),
        _text("grid"),
        _text("phone"),
        _many("skills"),
        _text("offer"),
        _many("available"),
        _typed("hours", sa.Double()),
        _typed("most_needs", sa.BigInteger()),
        _flag("community_partners", "is_insured"),
        _flag("community_partners", "consent"),
        _text("note"),
        _text("partner_type"),
        _text("contact"),
        _text("address"),
    )


def _create_volunteers() -> None:
    _register_table(
        "volunteers",
        "partner_id",
        _text("partner_id", required=True),
        _text("name", required=True),
        _text("community"),
        _text("grid"),
        _text("phone"),
        _many("skills"),
        _text("offer"),
        _many("available"),
        _typed("hours", sa.Double()),
        _typed("most_needs", sa.BigInteger()),
        _flag("volunteers", "is_insured"),
        _flag("volunteers", "consent"),
        _text("note"),
        _text("gender"),
        _typed("birth_date", sa.Date()),
        _text("id_number"),
        _text("address"),
        _text("employer"),
        _many("languages"),
        _text("household"),
        _text("occupation"),
        _text("volunteer_number"),
        _typed("registered_on", sa.Date()),
        _flag("volunteers", "guardian_consent"),
        sa.CheckConstraint("gender IN ('female', 'male')", name="ck_volunteers_gender"),
    )


def _create_licences() -> None:
    _register_table(
        "licences",
        "licence_id",
        _text("licence_id", required=True),
        _text("partner_id", required=True),
        _text("name", required=True),
        _text("number"),
        _typed("valid_from", sa.Date()),
        _typed("valid_until", sa.Date()),
        _text("issuer"),
    )


def _create_needs() -> None:
    _register_table(
        "needs",
        "need_id",
        _text("need_id", required=True),
        _text("description", required=True),
        _text("community"),
        _text("grid"),
        _text("place"),
        _many("skills"),
        _flag("needs", "is_team"),
        _many("kinds"),
        _typed("people_min", sa.BigInteger()),
        _typed("people_max", sa.BigInteger()),
        _typed("crew", sa.BigInteger()),
        _many("windows"),
        _typed("hours", sa.Double()),
        _text("urgency"),
        _many("licences"),
        _typed("minimum_age", sa.BigInteger()),
        _typed("maximum_age", sa.BigInteger()),
        _many("languages"),
        _many("resources"),
        _flag("needs", "is_risky"),
        _text("recurrence"),
        _text("event_id"),
        _text("bundle"),
        _text("beneficiary"),
        _text("phone"),
        _typed("reported_on", sa.Date()),
        _text("status"),
        _text("note"),
        sa.CheckConstraint("urgency IN ('urgent', 'soon', 'normal')", name="ck_needs_urgency"),
        sa.CheckConstraint("recurrence IN ('once', 'daily', 'weekly', 'monthly')", name="ck_needs_recurrence"),
        sa.CheckConstraint("status IN ('open', 'done', 'cancelled')", name="ck_needs_status"),
    )


def _create_events() -> None:
    _register_table(
        "events",
        "event_id",
        _text("event_id", required=True),
        _text("name", required=True),
        _text("community"),
        _text("place"),
        _many("windows"),
        _typed("expected", sa.BigInteger()),
        _text("organiser"),
    )


def _create_blocks() -> None:
    _register_table(
        "blocks",
        "block_id",
        _text("block_id", required=True),
        _text("partner_id", required=True),
        _text("need_id"),
        _text("other_partner_id"),
        _text("community"),
        _typed("until", sa.Date()),
        _text("reason"),
        _text("decided_by"),
    )


def _create_skills() -> None:
    _register_table(
        "skills",
        "skill_id",
        _text("skill_id", required=True),
        _text("name", required=True),
        _text("family", required=True),
        _text("english"),
        _many("aliases"),
        _many("related"),
        _text("part_of"),
        _many("licence"),
    )


def _create_services() -> None:
    _fact_table(
        "services",
        "record_id",
        _text("record_id", required=True),
        _text("partner_id", required=True),
        _text("need_id"),
        _text("plan_id"),
        _text("activity"),
        _typed("date", sa.Date()),
        _text("community"),
        _text("place"),
        _text("beneficiary"),
        _text("content"),
        _text("result", required=True),
        _typed("hours", sa.Double()),
        _typed("satisfaction", sa.BigInteger()),
        _text("leader"),
        _text("recorder"),
        _text("reverses"),
        _text("note"),
        sa.CheckConstraint("result IN ('accepted', 'declined', 'no_show', 'completed')", name="ck_services_result"),
    )


def _create_decisions() -> None:
    _fact_table(
        "decisions",
        "decision_id",
        _text("decision_id", required=True),
        _text("plan_id", required=True),
        _text("action", required=True),
        _text("need_id"),
        _text("partner_id"),
        _text("by", required=True),
        _typed("at", sa.DateTime(timezone=True), required=True),
        _text("reason"),
        _text("reverses"),
        sa.CheckConstraint("action IN ('accept', 'pin', 'forbid', 'undo')", name="ck_decisions_action"),
    )


def _create_consents() -> None:
    _fact_table(
        "consents",
        "consent_id",
        _text("consent_id", required=True),
        _text("partner_id", required=True),
        _flag("consents", "is_given", required=True),
        _text("by", required=True),
        _typed("at", sa.DateTime(timezone=True), required=True),
        _text("reason"),
    )


def _create_merges() -> None:
    _fact_table(
        "merges",
        "merge_id",
        _text("merge_id", required=True),
        _text("kept_id", required=True),
        _text("merged_id", required=True),
        _text("by", required=True),
        _typed("at", sa.DateTime(timezone=True), required=True),
        _text("reason"),
    )


def _create_disclosures() -> None:
    _fact_table(
        "disclosures",
        "disclosure_id",
        _text("disclosure_id", required=True),
        _text("what", required=True),
        _text("by", required=True),
        _typed("at", sa.DateTime(timezone=True), required=True),
        _text("reason"),
    )


def _register_table(name: str, key: str, *items: Any) -> None:
    unique = [key, "row_version"]
    op.create_table(
        name,
        *_row_columns(),
        _typed("row_version", sa.Integer(), required=True),
        _flag(name, "row_is_retired", required=True),
        *items,
        sa.CheckConstraint("row_version >= 1", name=f"ck_{name}_row_version"),
        *_key_rules(name, key, unique),
    )
    protect_table(op.get_bind(), name, [["row_seq"], unique])


def _fact_table(name: str, key: str, *items: Any) -> None:
    op.create_table(name, *_row_columns(), *items, *_key_rules(name, key, [key]))
    protect_table(op.get_bind(), name, [["row_seq"], [key]])


def _row_columns() -> list[Any]:
    return [
        sa.Column("row_seq", _whole(), primary_key=True, autoincrement=False),
        sa.Column("row_batch", _whole(), sa.ForeignKey("batches.batch_id"), nullable=False),
    ]


def _key_rules(name: str, key: str, unique: list[str]) -> list[Any]:
    return [
        sa.CheckConstraint(f"length({key}) BETWEEN 1 AND 200", name=f"ck_{name}_{key}_length"),
        sa.UniqueConstraint(*unique, name=f"uq_{name}_{key}"),
    ]


def _text(name: str, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=not required)


def _many(name: str) -> sa.Column[Any]:
    return _text(name, required=True)


def _typed(name: str, kind: Any, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required)


def _flag(table: str, name: str, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(create_constraint=True, name=f"ck_{table}_{name}"), nullable=not required)


def _whole() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
