from matching.store.backup import restore
from matching.store.people import make_id
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
    "PlanStatus", "RegisterCount", "Store", "StoredPlan", "make_id", "open_store", "restore",
]  # fmt: skip
