"""What a plan comes to: its proof in plain words, how many needs it meets, and a summary of a few lines."""

from __future__ import annotations

from collections import Counter

from matching import frames as pd
from matching.labels import Language, label
from matching.planning.proposal import Proposal
from matching.planning.shortfall import read_service
from matching.planning.tables import frame


def proof_table(plan: Proposal, *, language: Language = "zh") -> pd.DataFrame:
    """Return the proof and the weights in plain words.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    table : DataFrame
        Item, value, meaning.
    """
    proof, policy, counts = plan.proof, plan.candidates.policy, count_services(plan)
    hours = sum(each.hours for each in plan.assignments)
    partners = len({each.partner_id for each in plan.assignments})
    values: list[tuple[str, object, dict[str, object]]] = [
        ("plan_id", plan.plan_id, {}),
        ("as_of", plan.as_of.isoformat(), {}),
        ("fingerprint", plan.fingerprint, {}),
        ("needs", sum(counts.values()), dict(counts)),
        ("people", len(plan.assignments), {"partners": partners, "hours": f"{hours:g}"}),
        ("score_total", round(proof.score_total, 4), {}),
        ("total", round(proof.total, 4), {"urgent": policy["urgency_urgent"], "soon": policy["urgency_soon"]}),
        ("bound", round(proof.bound, 4), {}),
        ("gap", f"{proof.gap:.4%}", {}),
        ("first", f"{proof.first_total:.4f} / {proof.first_bound:.4f}", {}),
        ("worst", round(proof.worst, 4), {}),
        ("method", _method(proof.method, language), {}),
        *_told(plan, language),
    ]
    rows = [
        (
            label(f"planning.proof.{name}", language=language),
            value,
            label(f"planning.proof_meaning.{name}", language=language, **words),
        )
        for name, value, words in values
    ]
    objective = label(f"planning.proof_meaning.objective_{proof.objective}", language=language)
    rows.append((label("planning.proof.objective", language=language), objective, ""))
    head = label("planning.column.weight", language=language)
    for row in plan.candidates.weights.rows:
        meaning = label("planning.proof_meaning.weight", language=language, unknown=row.unknown)
        title = plan.candidates.weights.title(row.name, language=language)
        rows.append((f"{head}·{title}" if language == "zh" else f"{head}: {title}", round(row.weight, 4), meaning))
    return frame(("item", "value", "meaning"), rows, language)


def _told(plan: Proposal, language: Language) -> list[tuple[str, object, dict[str, object]]]:
    """Say of a re-plan whether it is proved to tell the fewest people something new."""
    is_fewest = plan.working.choice.is_fewest
    if is_fewest is None:
        return []
    return [("told", label(f"planning.proof.told_{'fewest' if is_fewest else 'open'}", language=language), {})]


def _method(method: str, language: Language) -> str:
    """Say how the steps were solved: in English as the solver says it, in Chinese by kind."""
    if language == "en":
        return method
    steps = []
    for step in method.split("; 2) "):
        kinds = [kind for kind in ("fair", "flow", "mip", "bundles", "auction") if kind in step]
        steps.append("、".join(label(f"planning.method.{kind}", language=language) for kind in kinds))
    named = [f"第{number}步：{kinds or method}" for number, kinds in zip("一二", steps, strict=False)]
    return "；".join(named)


def count_services(plan: Proposal) -> dict[str, int]:
    """Count how many open needs are met, partly met and not met.

    Parameters
    ----------
    plan : Proposal
        Any.

    Returns
    -------
    counts : dict with ``met``, ``partial`` and ``unmet``
    """
    working = plan.working
    status = read_service(working.candidates, working.model, working.choice).status
    return {
        "met": status.count("met"),
        "partial": status.count("partial") + status.count("bundle"),
        "unmet": status.count("unmet"),
    }


def summary(plan: Proposal, *, language: Language = "zh") -> str:
    """Say on a few lines what the plan does.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
        Lines parted by line breaks.
    """
    counts, proof = count_services(plan), plan.proof
    lines = [
        label(
            "planning.summary.headline",
            language=language,
            plan_id=plan.plan_id,
            needs=sum(counts.values()),
            people=len(plan.assignments),
            partners=len({each.partner_id for each in plan.assignments}),
            hours=f"{sum(each.hours for each in plan.assignments):g}",
            **counts,
        ),
        label("planning.summary.proof", language=language, score=f"{proof.score_total:.2f}", gap=f"{proof.gap:.3%}"),
    ]
    causes = Counter(each.causes[0][0] for each in plan.unmet if each.causes)
    if causes:
        named = [f"{label(f'planning.rule.{rule}', language=language)} {n}" for rule, n in causes.most_common(4)]
        lines.append(label("planning.summary.causes", language=language, causes="、".join(named)))
    return "\n".join([*lines, *plan.warnings])
