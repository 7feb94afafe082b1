"""The training of cadres: registers and facts."""

import sqlalchemy as sa
from alembic import op

from matching.store.append_only import protect_table

revision = "0003_training"
down_revision = "0002_plans"


def upgrade() -> None:
    """Take this step."""
    op.create_table(
        "assessments",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("competency_id", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("assessor", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("length(assessment_id) BETWEEN 1 AND 200", name="ck_assessments_assessment_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("assessment_id", name="uq_assessments_assessment_id"),
    )
    op.create_table(
        "attendances",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attendance_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("leave_hours", sa.Double(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("recorder", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("length(attendance_id) BETWEEN 1 AND 200", name="ck_attendances_attendance_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("attendance_id", name="uq_attendances_attendance_id"),
    )
    op.create_table(
        "cadres",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_cadres_row_is_retired"), nullable=False
        ),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("available", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("post_kind", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column(
            "is_party_member", sa.Boolean(create_constraint=True, name="ck_cadres_is_party_member"), nullable=True
        ),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.CheckConstraint("gender IN ('female', 'male')", name="ck_cadres_gender"),
        sa.CheckConstraint("length(person_id) BETWEEN 1 AND 200", name="ck_cadres_person_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_cadres_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("person_id", "row_version", name="uq_cadres_person_id"),
    )
    op.create_table(
        "competencies",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_competencies_row_is_retired"), nullable=False
        ),
        sa.Column("competency_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("level_1", sa.Text(), nullable=True),
        sa.Column("level_2", sa.Text(), nullable=True),
        sa.Column("level_3", sa.Text(), nullable=True),
        sa.Column("level_4", sa.Text(), nullable=True),
        sa.Column("level_5", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.CheckConstraint("length(competency_id) BETWEEN 1 AND 200", name="ck_competencies_competency_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_competencies_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("competency_id", "row_version", name="uq_competencies_competency_id"),
    )
    op.create_table(
        "course_reviews",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("overall", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=True),
        sa.Column("teaching", sa.BigInteger(), nullable=True),
        sa.Column("use", sa.BigInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.CheckConstraint("length(review_id) BETWEEN 1 AND 200", name="ck_course_reviews_review_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("review_id", name="uq_course_reviews_review_id"),
    )
    op.create_table(
        "courses",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_courses_row_is_retired"), nullable=False
        ),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("windows", sa.Text(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("days", sa.Double(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("teacher", sa.Text(), nullable=True),
        sa.Column("organiser", sa.Text(), nullable=True),
        sa.Column("competencies", sa.Text(), nullable=False),
        sa.Column("reaches", sa.BigInteger(), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("form IN ('lecture', 'visit', 'on_site', 'shadowing', 'online')", name="ck_courses_form"),
        sa.CheckConstraint("length(course_id) BETWEEN 1 AND 200", name="ck_courses_course_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_courses_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("course_id", "row_version", name="uq_courses_course_id"),
    )
    op.create_table(
        "mentors",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_mentors_row_is_retired"), nullable=False
        ),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("available", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("workshop", sa.Text(), nullable=True),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("most_mentees", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("gender IN ('female', 'male')", name="ck_mentors_gender"),
        sa.CheckConstraint("length(person_id) BETWEEN 1 AND 200", name="ck_mentors_person_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_mentors_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("person_id", "row_version", name="uq_mentors_person_id"),
    )
    op.create_table(
        "mentorship_notes",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("mentorship_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("mentor_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "step IN ('proposed', 'agreed', 'declined', 'activated', 'goal', 'meeting', 'mid_review', 'end_review', 'closed', 'rematched')",
            name="ck_mentorship_notes_step",
        ),
        sa.CheckConstraint("length(note_id) BETWEEN 1 AND 200", name="ck_mentorship_notes_note_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("note_id", name="uq_mentorship_notes_note_id"),
    )
    op.create_table(
        "outcomes",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("recorder", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('public_institution', 'promotion', 'award', 'other')", name="ck_outcomes_kind"),
        sa.CheckConstraint("length(outcome_id) BETWEEN 1 AND 200", name="ck_outcomes_outcome_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("outcome_id", name="uq_outcomes_outcome_id"),
    )
    op.create_table(
        "placement_notes",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("placement_id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.CheckConstraint("entry IN ('log', 'host_review')", name="ck_placement_notes_entry"),
        sa.CheckConstraint("length(note_id) BETWEEN 1 AND 200", name="ck_placement_notes_note_id_length"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("note_id", name="uq_placement_notes_note_id"),
    )
    op.create_table(
        "placements",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_placements_row_is_retired"), nullable=False
        ),
        sa.Column("placement_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Text(), nullable=True),
        sa.Column("workshop", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("competencies", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("length(placement_id) BETWEEN 1 AND 200", name="ck_placements_placement_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_placements_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("placement_id", "row_version", name="uq_placements_placement_id"),
    )
    op.create_table(
        "requirements",
        sa.Column("row_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("row_batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column(
            "row_is_retired", sa.Boolean(create_constraint=True, name="ck_requirements_row_is_retired"), nullable=False
        ),
        sa.Column("requirement_id", sa.Text(), nullable=False),
        sa.Column("post_kind", sa.Text(), nullable=False),
        sa.Column("competency_id", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(requirement_id) BETWEEN 1 AND 200", name="ck_requirements_requirement_id_length"),
        sa.CheckConstraint("row_version >= 1", name="ck_requirements_row_version"),
        sa.ForeignKeyConstraint(["row_batch"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("row_seq"),
        sa.UniqueConstraint("requirement_id", "row_version", name="uq_requirements_requirement_id"),
    )
    protect_table(op.get_bind(), "assessments", [["row_seq"], ["assessment_id"]])
    protect_table(op.get_bind(), "attendances", [["row_seq"], ["attendance_id"]])
    protect_table(op.get_bind(), "cadres", [["row_seq"], ["person_id", "row_version"]])
    protect_table(op.get_bind(), "competencies", [["row_seq"], ["competency_id", "row_version"]])
    protect_table(op.get_bind(), "course_reviews", [["row_seq"], ["review_id"]])
    protect_table(op.get_bind(), "courses", [["row_seq"], ["course_id", "row_version"]])
    protect_table(op.get_bind(), "mentors", [["row_seq"], ["person_id", "row_version"]])
    protect_table(op.get_bind(), "mentorship_notes", [["row_seq"], ["note_id"]])
    protect_table(op.get_bind(), "outcomes", [["row_seq"], ["outcome_id"]])
    protect_table(op.get_bind(), "placement_notes", [["row_seq"], ["note_id"]])
    protect_table(op.get_bind(), "placements", [["row_seq"], ["placement_id", "row_version"]])
    protect_table(op.get_bind(), "requirements", [["row_seq"], ["requirement_id", "row_version"]])
