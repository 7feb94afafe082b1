"""Needs in residents' words, with events of many stalls, jobs of several parts, and some that nobody can fill."""

import dataclasses
import datetime as dt
import random

from matching.records import Event, Kind, Need, NeedStatus, Recurrence, Urgency, Window
from matching.samples.names import draw_surname, impossible_phone
from matching.samples.places import Places, draw_building, draw_public_place
from matching.samples.profile import claims_of
from matching.samples.texts import Row, apportion, read_texts, some, split
from matching.samples.timing import WEEKS, draw_window, fixed_window

_PHONES = 50_219_443
_OF = 160  # the shares below are stated for so many needs
_STALLS, _BUNDLES, _HARD = 22, 15, 9
_KINDS = {"u": Kind.UNIT, "s": Kind.SPECIALIST, "c": Kind.COMMUNITY_PARTNER, "v": Kind.VOLUNTEER}
_WEEKS_OF = {Urgency.URGENT: 1, Urgency.SOON: 2, Urgency.NORMAL: WEEKS}
_BEFORE = (
    "居民反映：",
    "网格员走访时听说，",
    "业主群里说，",
    "求助：",
    "老党员提的：",
    "议事会上提的：",
    "12345转来：",
)
_AFTER = (
    "，麻烦社区给想想办法",
    "，盼着早点解决",
    "，急",
    "，谢谢了",
    "，最好找个熟手",
    "，说了好几回了",
    "，帮忙协调一下",
)
_NOTES = ("上月已反映过一次", "材料由社区准备", "与网格员先对接", "可用社区的工具", "办完在群里说一声")
_HOME_NOTES = (*_NOTES, "家里有狗，上门先打电话", "本人耳背，敲门重一点", "最好提前半小时联系")


@dataclasses.dataclass(frozen=True, slots=True)
class _Draft:
    """One need to be, with what its group decides for it."""

    row: Row
    community: str
    cycle: int
    event: Event | None = None
    bundle: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Scene:
    """What all needs share while they are being made."""

    places: Places
    as_of: dt.date
    seen: set[str]  # descriptions so far


def make_needs(
    rng: random.Random, *, count: int, places: Places, as_of: dt.date
) -> tuple[tuple[Need, ...], tuple[Event, ...]]:
    """Make needs and the events that some of them belong to.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    count : int
        How many needs.
    places : Places
        Where they are wanted.
    as_of : date
        The day on which the district is looked at; all windows lie in the four weeks after it.

    Returns
    -------
    needs : tuple of Need
        In the order in which they were reported.
    events : tuple of Event
    """
    events, groups = _stalls(count * _STALLS // _OF, places, as_of)
    groups += _bundles(count * _BUNDLES // _OF, places)
    groups += _hard(rng, count * _HARD // _OF, places)
    groups += _singles(rng, count - sum(len(group) for group in groups), places)
    rng.shuffle(groups)
    dated = [(_reported_on(rng, group, as_of), group) for group in groups]
    dated.sort(key=lambda each: each[0])
    flat = [(day, draft) for day, group in dated for draft in group]
    scene = _Scene(places, as_of, set())
    needs = [_need(rng, i, draft, scene=scene, reported_on=day) for i, (day, draft) in enumerate(flat)]
    return tuple(_close_some(rng, needs)), events


def _elsewhere(places: Places, community: str, cycle: int) -> str:
    """Return the community of a further round of something, which is somewhere else each time."""
    at = places.communities.index(community)
    return places.communities[(at + cycle * 2) % len(places.communities)]


def _stalls(budget: int, places: Places, as_of: dt.date) -> tuple[tuple[Event, ...], list[list[_Draft]]]:
    """Return whole events while their stalls fit the budget."""
    events: list[Event] = []
    groups: list[list[_Draft]] = []
    rows = read_texts("events")
    for i in range(budget):
        row, cycle = rows[i % len(rows)], i // len(rows)
        stalls = [each for each in read_texts("stalls") if each["event"] == row["event"]]
        budget -= len(stalls)
        if budget < 0:
            break
        community = _elsewhere(places, row["community"], cycle)
        stem = community.removesuffix("社区")
        window = fixed_window(row["when"], as_of, shift=cycle)
        event = Event(
            event_id=f"E-{i + 1:02d}",
            name=f"{stem}{row['event']}" + (f"（第{cycle + 1}场）" if cycle else ""),
            community=community,
            place=row["place"] if cycle == 0 else f"{stem}文化广场",
            windows=(window,) if window else (),
            expected=int(row["expected"]),
            organiser=places.street_of[community],
        )
        events.append(event)
        groups.append([_Draft(stall, community, cycle, event=event) for stall in stalls])
    return tuple(events), groups


def _bundles(budget: int, places: Places) -> list[list[_Draft]]:
    """Return whole bundles while they fit the budget."""
    rows = read_texts("bundles")
    names = tuple(dict.fromkeys(row["bundle"] for row in rows))
    groups: list[list[_Draft]] = []
    for i in range(budget):
        cycle = i // len(names)
        parts = [row for row in rows if row["bundle"] == names[i % len(names)]]
        budget -= len(parts)
        if budget < 0:
            break
        community = _elsewhere(places, parts[0]["community"], cycle)
        groups.append([_Draft(row, community, cycle, bundle=f"B-{i + 1:02d}") for row in parts])
    return groups


def _hard(rng: random.Random, budget: int, places: Places) -> list[list[_Draft]]:
    """Return needs that cannot all be filled: skill missing, licence expired, the only holder wanted twice at once."""
    rows = read_texts("hard_needs")
    return [[_Draft(rows[i % len(rows)], places.draw_community(rng), i // len(rows))] for i in range(budget)]


def _singles(rng: random.Random, budget: int, places: Places) -> list[list[_Draft]]:
    rows = read_texts("needs")
    groups = []
    for row, times in zip(rows, _times(rng, len(rows), budget), strict=True):
        for cycle in range(times):
            community = "柏庄镇" if row["theme"] == "农村" else places.draw_community(rng)
            groups.append([_Draft(row, community, cycle)])
    return groups


def _times(rng: random.Random, kinds: int, budget: int) -> list[int]:
    """Return how often each kind of need occurs: all equally, the odd ones drawn without repetition."""
    times = apportion([1] * kinds, budget)
    rng.shuffle(times)
    return times


def _reported_on(rng: random.Random, group: list[_Draft], as_of: dt.date) -> dt.date:
    is_urgent = any(draft.row["urgency"] == "urgent" for draft in group)
    return as_of - dt.timedelta(days=rng.randint(0, 1) if is_urgent else rng.randint(0, 24))


def _need(rng: random.Random, index: int, draft: _Draft, *, scene: _Scene, reported_on: dt.date) -> Need:
    row = draft.row
    words = _words(rng)
    place = _place(rng, draft, words["b"])
    least, most = (int(number) for number in row["people"].split("-"))
    low, _, high = row["ages"].partition("-")
    states_skills = some(rng, 0.62 if draft.event or draft.bundle else 0.46)
    urgency = Urgency(row["urgency"])
    return Need(
        need_id=f"N-{index + 1:03d}",
        description=_description(rng, draft, words, place=place, seen=scene.seen),
        community=draft.community,
        grid=None if draft.event or some(rng, 0.25) else scene.places.draw_grid(rng, draft.community),
        place=place if some(rng, 0.9) else None,
        skills=claims_of(split(row["skills"])) if states_skills else (),
        is_team=True if "t" in row["flags"] else None,
        kinds=tuple(_KINDS[letter] for letter in "uscv" if letter in row["kinds"]),
        people_min=least if most > 1 or some(rng, 0.6) else None,
        people_max=most,
        crew=_number(row["crew"]),
        windows=_windows(rng, draft, urgency, scene.as_of),
        hours=float(row["hours"]),
        urgency=urgency if urgency is not Urgency.NORMAL or some(rng, 0.8) else None,
        licences=split(row["licences"]) if some(rng, 0.85) else (),
        minimum_age=_number(low),
        maximum_age=_number(high),
        languages=split(row["languages"]),
        resources=split(row["resources"]),
        is_risky=True if "r" in row["flags"] else None,
        recurrence=Recurrence(row["recurrence"]) if row["recurrence"] != "once" or some(rng, 0.8) else None,
        event_id=draft.event.event_id if draft.event else None,
        bundle=draft.bundle,
        beneficiary=row["who"].format(**words) if some(rng, 0.9) else None,
        phone=impossible_phone(_PHONES + index) if row["where"] == "h" and some(rng, 0.6) else None,
        reported_on=reported_on,
        status=NeedStatus.OPEN if some(rng, 0.9) else None,
        note=rng.choice(_HOME_NOTES if row["where"] == "h" else _NOTES) if some(rng, 0.08) else None,
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _place(rng: random.Random, draft: _Draft, building: str) -> str:
    where = draft.row["where"]
    if draft.event is not None and draft.event.place:
        return draft.event.place
    if where == "h":
        return building
    return draw_public_place(rng, draft.community) if where == "p" else where


def _windows(rng: random.Random, draft: _Draft, urgency: Urgency, as_of: dt.date) -> tuple[Window, ...]:
    if draft.event is not None:
        return draft.event.windows
    row = draft.row
    if not draft.bundle and "@" not in row["when"] and urgency is Urgency.NORMAL and some(rng, 0.04):
        return ()
    choices = 2 if "@" not in row["when"] and some(rng, 0.18) else 1
    drawn = [
        draw_window(rng, row["when"], as_of, hours=float(row["hours"]), weeks=_WEEKS_OF[urgency], shift=draft.cycle)
        for _ in range(choices)
    ]
    apart = [window for i, window in enumerate(drawn) if not any(window.overlaps(other) for other in drawn[:i])]
    return tuple(sorted(apart))


def _words(rng: random.Random) -> dict[str, str]:
    """Return what the places in the sentences are filled with."""
    family = draw_surname(rng)
    return {
        "e": family + rng.choice(("奶奶", "大爷", "阿姨", "老师傅", "大娘")),
        "m": "老" + draw_surname(rng),
        "b": draw_building(rng),
        "n": "三四五六七八九"[rng.randrange(7)],
        "a": str(rng.randint(68, 91)),
    }


def _description(rng: random.Random, draft: _Draft, words: dict[str, str], *, place: str, seen: set[str]) -> str:
    text = draft.row["text"].format(**words)
    if draft.event is not None and draft.cycle:
        text = f"{draft.event.name}：{text}"
    elif draft.event is None and not draft.bundle and some(rng, 0.25):
        text = rng.choice(_BEFORE) + text if some(rng, 0.5) else text + rng.choice(_AFTER)
    at = f"{draft.community.removesuffix('社区')}{place}" if draft.row["where"] == "h" else place
    said = text
    for number in range(1, 1000):
        if said not in seen:
            break
        said = f"{text}（{at}）" if number == 1 else f"{text}（{at}，{draw_building(rng)}住户提的）"
    seen.add(said)
    return said


def _close_some(rng: random.Random, needs: list[Need]) -> list[Need]:
    """Return the needs with a few that are closed already, as every list holds some: one in a hundred or so."""
    plain = [i for i, need in enumerate(needs) if not need.event_id and not need.bundle and not need.licences]
    for i in rng.sample(plain, min(len(plain), len(needs) // 60)):
        is_done = some(rng, 0.5)
        status, note = (
            (NeedStatus.DONE, "网格员上门时顺手办了") if is_done else (NeedStatus.CANCELLED, "居民自己解决了，不用派人")
        )
        needs[i] = dataclasses.replace(needs[i], status=status, note=note)
    return needs
