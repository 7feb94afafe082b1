"""The names that other work relies on can be had from the room's face."""

import matching.affinity


def test_every_name_of_the_face_can_be_had():
    for name in matching.affinity.__all__:
        assert getattr(matching.affinity, name) is not None
    assert {"SkillReader", "TextCategorizer", "top_candidates"} <= set(dir(matching.affinity))
