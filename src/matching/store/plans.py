"""Accepting plans and undoing them: the document of a plan and the decisions on its pairs, all or nothing."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from matching.errors import StalePlanError, StoreError, UnknownNameError
from matching.records import Action, Community, Decision, register
from matching.store.batches import next_number
from matching.store.cells import decode_rows, encode_document, encode_key, encode_text, show_key
from matching.store.facts import write_facts
from matching.store.people import make_id
from matching.store.schema import Schema
from matching.store.summaries import AcceptablePlan, PlanEntry, StoredPlan
from matching.store.versions import encode_by_key

DECISIONS = "decisions"


def find_acceptance(connection: Connection, schema: Schema, plan: AcceptablePlan) -> tuple[Decision, ...] | None:
    """Return the decisions by which exactly this plan was accepted before.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    plan : AcceptablePlan
        The plan.

    Returns
    -------
    decisions : tuple of Decision or None
        None where no plan of that name was accepted.

    Raises
    ------
    StoreError
        If another plan of the same name was accepted.
    StalePlanError
        If the plan was accepted and undone since: the data it was made on have changed by that.
    """
    table = schema.plans
    row = connection.execute(select(table).where(table.c.plan_id == encode_key(plan.plan_id))).first()
    if row is None:
        return None
    if (row.fingerprint, row.document) != (plan.fingerprint, encode_document(plan.document)):
        raise StoreError(
            f"Plan {show_key(plan.plan_id)} was accepted before with other content. Give the new plan a name of its own."
        )
    decisions = read_decisions(connection, schema, batch_id=row.row_batch)
    reversed_ids = _reversed_ids(connection, schema)
    if any(each.decision_id in reversed_ids for each in decisions):
        raise StalePlanError(
            f"Plan {show_key(plan.plan_id)} was accepted and undone since. Make the plan again on the store as it is now."
        )
    return decisions


def check_pairs(plan: AcceptablePlan, community: Community) -> None:
    """Refuse a plan whose pairs are not of the store's needs and partners.

    Parameters
    ----------
    plan : AcceptablePlan
        The plan.
    community : Community
        What is known now.

    Raises
    ------
    StoreError
        If a pair comes twice, or names an unknown need or an unknown, frozen or merged partner.
    """
    needs = {need.need_id for need in community.needs}
    partners = {partner.partner_id for partner in community.partners}
    seen: set[tuple[str, str]] = set()
    for need_id, partner_id in plan.pairs:
        where = f"Plan {show_key(plan.plan_id)}, {show_key(need_id)} × {show_key(partner_id)}"
        if (need_id, partner_id) in seen:
            raise StoreError(f"{where}: the pair comes twice. Name it once.")
        if need_id not in needs:
            raise StoreError(f"{where}: there is no such need in the store. Import it first.")
        if partner_id not in partners:
            raise StoreError(f"{where}: the partner is unknown, frozen or merged into another. Make the plan again.")
        seen.add((need_id, partner_id))


def write_plan(
    connection: Connection, schema: Schema, plan: AcceptablePlan, *, batch_id: int, by: str, at: dt.datetime, reason: str | None
) -> tuple[Decision, ...]:  # fmt: skip
    """Write the document of a plan and a decision on each of its pairs.

    Parameters
    ----------
    connection : Connection
        In a write; what is written counts when it commits, as a whole.
    schema : Schema
        The tables.
    plan : AcceptablePlan
        The plan.
    batch_id : int
        Number of the batch.
    by : str
        Who accepts it.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    decisions : tuple of Decision
    """
    decisions = tuple(
        Decision(
            decision_id=make_id("D", plan.plan_id, plan.fingerprint, need_id, partner_id),
            plan_id=plan.plan_id,
            action=Action.ACCEPT,
            need_id=need_id,
            partner_id=partner_id,
            by=by,
            at=at,
            reason=reason,
        )
        for need_id, partner_id in plan.pairs
    )
    row = {
        "row_seq": next_number(connection, schema.plans),
        "row_batch": batch_id,
        "plan_id": plan.plan_id,
        "fingerprint": encode_text(plan.fingerprint),
        "pair_count": len(decisions),
        "document": encode_document(plan.document),
    }
    connection.execute(insert(schema.plans), [row])
    home = register(DECISIONS)
    write_facts(connection, schema, home, encode_by_key(home, decisions).values(), batch_id=batch_id)
    return decisions


def undo_decisions(
    connection: Connection,
    schema: Schema,
    plan_id: str,
    *,
    pairs: Iterable[tuple[str, str]] | None,
    by: str,
    at: dt.datetime,
    reason: str | None,
) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """Return the decisions that undo an accepted plan, or some of its pairs.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    plan_id : str
        The plan.
    pairs : iterable of (str, str), optional
        Which of its pairs; by default all.
    by : str
        Who undoes it.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    decisions : tuple of Decision
        One for each pair that was not undone before.
    known : tuple of str
        Identifiers of the decisions that undid the other pairs before.

    Raises
    ------
    UnknownNameError
        If no such plan was accepted, or it holds no such pair.
    """
    plan = connection.execute(select(schema.plans).where(schema.plans.c.plan_id == encode_key(plan_id))).first()
    if plan is None:
        raise UnknownNameError(f"No plan {plan_id!r} was accepted. `matching plans` lists those that were.")
    accepted = {
        (str(d.need_id), str(d.partner_id)): d for d in read_decisions(connection, schema, batch_id=plan.row_batch)
    }
    wanted = list(accepted) if pairs is None else list(dict.fromkeys(pairs))
    strange = [pair for pair in wanted if pair not in accepted]
    if strange:
        raise UnknownNameError(f"Plan {plan_id!r} holds no pair {strange[0]}. `matching plans` lists accepted plans.")
    reversed_ids = _reversed_ids(connection, schema)
    undone = tuple(
        Decision(
            decision_id=make_id("D", "undo", each.decision_id),
            plan_id=plan_id,
            action=Action.UNDO,
            need_id=each.need_id,
            partner_id=each.partner_id,
            by=by,
            at=at,
            reason=reason,
            reverses=each.decision_id,
        )
        for pair in wanted
        if (each := accepted[pair]).decision_id not in reversed_ids
    )
    return undone, tuple(
        reversed_ids[d.decision_id] for d in map(accepted.get, wanted) if d and d.decision_id in reversed_ids
    )


def list_plans(connection: Connection, schema: Schema) -> tuple[PlanEntry, ...]:
    """Return all accepted plans, the oldest first.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.

    Returns
    -------
    entries : tuple of PlanEntry
    """
    plans, batches, decisions = schema.plans, schema.batches, schema.by_register[DECISIONS]
    rows = connection.execute(
        select(plans.c.plan_id, plans.c.fingerprint, plans.c.pair_count, plans.c.row_batch, batches)
        .join(batches, plans.c.row_batch == batches.c.batch_id)
        .order_by(plans.c.row_seq)
    ).all()
    reversed_ids = _reversed_ids(connection, schema)
    accepts = connection.execute(
        select(decisions.c.row_batch, decisions.c.decision_id).where(decisions.c.action == Action.ACCEPT.value)
    )
    undone: dict[int, int] = {}
    for batch_id, decision_id in accepts:
        undone[batch_id] = undone.get(batch_id, 0) + (decision_id in reversed_ids)
    return tuple(
        PlanEntry(
            plan_id=row.plan_id,
            fingerprint=row.fingerprint,
            by=row.recorded_by,
            at=row.stated_at,
            reason=row.reason,
            pairs=row.pair_count,
            undone=undone.get(row.row_batch, 0),
        )
        for row in rows
    )


def read_plan(connection: Connection, schema: Schema, plan_id: str) -> StoredPlan:
    """Return an accepted plan as it was.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    plan_id : str
        The plan.

    Returns
    -------
    plan : StoredPlan

    Raises
    ------
    UnknownNameError
        If no such plan was accepted.
    """
    found = [each for each in list_plans(connection, schema) if each.plan_id == plan_id]
    if not found:
        raise UnknownNameError(f"No plan {plan_id!r} was accepted. `matching plans` lists those that were.")
    row = connection.execute(select(schema.plans).where(schema.plans.c.plan_id == plan_id)).one()
    decisions = read_decisions(connection, schema, batch_id=row.row_batch)
    return StoredPlan(
        entry=found[0],
        pairs=tuple((str(each.need_id), str(each.partner_id)) for each in decisions),
        document=json.loads(row.document),
    )


def read_decisions(connection: Connection, schema: Schema, *, batch_id: int) -> tuple[Decision, ...]:
    """Return the decisions by which the plan of a batch was accepted.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    batch_id : int
        Number of the batch.

    Returns
    -------
    decisions : tuple of Decision
        In the order of the plan's pairs.
    """
    home = register(DECISIONS)
    table = schema.table(home)
    rows = connection.execute(
        select(*(table.c[column.name] for column in home.columns))
        .where(table.c.row_batch == batch_id, table.c.action == Action.ACCEPT.value)
        .order_by(table.c.row_seq)
    )
    return tuple(each for each in decode_rows(home, rows) if isinstance(each, Decision))


def open_pairs(decisions: Sequence[Decision]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that were accepted and not undone.

    Parameters
    ----------
    decisions : sequence of Decision
        All decisions that are known.

    Returns
    -------
    pairs : tuple of (str, str)
        Need and partner, each pair once, in the order in which they were accepted.
    """
    reversed_ids = {each.reverses for each in decisions if each.reverses is not None}
    return tuple(
        dict.fromkeys(
            (each.need_id, each.partner_id)
            for each in decisions
            if each.action is Action.ACCEPT
            and each.decision_id not in reversed_ids
            and each.need_id is not None
            and each.partner_id is not None
        )
    )


def _reversed_ids(connection: Connection, schema: Schema) -> dict[str, str]:
    table = schema.by_register[DECISIONS]
    rows = connection.execute(select(table.c.reverses, table.c.decision_id).where(table.c.reverses.is_not(None)))
    return {row.reverses: row.decision_id for row in rows}
