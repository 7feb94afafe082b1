"""The year of service: sound as a ledger, and with habits that can be learned from it."""

import collections
import datetime as dt
import itertools

from matching.records import Result
from matching.samples import make_district

AS_OF = dt.date(2024, 7, 31)
DISTRICT = make_district()
PARTNER = {
    p.partner_id: p
    for p in (*DISTRICT.units, *DISTRICT.specialists, *DISTRICT.community_partners, *DISTRICT.volunteers)
}
STREET = {grid.community: grid.street for grid in DISTRICT.grids}


def test_nobody_serves_twice_on_one_day_so_no_two_intervals_overlap():
    days = collections.Counter((each.partner_id, each.date) for each in DISTRICT.services if each.need_id is None)
    assert max(days.values()) == 1


def test_the_year_runs_from_august_to_july_without_an_empty_month():
    dates = [each.date for each in DISTRICT.services]
    assert min(dates) >= dt.date(2023, 8, 1)
    assert max(dates) <= AS_OF
    months = collections.Counter(date.month for date in dates)
    assert len(months) == 12
    assert min(months.values()) >= 60


def test_hours_are_counted_only_for_work_that_was_done_and_not_paid():
    for each in DISTRICT.services:
        if each.result is not Result.COMPLETED:
            assert each.hours is None
            assert each.satisfaction is None
        elif each.partner_id.startswith("U-") and each.date.weekday() < 5:
            assert each.hours is None
        else:
            assert 0.5 <= each.hours <= 8


def test_nobody_records_their_own_hours():
    for each in DISTRICT.services:
        assert each.recorder
        assert PARTNER[each.partner_id].name not in each.recorder


def test_nobody_serves_before_registering():
    for each in DISTRICT.services:
        registered_on = getattr(PARTNER[each.partner_id], "registered_on", None)
        assert registered_on is None or each.date >= registered_on


def test_a_frozen_person_never_leads():
    frozen = {PARTNER[partner_id].name for partner_id in DISTRICT.frozen_ids}
    namesakes = {p.name for p in DISTRICT.partners}
    assert not {each.leader for each in DISTRICT.services} & (frozen - namesakes)


def test_most_is_completed_and_some_declined_or_missed():
    results = collections.Counter(each.result for each in DISTRICT.services)
    share = {result: n / len(DISTRICT.services) for result, n in results.items()}
    assert share[Result.COMPLETED] > 0.75
    assert 0.05 < share[Result.DECLINED] < 0.2
    assert 0.02 < share[Result.NO_SHOW] < 0.12


def test_people_accept_what_is_near_more_often():
    answers = collections.defaultdict(list)
    for each in DISTRICT.services:
        home = PARTNER[each.partner_id].community
        if home and each.need_id is None:
            where = "near" if home == each.community else "street" if STREET[home] == STREET[each.community] else "far"
            answers[where].append(each.result is not Result.DECLINED)
    rate = {where: sum(accepted) / len(accepted) for where, accepted in answers.items()}
    assert rate["near"] > rate["street"] > rate["far"]
    assert rate["near"] - rate["far"] > 0.15


def test_those_who_missed_before_miss_again():
    by_partner = collections.defaultdict(list)
    for each in DISTRICT.services:
        if each.result is not Result.DECLINED:
            by_partner[each.partner_id].append(each.result is Result.NO_SHOW)
    later = collections.defaultdict(list)
    for answers in by_partner.values():
        half = len(answers) // 2
        if half:
            later[any(answers[:half])].extend(answers[half:])
    rate = {missed: sum(answers) / len(answers) for missed, answers in later.items()}
    assert rate[True] > 2 * rate[False]


def test_the_same_people_serve_together_again_and_again():
    teams = collections.defaultdict(set)
    for each in DISTRICT.services:
        if each.result is Result.COMPLETED:
            teams[each.date, each.community, each.activity].add(each.partner_id)
    together = collections.Counter(pair for team in teams.values() for pair in itertools.combinations(sorted(team), 2))
    assert sum(times >= 3 for times in together.values()) > 100


def test_records_are_numbered_in_the_order_of_their_days():
    dates = [each.date for each in DISTRICT.services]
    assert dates == sorted(dates)
    assert [each.record_id for each in DISTRICT.services] == [f"R-{i + 1:04d}" for i in range(len(dates))]


def test_two_answers_say_no_to_needs_that_are_still_open():
    refused = [each for each in DISTRICT.services if each.need_id]
    assert [each.result for each in refused] == [Result.DECLINED, Result.DECLINED]
