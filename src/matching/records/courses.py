"""Courses and activities, who attended, and what those who attended thought of them."""

import dataclasses
import datetime as dt

from matching.records.choices import CourseForm
from matching.records.columns import Breach, CellType, Personal, Record, column
from matching.records.times import Window


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Course(Record):
    """A course or activity: a lecture, a visit, on-site teaching, shadowing, an online class."""

    course_id: str = column(
        "课程编号", "Course ID", CellType.CODE, key=True, aliases=("编号", "班次编号"), example="T-001"
    )
    name: str = column(
        "课程名称", "Course", required=True, aliases=("名称", "培训名称", "课程", "培训班", "班次名称", "活动名称"), example="怎样开好居民议事会",
    )  # fmt: skip
    form: CourseForm | None = column(
        "培训方式", "Form", CellType.CHOICE, choices=CourseForm, aliases=("方式", "培训形式"), example="专家授课"
    )
    category: str | None = column(
        "学时类别", "Category of hours", aliases=("类别", "内容类别"), example="业务能力",
        help_zh="政治理论、业务能力等；政策表按类别要求学时", help_en="The policy table asks for hours by category",
    )  # fmt: skip
    windows: tuple[Window, ...] = column(
        "培训时间", "Sessions", CellType.WINDOWS, aliases=("时间", "上课时间"), example="2024-03-12 09:00-11:30"
    )
    hours: float | None = column(
        "学时",
        "Training hours",
        CellType.DECIMAL,
        minimum=0,
        maximum=1000,
        unit="学时",
        aliases=("课程学时", "总学时"),
        example="3",
    )
    days: float | None = column(
        "天数", "Days", CellType.DECIMAL, minimum=0, maximum=366, unit="天", aliases=("培训天数",), example="0.5"
    )
    community: str | None = column("举办社区", "Community", aliases=("所属社区", "社区"), example="光耀路社区")
    place: str | None = column("培训地点", "Place", aliases=("地点",), example="街道党校三楼")
    teacher: str | None = column(
        "授课人", "Teacher", personal=Personal.NAME, aliases=("教师", "主讲人", "讲师"), example="市委党校李老师"
    )
    organiser: str | None = column("主办单位", "Organiser", aliases=("主办方",), example="区委组织部")
    competencies: tuple[str, ...] = column(
        "锻炼能力", "Competencies exercised", CellType.TEXTS, aliases=("对应能力", "能力"), example="居民议事、群众工作",
        help_zh="写能力名称或编号", help_en="Names or IDs of competencies",
    )  # fmt: skip
    reaches: int | None = column(
        "可达等级", "Level it leads to", CellType.INTEGER, minimum=1, maximum=5, aliases=("目标等级",), example="3"
    )
    seats: int | None = column(
        "名额", "Seats", CellType.INTEGER, minimum=0, maximum=100_000, aliases=("人数", "容量"), example="40"
    )
    cost: float | None = column(
        "人均费用",
        "Cost a head",
        CellType.DECIMAL,
        minimum=0,
        maximum=1_000_000,
        unit="元",
        aliases=("费用",),
        example="80",
    )
    skills: tuple[str, ...] = column("所授技能", "Skills taught", CellType.TEXTS, aliases=("传授技能",), example="急救")
    licence: str | None = column(
        "可取得证书", "Licence it leads to", aliases=("结业证书", "发放证书"), example="急救证"
    )
    note: str | None = column("备注", "Note")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Record):
    """One person at one session of a course: hours present, hours of leave, and what shows it."""

    attendance_id: str = column(
        "签到编号", "Attendance ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="S-00001"
    )
    course_id: str = column(
        "课程编号", "Course", CellType.CODE, required=True, aliases=("班次编号",), refers_to="courses", example="T-001"
    )
    person_id: str = column(
        "人员编号", "Person", CellType.CODE, required=True, aliases=("干部编号",), refers_to="people", example="K-01"
    )
    date: dt.date | None = column("培训日期", "Date", CellType.DATE, aliases=("日期", "签到日期"), example="2024-03-12")
    hours: float | None = column(
        "实到学时",
        "Hours present",
        CellType.DECIMAL,
        minimum=0,
        maximum=1000,
        unit="学时",
        aliases=("到课学时", "学时"),
        example="3",
    )
    leave_hours: float | None = column(
        "请假学时",
        "Hours of leave",
        CellType.DECIMAL,
        minimum=0,
        maximum=1000,
        unit="学时",
        aliases=("缺课学时", "请假"),
        example="0",
    )
    evidence: str | None = column("凭证", "Evidence", aliases=("证明材料",), example="签到表 3 月 12 日")
    recorder: str | None = column(
        "记录人", "Recorder", personal=Personal.NAME, aliases=("登记人",), example="街道组织办小陈"
    )
    reverses: str | None = column(
        "更正记录",
        "Reverses",
        CellType.CODE,
        aliases=("冲正",),
        help_zh="填被更正的签到编号",
        help_en="Attendance it undoes",
    )
    note: str | None = column("备注", "Note")

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        return () if self.date or self.reverses else (Breach("date", "date_wanted", {"value": self.attendance_id}),)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CourseReview(Record):
    """One person's form after a course: how it was, out of five."""

    review_id: str = column(
        "评价编号", "Review ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="F-0001"
    )
    course_id: str = column("课程编号", "Course", CellType.CODE, required=True, refers_to="courses", example="T-001")
    person_id: str | None = column(
        "人员编号", "Person", CellType.CODE, aliases=("干部编号",), refers_to="people", example="K-01",
        help_zh="不记名可不填", help_en="Empty where the form is anonymous",
    )  # fmt: skip
    date: dt.date | None = column("填写日期", "Date", CellType.DATE, aliases=("日期",), example="2024-03-12")
    overall: int = column(
        "总体评价",
        "Overall",
        CellType.INTEGER,
        required=True,
        minimum=1,
        maximum=5,
        aliases=("总体满意度", "满意度"),
        example="5",
    )
    content: int | None = column(
        "内容评价", "Content", CellType.INTEGER, minimum=1, maximum=5, aliases=("课程内容",), example="4"
    )
    teaching: int | None = column(
        "授课评价", "Teaching", CellType.INTEGER, minimum=1, maximum=5, aliases=("教师授课",), example="5"
    )
    use: int | None = column(
        "实用程度", "Use at work", CellType.INTEGER, minimum=1, maximum=5, aliases=("实用性",), example="4"
    )
    comment: str | None = column("意见建议", "Comment", aliases=("建议",), example="希望多讲案例")
    reverses: str | None = column("更正记录", "Reverses", CellType.CODE, aliases=("冲正",))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceEntry:
    """One person on one day of a course, as a sheet says.

    Attributes
    ----------
    course_id, person_id : str
    date : date
    hours, leave_hours : float
        学时 present, and of leave.
    note : str
        What the sheet says besides.
    where : str
        Sheet and cell.
    """

    course_id: str
    person_id: str
    date: dt.date
    hours: float
    leave_hours: float
    note: str
    where: str
