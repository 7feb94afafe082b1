"""An entry form as the browser draws it and as text: fields from the columns of a register, problems in words."""

import enum
from typing import Any

from matching.labels import Language, label
from matching.records import CellType, Column, Personal, Severity, show_choice
from matching.widgets.form_state import ALONE, FormSpec, FormState, Phase, read_form, shown_problems

_CONTROLS = {
    CellType.DATE: "date",
    CellType.MOMENT: "moment",
    CellType.INTEGER: "number",
    CellType.DECIMAL: "number",
    CellType.FLAG: "choice",
    CellType.CHOICE: "choice",
    CellType.CHOICES: "checks",
    CellType.TEXTS: "tokens",
    CellType.SKILLS: "tokens",
    CellType.PHONE: "phone",
}
_KEPT_NOWHERE = frozenset({Personal.PHONE, Personal.ID_NUMBER, Personal.ADDRESS})
_WIDE = frozenset({"content", "note", "reason", "behaviour", "text"})
_WORDS = (
    "save", "saving", "again", "renew", "discard", "required", "add", "remove", "choose", "restored", "no_answer",
    "person",
)  # fmt: skip


def describe_form(spec: FormSpec, *, language: Language = "zh") -> dict[str, Any]:
    """Return what the browser draws: plain values, words in one language.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    description : dict of str to object
        Ready for JSON.
    """
    named = {column.name: column for column in spec.register.columns}
    return {
        "name": spec.name,
        "lang": "zh-CN" if language == "zh" else "en",
        "title": form_title(spec, language=language),
        "fields": [_describe_field(named[name], spec, language) for name in spec.fields],
        "rowFields": [_describe_field(named[name], spec, language, in_row=True) for name in spec.row_fields],
        "rows": [{"name": row.name, "title": row.title} for row in spec.rows] if spec.is_sheet else [],
        "words": {word: label(f"widgets.form.{word}", language=language) for word in _WORDS},
    }


def form_title(spec: FormSpec, *, language: Language = "zh") -> str:
    """Return the heading of a form.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    title : str
    """
    return spec.title or (spec.register.sheet if language == "zh" else spec.register.english)


def show_state(spec: FormSpec, state: FormState, *, language: Language = "zh") -> dict[str, Any]:
    """Return where a form stands, as the browser shows it.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    view : dict of str to object
        Ready for JSON.
    """
    problems = shown_problems(spec, state)
    return {
        "token": state.token,
        "phase": state.phase.value,
        "shared": dict(state.shared),
        "rows": {name: dict(texts) for name, texts in state.rows.items()},
        "problems": [
            {
                "row": row,
                "field": field,
                "stops": problem.severity is Severity.ROW_LEFT_OUT,
                "words": problem_words(problem.explain_rule(language=language), problem.explain_remedy(language=language)),
            }
            for (row, field), problem in problems.items()
        ],
        "status": status_words(spec, state, language=language),
    }  # fmt: skip


def problem_words(rule: str, remedy: str) -> str:
    """Return what is wrong and what to do as one line.

    Parameters
    ----------
    rule, remedy : str
        Words of both.

    Returns
    -------
    words : str
    """
    return f"{rule}。{remedy}" if any("一" <= sign <= "鿿" for sign in rule + remedy) else f"{rule}. {remedy}"


def status_words(spec: FormSpec, state: FormState, *, language: Language = "zh") -> str:
    """Return one sentence on where a form stands.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    words : str
    """
    if state.phase is Phase.SAVED:
        name = "saved_before" if state.was_there else "saved"
        return label(f"widgets.form.{name}", language=language, count=len(state.keys), first=state.keys[0])
    if state.phase is Phase.CONFLICT:
        return label("widgets.form.conflict", language=language, first=state.keys[0] if state.keys else "")
    if state.failure:
        return label("widgets.form.failed", language=language, reason=state.failure)
    entries = read_form(spec, state)
    stops = sum(p.severity is Severity.ROW_LEFT_OUT for p in shown_problems(spec, state).values())
    if stops:
        return label("widgets.form.stops", language=language, count=stops)
    if spec.is_sheet and not entries:
        return label("widgets.form.nothing" if state.has_tried else "widgets.form.draft_sheet", language=language)
    if spec.is_sheet:
        return label("widgets.form.ready_sheet", language=language, count=len(entries))
    is_ready = all(entry.is_sound for entry in entries.values())
    return label(f"widgets.form.{'ready' if is_ready else 'draft'}", language=language)


def form_text(spec: FormSpec, state: FormState, *, language: Language = "zh") -> str:
    """Return a form as text, the same for the same state: for the next cell, for tests, for a screen without a browser.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    text : str
        Heading, where it stands, each field that holds something, each problem.
    """
    named = {column.name: column for column in spec.register.columns}
    problems = shown_problems(spec, state)
    lines = [f"【{form_title(spec, language=language)}】{status_words(spec, state, language=language)}"]
    for name in spec.fields:
        lines += _field_lines(named[name], state.shared.get(name, ""), problems.get((ALONE, name)), language)
    for row in spec.rows if spec.is_sheet else ():
        texts = state.rows[row.name]
        filled = [f"{_name(named[f], language)}={texts[f]}" for f in spec.row_fields if texts.get(f, "").strip()]
        if filled:
            lines.append(f"  {row.title}：{'，'.join(filled)}")
        lines += [
            f"    ⚠ {problem.explain_rule(language=language)}"
            for (at, _), problem in problems.items()
            if at == row.name
        ]
    return "\n".join(lines)


def kept_fields(spec: FormSpec) -> frozenset[str]:
    """Return the fields whose words may be kept in a draft: numbers and addresses of people never are.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.

    Returns
    -------
    names : frozenset of str
    """
    return frozenset(column.name for column in spec.register.columns if column.personal not in _KEPT_NOWHERE)


def _field_lines(column: Column, text: str, problem: Any, language: Language) -> list[str]:
    lines = [f"  {_name(column, language)}：{text}"] if text.strip() else []
    return lines + ([] if problem is None else [f"    ⚠ {problem.explain_rule(language=language)}"])


def _name(column: Column, language: Language) -> str:
    return column.header if language == "zh" else column.english


def _describe_field(column: Column, spec: FormSpec, language: Language, *, in_row: bool = False) -> dict[str, Any]:
    picks = spec.picks.get(column.name)
    control = "pick" if picks is not None else _CONTROLS.get(column.cell_type, "text")
    if control == "text" and column.name in _WIDE and not in_row:
        control = "long"
    hint = column.help_zh if language == "zh" else column.help_en
    example = (
        label("widgets.form.example", language=language, example=column.example)
        if column.example and control in {"text", "long", "tokens", "number", "phone"}
        else ""
    )
    return {
        "name": column.name,
        "label": _name(column, language) + _unit(column, language),
        "control": control,
        "required": column.required,
        "hint": "；".join(part for part in (hint, example) if part),
        "options": _options(column, language) if picks is None else [[key, words] for key, words in picks.items()],
        "kept": column.personal not in _KEPT_NOWHERE,
    }


def _unit(column: Column, language: Language) -> str:
    """Return the unit behind a label, unless the label says it already."""
    return f"（{column.unit}）" if column.unit and language == "zh" and column.unit not in column.header else ""


def _options(column: Column, language: Language) -> list[list[str]]:
    if column.cell_type is CellType.FLAG:
        return [[word, word] for word in (label(f"records.flag.{flag}", language=language) for flag in ("yes", "no"))]
    choices: type[enum.StrEnum] | None = column.choices
    if choices is None:
        return []
    return [[words, words] for words in (show_choice(each, language=language) for each in choices)]
