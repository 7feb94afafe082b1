"""An answer is read as words where a cell ends with it."""

import dataclasses

from IPython.lib.pretty import pretty

from matching.planning.flips import Flip, Flips, Tie
from matching.planning.why_not import WhyNot


def made_up_flips():
    return Flips(
        flips=(Flip(feature="place", step=0.1, dropped=(("N-1", "V-1"),), added=(("N-1", "V-2"), ("N-2", "V-1"))),),
        ties=(Tie(need_id="N-3", chosen="V-3", others=("V-4", "V-9")),),
        steady=(("N-4", "V-5"),),
        names=(("V-1", "甲"), ("V-2", "乙"), ("V-3", "丙"), ("V-4", "丁")),
        titles=(("place", "距离远近"),),
    )


def test_an_answer_at_the_end_of_a_cell_reads_as_its_words():
    answer = WhyNot(need_id="N-1", partner_id="V-1", verdict="blocked", sentence="证照已过期。")
    assert pretty(answer) == "证照已过期。"
    assert repr(answer).startswith("WhyNot(need_id='N-1'")


def test_flips_say_who_would_be_replaced_by_whom_and_who_are_equal():
    assert pretty(made_up_flips()).splitlines() == [
        "每个权重加减一点重排：1 人次怎么调都不变，1 种调法会换人",
        "距离远近 +10%：N-1 甲 → 乙；N-2 — → 甲",
        "N-3：丙 和 丁、V-9 不相上下，由您决定",
    ]


def test_flips_say_it_in_english_too():
    assert made_up_flips().summary(language="en").splitlines()[2] == "N-3: 丙 and 丁、V-9 are equal, your call"


def test_flips_stay_readable_whatever_is_in_a_name():
    flips = dataclasses.replace(made_up_flips(), names=(("V-1", "甲" * 32_767), ("V-2", "乙")))
    assert len(flips.summary().splitlines()[1]) < 200
    assert len(flips.table().iloc[0, 3]) == 32_767
