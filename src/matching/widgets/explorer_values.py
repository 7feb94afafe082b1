"""What the explorer holds, as values: work (data, wishes, plan) and view (what somebody looks at)."""

import dataclasses

from matching.labels import Language
from matching.planning import Candidates, Override, Plan
from matching.planning.changes import Changes
from matching.widgets.explorer_facts import PlanFacts

PAGES = ("why", "network", "weights", "changes", "charts", "shortages", "record")
"""The pages below the candidates."""


ORDERS = ("unmet", "urgency", "register")
"""Ways to order the needs."""


ACTIONS = ("pin", "forbid", "urgent", "absent")


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What people asked for; with the data it makes the plan.

    Attributes
    ----------
    weights : tuple of (str, float)
        Where the slider of each part of the score stands, in [0, 1]; they need not sum to one. Empty for the table.
    wishes : tuple of Override
        Pins, exclusions, urgent needs, absent partners: by whom and why.
    objective : {"total", "fair"}
        What is made as large as can be.
    """

    weights: tuple[tuple[str, float], ...] = ()
    wishes: tuple[Override, ...] = ()
    objective: str = "total"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What a decision rests on.

    Attributes
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        As asked for now.
    plan : Plan
        Made with `solved`.
    facts : PlanFacts
        What it says.
    solved : Settings
        What the plan was made with; other than `settings` where something was changed since.
    before : Plan or None
        What was shown before it.
    accepted : Plan or None
        What was accepted last from here.
    """

    base: Candidates
    settings: Settings
    plan: Plan
    facts: PlanFacts
    solved: Settings
    before: Plan | None = None
    accepted: Plan | None = None

    @property
    def agreed(self) -> Plan:
        """What is handed out: the accepted plan itself while the plan still says the same, or else the plan."""
        is_same = self.accepted is not None and set(self.accepted.pairs) == set(self.plan.pairs)
        return self.accepted if is_same and self.accepted is not None else self.plan

    @property
    def is_behind(self) -> bool:
        """Whether something was asked for that the plan does not know of."""
        return self.settings != self.solved

    @property
    def changes(self) -> Changes | None:
        """What the plan changes against the one before; None where there was none."""
        return self.plan.changes_from(self.before) if self.before is not None else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody looks at.

    Attributes
    ----------
    need_id, partner_id : str
        What is chosen; empty for nothing.
    search, community, skill, urgency : str
        Filters of the needs; empty for all.
    order : str
        One of `ORDERS`.
    with_blocked : bool
        Whether partners whom a rule blocks are listed too.
    priced : str
        Partner whose price was asked for; small districts show it unasked.
    page : str
        One of `PAGES`.
    language : {"zh", "en"}
    """

    need_id: str = ""
    partner_id: str = ""
    search: str = ""
    community: str = ""
    skill: str = ""
    urgency: str = ""
    order: str = "unmet"
    with_blocked: bool = False
    priced: str = ""
    page: str = "why"
    language: Language = "zh"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ExplorerState:
    """Everything that the explorer shows.

    Attributes
    ----------
    work : Work
    view : View
    past : tuple of (str, str, Work)
        What was done, to what, and the work before it; the last is undone first.
    """

    work: Work
    view: View = dataclasses.field(default_factory=View)
    past: tuple[tuple[str, str, Work], ...] = ()
