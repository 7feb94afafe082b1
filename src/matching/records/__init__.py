"""What is known: one file per subject. A record class gives fields, headers, types and the rules of one row."""

from matching.records.cadres import Cadre, Mentor, Trained
from matching.records.choices import (
    Action,
    CourseForm,
    Gender,
    Kind,
    Level,
    MentorshipStep,
    NeedStatus,
    OutcomeKind,
    PlacementEntry,
    Recurrence,
    Result,
    Urgency,
)
from matching.records.columns import Breach, CellType, Column, Personal, Record, Register, column, columns_of, key_of
from matching.records.community import Community
from matching.records.competencies import LEVELS, Assessment, Competency, Requirement
from matching.records.courses import Attendance, AttendanceEntry, Course, CourseReview
from matching.records.dispatch import DISPATCH, DispatchRow
from matching.records.display import records_table, show_choice, show_value, worded_table
from matching.records.facts import Consent, Decision, Disclosure, Merge, ServiceRecord
from matching.records.licences import Block, Licence
from matching.records.mentorships import MentorshipNote
from matching.records.needs import Event, Need
from matching.records.outcomes import Outcome
from matching.records.partners import CommunityPartner, Partner, Person, Specialist, Unit, Volunteer
from matching.records.placements import Placement, PlacementNote
from matching.records.places import Grid
from matching.records.privacy import find_personal, mask_text, mask_value
from matching.records.problems import CellProblem, Severity
from matching.records.registers import (
    ALL_REGISTERS,
    GROUPS,
    PARTNER_REGISTERS,
    REGISTERS,
    TRAINING_REGISTERS,
    register,
)
from matching.records.skills import Skill, SkillClaim, SkillWord, accepted_words
from matching.records.spoken import EN_MONTHS, chinese_number, day_of
from matching.records.times import CHINA, WEEKDAYS, WeeklySlot, Window, china_moment
from matching.records.training import TrainingRecords, chain_above

__all__ = [
    "ALL_REGISTERS", "CHINA", "DISPATCH", "EN_MONTHS", "GROUPS", "LEVELS", "PARTNER_REGISTERS", "REGISTERS",
    "TRAINING_REGISTERS", "WEEKDAYS", "Action", "Assessment", "Attendance", "AttendanceEntry", "Block", "Breach",
    "Cadre", "CellProblem", "CellType", "Column", "Community", "CommunityPartner", "Competency", "Consent", "Course",
    "CourseForm", "CourseReview", "Decision", "Disclosure", "DispatchRow", "Event", "Gender", "Grid", "Kind", "Level",
    "Licence", "Mentor", "MentorshipNote", "MentorshipStep", "Merge", "Need", "NeedStatus", "Outcome", "OutcomeKind",
    "Partner", "Person", "Personal", "Placement", "PlacementEntry", "PlacementNote", "Record", "Recurrence",
    "Register", "Requirement", "Result", "ServiceRecord", "Severity", "Skill", "SkillClaim", "SkillWord", "Specialist",
    "Trained", "TrainingRecords", "Unit", "Urgency", "Volunteer", "WeeklySlot", "Window", "accepted_words",
    "chain_above", "china_moment", "chinese_number", "column", "columns_of", "day_of", "find_personal", "key_of",
    "mask_text", "mask_value", "records_table", "register", "show_choice", "show_value", "worded_table",
]  # fmt: skip
