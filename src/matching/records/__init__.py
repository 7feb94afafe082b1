"""What is known: one file per subject. A record class gives fields, headers, types and the rules of one row."""

from matching.records.choices import Action, Gender, Kind, Level, NeedStatus, Recurrence, Result, Urgency
from matching.records.columns import Breach, CellType, Column, Personal, Record, Register, column, columns_of, key_of
from matching.records.community import Community
from matching.records.dispatch import DISPATCH, DispatchRow
from matching.records.display import show_choice, show_value
from matching.records.facts import Consent, Decision, Disclosure, Merge, ServiceRecord
from matching.records.licences import Block, Licence
from matching.records.needs import Event, Need
from matching.records.partners import CommunityPartner, Partner, Person, Specialist, Unit, Volunteer
from matching.records.places import Grid
from matching.records.privacy import find_personal, mask_text, mask_value
from matching.records.problems import CellProblem, Severity
from matching.records.registers import PARTNER_REGISTERS, REGISTERS, register
from matching.records.skills import Skill, SkillClaim
from matching.records.times import CHINA, WEEKDAYS, WeeklySlot, Window, china_moment

__all__ = [
    "CHINA", "DISPATCH", "PARTNER_REGISTERS", "REGISTERS", "WEEKDAYS", "Action", "Block", "Breach", "CellProblem",
    "CellType", "Column", "Community", "CommunityPartner", "Consent", "Decision", "Disclosure", "DispatchRow",
    "Event", "Gender", "Grid", "Kind", "Level", "Licence", "Merge", "Need", "NeedStatus", "Partner", "Person",
    "Personal", "Record", "Recurrence", "Register", "Result", "ServiceRecord", "Severity", "Skill", "SkillClaim",
    "Specialist", "Unit", "Urgency", "Volunteer", "WeeklySlot", "Window", "china_moment", "column", "columns_of",
    "find_personal", "key_of", "mask_text", "mask_value", "register", "show_choice", "show_value",
]  # fmt: skip
