"""The registers, in the order of their sheets in a workbook."""

from matching.errors import UnknownNameError
from matching.records.cadres import Cadre, Mentor
from matching.records.columns import Register
from matching.records.competencies import Assessment, Competency, Requirement
from matching.records.courses import Attendance, Course, CourseReview
from matching.records.facts import Consent, Decision, Disclosure, Merge, ServiceRecord
from matching.records.licences import Block, Licence
from matching.records.mentorships import MentorshipNote
from matching.records.needs import Event, Need
from matching.records.outcomes import Outcome
from matching.records.partners import CommunityPartner, Specialist, Unit, Volunteer
from matching.records.placements import Placement, PlacementNote
from matching.records.places import Grid
from matching.records.skills import Skill, SkillWord

GRIDS = Register("grids", "社区网格", "Grids", Grid, aliases=("网格", "社区", "街道社区"))
UNITS = Register(
    "units", "单位合伙人", "Units", Unit, aliases=("单位", "共建单位", "机关企事业单位合伙人", "大党委单位", "企业名单")
)
SPECIALISTS = Register(
    "specialists", "专业人才合伙人", "Specialists", Specialist, aliases=("专业人才", "专家", "人才库")
)
COMMUNITY_PARTNERS = Register(
    "community_partners", "社区合伙人", "Community partners", CommunityPartner, aliases=("商户", "暖心商户", "社会组织")
)
VOLUNTEERS = Register(
    "volunteers",
    "社区志愿者",
    "Volunteers",
    Volunteer,
    aliases=("志愿者", "志愿者名单", "志愿者花名册", "花名册", "人员名单"),
)
LICENCES = Register("licences", "资质证照", "Licences", Licence, aliases=("资质", "证照", "证书"))
NEEDS = Register("needs", "需求清单", "Needs", Need, aliases=("需求", "诉求", "需求台账", "诉求台账", "工单"))
EVENTS = Register("events", "活动安排", "Events", Event, aliases=("活动", "活动计划"))
BLOCKS = Register("blocks", "回避名单", "Blocks", Block, aliases=("回避",))
SKILLS = Register("skills", "技能目录", "Skills", Skill, aliases=("技能", "技能表"))
SERVICES = Register(
    "services", "服务记录", "Service records", ServiceRecord, aliases=("记录", "服务台账"), is_fact=True
)
DECISIONS = Register("decisions", "方案决定", "Decisions", Decision, is_fact=True)
CONSENTS = Register("consents", "授权记录", "Consents", Consent, is_fact=True)
MERGES = Register("merges", "合并记录", "Merges", Merge, is_fact=True)
DISCLOSURES = Register("disclosures", "查看记录", "Disclosures", Disclosure, is_fact=True)
SKILL_WORDS = Register("skill_words", "说法认定", "Skill words", SkillWord, is_fact=True)

REGISTERS = (
    GRIDS, UNITS, SPECIALISTS, COMMUNITY_PARTNERS, VOLUNTEERS, LICENCES, NEEDS, EVENTS, BLOCKS, SKILLS,
    SERVICES, DECISIONS, CONSENTS, MERGES, DISCLOSURES, SKILL_WORDS,
)  # fmt: skip
PARTNER_REGISTERS = (UNITS, SPECIALISTS, COMMUNITY_PARTNERS, VOLUNTEERS)

CADRES = Register("cadres", "年轻干部", "Cadres", Cadre, aliases=("干部", "干部名册", "培养对象", "学员名册"))
MENTORS = Register("mentors", "导师", "Mentors", Mentor, aliases=("带教导师", "导师名册", "带班书记"))
COMPETENCIES = Register("competencies", "能力框架", "Competencies", Competency, aliases=("能力", "能力清单"))
REQUIREMENTS = Register("requirements", "岗位能力要求", "Requirements", Requirement, aliases=("岗位要求",))
COURSES = Register("courses", "培训课程", "Courses", Course, aliases=("课程", "培训计划", "班次"))
PLACEMENTS = Register("placements", "跟班安排", "Placements", Placement, aliases=("跟班", "跟班学习"))
ATTENDANCES = Register(
    "attendances", "签到学时", "Attendance", Attendance, aliases=("签到", "签到表", "学时记录", "考勤"), is_fact=True
)
COURSE_REVIEWS = Register(
    "course_reviews", "课程评价", "Course reviews", CourseReview, aliases=("评价表", "培训评价"), is_fact=True
)
PLACEMENT_NOTES = Register(
    "placement_notes", "跟班记录", "Placement entries", PlacementNote, aliases=("跟班日志",), is_fact=True
)
MENTORSHIP_NOTES = Register(
    "mentorship_notes", "帮带记录", "Mentorship entries", MentorshipNote, aliases=("导师帮带", "结对记录"), is_fact=True
)
ASSESSMENTS = Register("assessments", "能力评定", "Assessments", Assessment, aliases=("评定记录",), is_fact=True)
OUTCOMES = Register("outcomes", "培养成果", "Outcomes", Outcome, aliases=("成果", "成长成果"), is_fact=True)

TRAINING_REGISTERS = (
    CADRES, MENTORS, COMPETENCIES, REQUIREMENTS, COURSES, PLACEMENTS,
    ATTENDANCES, COURSE_REVIEWS, PLACEMENT_NOTES, MENTORSHIP_NOTES, ASSESSMENTS, OUTCOMES,
)  # fmt: skip
"""The registers of the training of cadres, kept beside those of the district and read apart from them."""

ALL_REGISTERS = (*REGISTERS, *TRAINING_REGISTERS)

GROUPS = {"partners": PARTNER_REGISTERS, "people": (CADRES, MENTORS)}
"""Registers that share one series of identifiers, by the name that `Column.refers_to` calls them."""


def register(name: str) -> Register:
    """Return a register by its name in code.

    Parameters
    ----------
    name : str
        For example ``"volunteers"``.

    Returns
    -------
    register : Register

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    for each in ALL_REGISTERS:
        if each.name == name:
            return each
    raise UnknownNameError(f"There is no register {name!r}. There are: {[each.name for each in ALL_REGISTERS]}")
