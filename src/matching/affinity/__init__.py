"""How well a pair fits: skills, words, ties, places, time and history, as one score whose parts sum to it."""

import importlib
from typing import Any

# Loaded when first asked for: the readers of text bring scikit-learn with them, which takes a second.
_HOME = {
    "FEATURES": "matching.affinity.weights",
    "AgeRange": "matching.affinity.notice_ages",
    "ClockSpan": "matching.affinity.notice_spans",
    "DateSpan": "matching.affinity.notice_spans",
    "DistrictNetwork": "matching.affinity.district_network",
    "FusedPairs": "matching.affinity.fused_rows",
    "FusedWeights": "matching.affinity.fused_rows",
    "HeadCount": "matching.affinity.notice_people",
    "Nearest": "matching.affinity.walk",
    "NeedRows": "matching.affinity.fused_rows",
    "NoticeField": "matching.affinity.notice",
    "NoticeReading": "matching.affinity.notice",
    "PairScores": "matching.affinity.score",
    "PartnerRows": "matching.affinity.fused_rows",
    "Policy": "matching.affinity.policy",
    "Profiles": "matching.affinity.profiles",
    "Question": "matching.affinity.notice",
    "Remembering": "matching.affinity.encoder",
    "SkillMention": "matching.affinity.skill_reader",
    "SkillReader": "matching.affinity.skill_reader",
    "Taxonomy": "matching.affinity.taxonomy",
    "TextCategorizer": "matching.affinity.categorizer",
    "WalkGraph": "matching.affinity.walk",
    "Weights": "matching.affinity.weights",
    "betweenness": "matching.affinity.network_figures",
    "bridge_ties": "matching.affinity.network_figures",
    "centrality": "matching.affinity.network_figures",
    "circle_table": "matching.affinity.district_tables",
    "connector_table": "matching.affinity.district_tables",
    "cut_nodes": "matching.affinity.network_figures",
    "describe_part": "matching.affinity.part_words",
    "hash_texts": "matching.affinity.text_hash",
    "nearest_by_walk": "matching.affinity.walk",
    "prepare_pairs": "matching.affinity.fused_rows",
    "prepare_walk": "matching.affinity.walk",
    "read_notice": "matching.affinity.notice",
    "read_notices": "matching.affinity.notice",
    "read_policy": "matching.affinity.policy",
    "read_profiles": "matching.affinity.profiles",
    "read_weights": "matching.affinity.weights",
    "reader_for": "matching.affinity.profiles",
    "replace_needs": "matching.affinity.profiles",
    "score_pairs": "matching.affinity.score",
    "see_network": "matching.affinity.district_network",
    "sole_skill_table": "matching.affinity.district_tables",
    "stack_needs": "matching.affinity.profiles",
    "top_candidates": "matching.affinity.search",
}
__all__ = [
    "FEATURES", "AgeRange", "ClockSpan", "DateSpan", "DistrictNetwork", "FusedPairs", "FusedWeights", "HeadCount",
    "Nearest", "NeedRows", "NoticeField", "NoticeReading", "PairScores", "PartnerRows", "Policy", "Profiles",
    "Question", "Remembering", "SkillMention", "SkillReader", "Taxonomy", "TextCategorizer", "WalkGraph", "Weights", "betweenness",
    "bridge_ties", "centrality", "circle_table", "connector_table", "cut_nodes", "describe_part", "hash_texts",
    "nearest_by_walk", "prepare_pairs", "prepare_walk", "read_notice", "read_notices", "read_policy",
    "read_profiles", "read_weights", "reader_for", "replace_needs", "score_pairs", "see_network",
    "sole_skill_table", "stack_needs", "top_candidates",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'matching.affinity' has no attribute {name!r}; it has {__all__}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__]
