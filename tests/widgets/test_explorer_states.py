"""Any sequence of what people do: nothing is lost, undo returns exactly, what was accepted stays, old plans are refused."""

import dataclasses
import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from matching.affinity.weights import FEATURES
from matching.errors import CallError, StalePlanError
from matching.planning import check_plan
from matching.records import CHINA
from matching.samples import make_district
from matching.store import open_store
from matching.widgets import explore
from matching.widgets.explorer_draft import draft_of, take_draft
from matching.widgets.explorer_values import PAGES

NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)
AS_OF = dt.date(2024, 7, 31)
SMALL = make_district(units=5, specialists=6, community_partners=4, volunteers=25, needs=12)
FILLED = Path(tempfile.mkdtemp(prefix="matching-explorer-")) / "filled.db"
NEEDS = st.sampled_from([need.need_id for need in SMALL.needs])
PARTNERS = st.sampled_from([partner.partner_id for partner in SMALL.partners])


def fill():
    if not FILLED.exists():
        with open_store(FILLED, create=True) as store:
            store.import_community(SMALL, by="王主任", at=NOW)


class Desk(RuleBasedStateMachine):
    """One person at an explorer on a store, and now and then a second who writes into it."""

    @initialize()
    def open(self):
        fill()
        self.folder = Path(tempfile.mkdtemp(prefix="matching-desk-"))
        shutil.copyfile(FILLED, self.folder / "district.db")
        self.store = open_store(self.folder / "district.db")
        self.explorer = self.at_desk()
        self.before = []  # settings and plan before each step that can be undone
        self.accepted = ()
        self.is_stale = False

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def at_desk(self):
        return explore(self.store, by="王主任", as_of=AS_OF, now=lambda: NOW)

    def step(self, act):
        """Do something; remember what was before where it became a step."""
        work, count = self.explorer.state.work, len(self.explorer.state.past)
        try:
            act()
        except CallError:
            assert self.explorer.state.work is work  # what is refused changes nothing
            return
        if len(self.explorer.state.past) > count:
            self.before.append((work.settings, work.plan.plan_id, work.base))

    @rule(need=NEEDS, partner=PARTNERS)
    def pin(self, need, partner):
        self.step(lambda: self.explorer.pin(need, partner, by="王主任"))

    @rule(need=NEEDS, partner=PARTNERS, reason=st.sampled_from(["临时有事", "", "<script>"]))
    def forbid(self, need, partner, reason):
        self.step(lambda: self.explorer.forbid(need, partner, reason=reason))

    @rule(partner=PARTNERS)
    def absent(self, partner):
        self.step(lambda: self.explorer.mark_absent(partner))

    @rule(need=NEEDS)
    def urgent(self, need):
        self.step(lambda: self.explorer.mark_urgent(need))

    @rule(part=st.sampled_from(FEATURES), value=st.sampled_from([0.0, 0.1, 0.55, 1.0, 1.5]))
    def weigh(self, part, value):
        self.step(lambda: self.explorer.set_weight(part, value))

    @rule()
    def solve(self):
        self.step(self.explorer.solve)

    @rule()
    def take_a_wish_back(self):
        wishes = self.explorer.state.work.settings.wishes
        if wishes:
            action, need, partner = wishes[0].action, wishes[0].need_id or "", wishes[0].partner_id or ""
            self.step(lambda: self.explorer.release(action, need_id=need, partner_id=partner))

    @rule(need=NEEDS, page=st.sampled_from(PAGES), language=st.sampled_from(["zh", "en"]))
    def look_elsewhere(self, need, page, language):
        work = self.explorer.state.work
        self.explorer.choose(need).open_page(page).speak(language)
        assert self.explorer.state.work is work  # looking changes no decision

    @precondition(lambda self: self.before and not self.is_stale)
    @rule()
    def undo(self):
        settings_, plan_id, base = self.before.pop()
        is_acceptance = self.explorer.state.past[-1][0] == "accept"
        self.explorer.undo(by="李书记")
        work = self.explorer.state.work
        assert work.settings == settings_
        if is_acceptance:
            self.accepted = ()
            assert self.store.accepted_pairs() == ()
        elif work.base is base:
            assert work.plan.plan_id == plan_id

    @precondition(lambda self: not self.is_stale and not self.accepted)
    @rule()
    def accept(self):
        pairs = set(self.explorer.plan.pairs)
        if self.explorer.is_behind:
            with pytest.raises(CallError):
                self.explorer.accept(by="李书记")
            return
        self.step(lambda: self.explorer.accept(by="李书记"))
        self.accepted = tuple(sorted(pairs))

    @precondition(lambda self: not self.is_stale)
    @rule()
    def somebody_else_writes(self):
        self.store.disclose("电话", by="张副主任", at=NOW)
        self.is_stale = True

    @precondition(lambda self: self.is_stale)
    @rule()
    def accepting_a_stale_plan_is_refused(self):
        if not self.explorer.is_behind:
            with pytest.raises(StalePlanError):
                self.explorer.accept(by="李书记")
            assert set(self.store.accepted_pairs()) == set(self.accepted)

    @precondition(lambda self: self.is_stale)
    @rule()
    def refresh(self):
        work = self.explorer.state.work
        try:
            self.explorer.refresh()
        except CallError:
            return
        self.is_stale, self.before = False, []
        assert self.explorer.state.work.settings.wishes == work.settings.wishes

    @precondition(lambda self: not self.is_stale)
    @rule()
    def reload_the_page(self):
        asked, view = self.explorer.state.work.settings, self.explorer.state.view
        try:
            self.explorer = self.at_desk()
        except CallError:  # two pins that cannot both be kept are said when the page is opened, too
            self.explorer = explore(self.store, by="另一人", as_of=AS_OF, now=lambda: NOW)
        else:
            assert self.explorer.state.work.settings == asked
            assert dataclasses.replace(self.explorer.state.view, priced="") == dataclasses.replace(view, priced="")
        self.before = []

    @invariant()
    def nothing_is_lost(self):
        if not hasattr(self, "explorer"):
            return
        state = self.explorer.state
        kept, _ = take_draft(state.work.base, draft_of(state), state.view)
        assert kept == state.work.settings
        assert set(self.store.accepted_pairs()) == set(self.accepted)
        gone = {w.partner_id for w in state.work.solved.wishes if w.action == "absent"}
        out = {(w.need_id, w.partner_id) for w in state.work.solved.wishes if w.action in {"absent", "forbid"}}
        for pair in self.accepted:  # what was accepted stays unless a person asked otherwise
            assert pair in state.work.plan.pairs or pair in out or pair[1] in gone or self.explorer.is_behind
        assert check_plan(state.work.plan, state.work.base.community) == ()


TestAnySequence = Desk.TestCase
TestAnySequence.settings = settings(
    max_examples=6, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
