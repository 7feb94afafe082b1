"""The explanation of one pair as a waterfall: what each part of the score adds, and what it rests on."""

from matching.labels import Language, label
from matching.planning import Explanation
from matching.views.waterfall import Step, waterfall_chart


def explanation_chart(explanation: Explanation, *, language: Language = "zh") -> str:
    """Draw the parts of a score, which add up to it.

    Parameters
    ----------
    explanation : Explanation
        Of one pair, as ``plan.explain(need_id, partner_id)`` gives it.
    language : {"zh", "en"}, default="zh"
        Of the words of the picture; those of the parts are in the language of the explanation.

    Returns
    -------
    svg : str
        Pale boxes show what each part could have added; a dashed one rests on nothing that is known.
    """
    steps = [
        Step(part.title, part.points, most=part.weight, detail=part.words, is_known=not part.is_unknown)
        for part in explanation.parts
    ]
    return waterfall_chart(
        steps,
        explanation.total,
        title=label("views.explanation.title", language=language),
        summary=explanation.sentence,
        total_label=label("views.explanation.total", language=language),
    )
