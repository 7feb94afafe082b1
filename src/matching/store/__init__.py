"""Keeping: a SQLite file by default, PostgreSQL by URL. Registers as dated versions, facts that never change."""

from matching.store.backup import restore
from matching.store.store import Store, open_store
from matching.store.summaries import (
    AcceptablePlan,
    AcceptSummary,
    AppendSummary,
    Batch,
    CopySummary,
    ImportSummary,
    PlanEntry,
    PlanStatus,
    RegisterCount,
    StoredPlan,
)

__all__ = [
    "AcceptSummary", "AcceptablePlan", "AppendSummary", "Batch", "CopySummary", "ImportSummary", "PlanEntry",
    "PlanStatus", "RegisterCount", "Store", "StoredPlan", "open_store", "restore",
]  # fmt: skip
