"""Pictures straight from a programme: its cohort's levels and hours, and a pairing."""

from collections.abc import Sequence

from matching.labels import Language
from matching.training.competence import competence_matrix, present_cadres
from matching.training.facts import TrainingFacts
from matching.training.hours import standings_of
from matching.training.hours_terms import HoursStanding
from matching.training.pairing import Pairing
from matching.training.policy import TrainingPolicy
from matching.views.training_charts import (
    HoursRow,
    LevelRow,
    PairLine,
    hours_chart,
    levels_chart,
    pairs_chart,
)


def levels_of(facts: TrainingFacts, *, most: int | None = None, language: Language = "zh") -> str:
    """Draw a cohort against its framework, those who lack most first.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    most : int, optional
        Cadres shown at most.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
    """
    matrix = competence_matrix(facts)
    names = {each.competency_id: each.name for each in facts.training.competencies}
    rows = [
        LevelRow(
            name=facts.training.person(person_id).name,
            levels=tuple(int(level) for level in matrix.levels[at]),
            required=tuple(int(level) for level in matrix.required[at]),
        )
        for at, person_id in enumerate(matrix.person_ids)
    ]
    rows.sort(key=lambda row: -row.missing)
    return levels_chart(rows[:most], [names[each] for each in matrix.competency_ids], language=language)


def hours_of(
    facts: TrainingFacts,
    *,
    policy: TrainingPolicy,
    person_ids: Sequence[str] | None = None,
    most: int | None = None,
    language: Language = "zh",
) -> str:
    """Draw how far each cadre's hours have come, those who will be short by most first.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    policy : TrainingPolicy
        Hours by kind of post.
    person_ids : sequence of str, optional
        Only these, in this order.
    most : int, optional
        Cadres shown at most.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
    """
    cadres = {each.person_id: each for each in present_cadres(facts)}
    wanted = (
        [cadres[each] for each in person_ids if each in cadres] if person_ids is not None else list(cadres.values())
    )
    rows = []
    for cadre in wanted:
        standing = main_standing(standings_of(facts, cadre, policy=policy))
        if standing is not None:
            rows.append(HoursRow(name=cadre.name, done=standing.done, owed=standing.owed, forecast=standing.forecast))
    if person_ids is None:
        rows.sort(key=lambda row: min(row.forecast - row.owed, 0))
    return hours_chart(rows[:most], day=str(facts.as_of), language=language)


def main_standing(standings: Sequence[HoursStanding]) -> HoursStanding | None:
    """Return the rule that a cadre is furthest from, of those that count all hours.

    Parameters
    ----------
    standings : sequence of HoursStanding
        Of one cadre.

    Returns
    -------
    standing : HoursStanding or None
        None where no rule names the post.
    """
    whole = [each for each in standings if each.rule.category is None]
    return max(whole, key=lambda each: (each.short_at_end, each.owed), default=None)


def pairs_of(pairing: Pairing, *, language: Language = "zh") -> str:
    """Draw who leads whom: pairs there are, pairs proposed, and who has no mentor.

    Parameters
    ----------
    pairing : Pairing
        A proposal.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
    """
    people = pairing.people
    cadres = {each.cadre_id: f"{each.name} {each.cadre_id}" for each in people.mentees}
    mentors = {each.mentor_id: f"{each.name} {each.mentor_id}" for each in people.mentors}
    there = [
        PairLine(cadre=cadres[cadre], mentor=mentors[mentor], is_new=False)
        for cadre, mentor in sorted(people.together)
        if cadre in cadres and mentor in mentors
    ]
    new = [
        PairLine(cadre=cadres[cadre], mentor=mentors[mentor], score=pairing.explain(cadre, mentor).score)
        for cadre, mentor in pairing.pairs
    ]
    alone = [PairLine(cadre=cadres[cadre], mentor="") for cadre in pairing.unmatched]
    return pairs_chart([*there, *new, *alone], language=language)
