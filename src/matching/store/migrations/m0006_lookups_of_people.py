"""Lookups of one person's facts of training."""

from alembic import op

revision = "0006_lookups_of_people"
down_revision = "0005_skill_words"


def upgrade() -> None:
    """Take this step."""
    op.create_index("ix_assessments_person_id", "assessments", ["person_id"], unique=False)
    op.create_index("ix_attendances_person_id", "attendances", ["person_id"], unique=False)
    op.create_index("ix_mentorship_notes_mentor_id", "mentorship_notes", ["mentor_id"], unique=False)
    op.create_index("ix_mentorship_notes_person_id", "mentorship_notes", ["person_id"], unique=False)
    op.create_index("ix_outcomes_person_id", "outcomes", ["person_id"], unique=False)
    op.create_index("ix_placement_notes_placement_id", "placement_notes", ["placement_id"], unique=False)
