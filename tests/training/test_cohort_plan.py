"""One plan over a cohort: limits hold, everybody gets something where that can be had, and the bound is true."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError, UnknownNameError
from matching.records import CHINA, Window
from matching.tables import data_path
from matching.training.cohort_model import Cohort, Offer, OfferKind, Trainee, read_cohort_policy
from matching.training.cohort_plan import plan_cohort
from matching.training.cohort_value import levels_led

DAY = dt.date(2024, 8, 1)
NAMES = ("A", "B", "C")


def session(day, hour):
    start = dt.datetime(2024, 8, 1, hour, tzinfo=CHINA) + dt.timedelta(days=day)
    return (Window(start, start + dt.timedelta(hours=3)),)


@st.composite
def cohorts(draw, people=3, offers=4):
    trainees = tuple(
        Trainee(
            cadre_id=f"K-{at}", name=f"学员{at}", hours_short=draw(st.sampled_from([0.0, 8.0, 20.0])),
            lacks={name: (1, draw(st.integers(2, 4))) for name in NAMES if draw(st.booleans())},
            busy=session(1, 9) if draw(st.integers(0, 3)) == 0 else (),
        )
        for at in range(draw(st.integers(1, people)))
    )  # fmt: skip
    offered = tuple(
        Offer(
            offer_id=f"T-{at}", title=f"课{at}", kind=draw(st.sampled_from(list(OfferKind))),
            leads_to={name: draw(st.integers(1, 4)) for name in NAMES if draw(st.booleans())},
            hours=draw(st.sampled_from([0.0, 4.0, 6.0])), seats=(seats := draw(st.integers(0, 3))), least=min(draw(st.sampled_from([0, 1, 2, 3])), seats), cost=draw(st.sampled_from([0.0, 50.0, 80.0])),
            windows=session(draw(st.integers(0, 3)), draw(st.sampled_from([9, 11, 14]))), until=DAY + dt.timedelta(days=9),
        )
        for at in range(draw(st.integers(1, offers)))
    )  # fmt: skip
    budget = draw(st.sampled_from([float("inf"), 500.0, 130.0, 60.0]))
    return Cohort(trainees=trainees, offers=offered, as_of=DAY, until=dt.date(2024, 12, 31), budget=budget)


def breaks(plan, chosen):
    """Say whether a choice breaks a limit, straight from the rules in words."""
    cohort, policy = plan.cohort, plan.values.policy
    for column, offer in enumerate(cohort.offers):
        if chosen[:, column].sum() > offer.seats or 0 < chosen[:, column].sum() < offer.least:
            return True
    for row, trainee in enumerate(cohort.trainees):
        mine = [cohort.offers[column] for column in np.flatnonzero(chosen[row])]
        for kind, name in (
            (OfferKind.COURSE, "courses_most"),
            (OfferKind.PLACEMENT, "placements_most"),
            (OfferKind.MENTOR, "mentors_most"),
        ):
            if sum(offer.kind is kind for offer in mine) > policy[name]:
                return True
        courses = [offer for offer in mine if offer.kind is OfferKind.COURSE]
        if any(
            a.overlaps(b)
            for one, other in itertools.combinations(courses, 2)
            for a in one.windows
            for b in other.windows
        ):
            return True
        best = [
            min(led, key=lambda n: (-led[n], trainee.lacks[n][0] - trainee.lacks[n][1], n))
            for each in courses
            if (led := levels_led(each, trainee, 1))
        ]
        if any(best.count(n) > min(policy["competency_most"], trainee.lacks[n][1] - trainee.lacks[n][0]) for n in best):
            return True
    spent = sum(offer.cost * chosen[:, at].sum() for at, offer in enumerate(cohort.offers))
    return spent > cohort.budget


@settings(max_examples=60)
@given(cohorts())
def test_the_plan_keeps_every_limit_and_no_choice_by_hand_is_better(cohort):
    plan = plan_cohort(cohort)
    assert not breaks(plan, plan.choice.chosen)
    allowed, score = plan.values.allowed(), plan.values.score()
    edges = np.argwhere(allowed)
    best = (-1, -1.0)
    for picks in itertools.product([False, True], repeat=min(len(edges), 9)):
        chosen = np.zeros_like(allowed)
        for (row, column), pick in zip(edges, picks, strict=False):
            chosen[row, column] = pick
        if not breaks(plan, chosen):
            best = max(best, (int(chosen.any(axis=1).sum()), float(score[chosen].sum())))
    got = (int(plan.choice.chosen.any(axis=1).sum()), plan.choice.total)
    if len(edges) <= 9:
        assert got[0] == best[0]
        assert got[1] == pytest.approx(best[1], rel=5e-4)
        assert plan.choice.gap <= 5e-4
    assert got[0] >= best[0]
    assert plan.choice.bound >= plan.choice.total - 1e-9


def small(**changes):
    lacks = {"A": (1, 3)}
    trainees = tuple(Trainee(cadre_id=f"K-{at}", name=f"学员{at}", lacks=lacks, hours_short=10) for at in range(3))
    offers = (
        Offer(offer_id="T-1", title="调解", kind=OfferKind.COURSE, leads_to={"A": 3}, hours=6, seats=2, cost=100, windows=session(2, 9), until=dt.date(2024, 8, 3), who="李老师"),
        Offer(offer_id="T-2", title="调解二", kind=OfferKind.COURSE, leads_to={"A": 3}, hours=4, seats=3, cost=20, windows=session(2, 11), until=dt.date(2024, 8, 3)),
        Offer(offer_id="D-1", title="张书记", kind=OfferKind.MENTOR, leads_to={"A": 5}, seats=1, fits={"K-0": 0.2, "K-1": 0.9, "K-2": 0.1}),
    )  # fmt: skip
    return Cohort(
        trainees=trainees,
        offers=offers,
        as_of=DAY,
        until=dt.date(2024, 12, 31),
        competencies={"A": "矛盾调解"},
        **changes,
    )


def test_courses_at_the_same_time_are_not_both_planned():
    plan = plan_cohort(small())
    for cadre in ("K-0", "K-1", "K-2"):
        assert len({offer for who, offer in plan.pairs if who == cadre and offer.startswith("T")}) == 1
    assert ("K-1", "D-1") in plan.pairs


def test_money_that_is_short_is_spent_on_what_it_buys_most_with():
    plan = plan_cohort(small(budget=150))
    assert plan.choice.spent <= 150
    assert plan.choice.price > 0
    assert plan.choice.chosen.any(axis=1).all()
    assert plan.choice.total <= plan.choice.bound
    assert plan.choice.total < plan_cohort(small()).choice.total


def test_a_course_with_too_few_people_is_called_off():
    cohort = small()
    offers = (*cohort.offers[:2], cohort.offers[2])
    needy = Offer(
        offer_id="T-3",
        title="冷门",
        kind=OfferKind.COURSE,
        leads_to={"Z": 3},
        hours=2,
        seats=9,
        least=5,
        windows=session(5, 9),
    )
    cohort = Cohort(trainees=cohort.trainees, offers=(*offers, needy), as_of=DAY, until=cohort.until)
    plan = plan_cohort(cohort)
    assert plan.choice.called_off == (3,)
    assert not plan.choice.chosen[:, 3].any()
    assert "停开" in set(plan.offers_table()["开不开"].iloc[[3]]).pop()


def test_the_personal_plan_says_what_with_whom_and_by_when():
    table = plan_cohort(small()).table()
    row = table[table["安排"] == "调解"].iloc[0]
    assert (row["跟谁"], row["何时前"], row["补什么"]) == ("李老师", "2024-08-03", "矛盾调解 1→2 级（要求 3）")


def test_what_nobody_offers_is_listed_first():
    cohort = small()
    trainees = (*cohort.trainees, Trainee(cadre_id="K-9", name="学员9", lacks={"Q": (0, 3)}))
    left = plan_cohort(Cohort(trainees=trainees, offers=cohort.offers, as_of=DAY, until=cohort.until)).left_table(
        language="en"
    )
    assert list(left.iloc[0][["competency", "left", "offered"]]) == ["Q", 1, 0]


def test_parts_add_up_and_why_not_gives_a_reason_or_a_price():
    plan = plan_cohort(small())
    total = sum(sum(part.contribution for part in plan.explain(*pair)) for pair in plan.pairs)
    assert total == pytest.approx(plan.choice.total)
    worse = plan.why_not("K-0", "D-1")
    assert worse.verdict == "worse"
    assert worse.loss > 0
    assert worse.others == ("K-1",)
    forbidden = plan.replan(forbid=[("K-1", "D-1")], reason="避嫌")
    assert "避嫌" in str(forbidden.why_not("K-1", "D-1"))
    assert plan.why_not(*plan.pairs[0]).verdict == "chosen"


def test_rules_are_named():
    cohort = small()
    kept = Trainee(
        cadre_id="K-0",
        name="学员0",
        lacks={"A": (1, 3)},
        had=frozenset({"T-1"}),
        kept_from={"D-1": "K-0 → D-1"},
        busy=session(2, 11),
    )
    plan = plan_cohort(Cohort(trainees=(kept,), offers=cohort.offers, as_of=DAY, until=cohort.until))
    assert "已经参加过" in str(plan.why_not("K-0", "T-1"))
    assert "时间有冲突" in str(plan.why_not("K-0", "T-2"))
    assert "K-0 → D-1" in str(plan.why_not("K-0", "D-1"))
    with pytest.raises(CallError, match="breaks the rule 'had'"):
        plan.replan(pin=[("K-0", "T-1")])


def test_bad_calls_are_refused():
    cohort = small()
    with pytest.raises(CallError, match="must end after it begins"):
        Cohort(trainees=(), offers=(), as_of=DAY, until=dt.date(2024, 1, 1))
    with pytest.raises(CallError, match="Each offer is there once"):
        Cohort(trainees=cohort.trainees, offers=cohort.offers * 2, as_of=DAY, until=cohort.until)
    with pytest.raises(CallError, match="least at most the seats"):
        Offer(offer_id="T", title="x", kind=OfferKind.COURSE, seats=2, least=3)
    with pytest.raises(CallError, match="budget must be 0 or more"):
        small(budget=-1)
    with pytest.raises(UnknownNameError, match="no cadre 'K-7'"):
        plan_cohort(cohort).explain("K-7", "T-1")
    with pytest.raises(CallError, match="cannot be had together"):
        plan_cohort(cohort).replan(pin=[("K-0", "D-1"), ("K-1", "D-1")])


def test_every_number_of_the_policy_is_described():
    described = (data_path("policies") / "README.md").read_text(encoding="utf-8")
    for name in read_cohort_policy():
        assert f"`{name}`" in described, name
