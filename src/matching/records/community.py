"""The bundle of all registers of a district, as one value."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from matching import frames as pd
from matching.errors import UnknownNameError
from matching.labels import Language
from matching.records.columns import Record, Register, columns_of
from matching.records.display import records_table
from matching.records.facts import Consent, Decision, Disclosure, Merge, ServiceRecord
from matching.records.licences import Block, Licence
from matching.records.needs import Event, Need
from matching.records.partners import CommunityPartner, Partner, Specialist, Unit, Volunteer
from matching.records.places import Grid
from matching.records.problems import CellProblem
from matching.records.registers import REGISTERS, register
from matching.records.skills import Skill, SkillWord

# Registers that an earlier version did not know: empty, they leave the fingerprint of the plans made then as it was.
_JOINED_LATER = frozenset({"skill_words"})


@dataclasses.dataclass(frozen=True)
class Community:
    """What is known of a district: registers, facts, and what was odd about the files they came from.

    Two communities are equal when their registers and facts are; where they came from does not count.
    """

    grids: tuple[Grid, ...] = ()
    units: tuple[Unit, ...] = ()
    specialists: tuple[Specialist, ...] = ()
    community_partners: tuple[CommunityPartner, ...] = ()
    volunteers: tuple[Volunteer, ...] = ()
    licences: tuple[Licence, ...] = ()
    needs: tuple[Need, ...] = ()
    events: tuple[Event, ...] = ()
    blocks: tuple[Block, ...] = ()
    skills: tuple[Skill, ...] = ()
    services: tuple[ServiceRecord, ...] = ()
    decisions: tuple[Decision, ...] = ()
    consents: tuple[Consent, ...] = ()
    merges: tuple[Merge, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    skill_words: tuple[SkillWord, ...] = ()
    problems: tuple[CellProblem, ...] = dataclasses.field(default=(), compare=False)
    source: str = dataclasses.field(default="", compare=False)

    @classmethod
    def of(
        cls, rows: Mapping[str, Iterable[Record]], *, problems: Iterable[CellProblem] = (), source: str = ""
    ) -> Community:
        """Bundle rows by the names of their registers.

        Parameters
        ----------
        rows : mapping of str to iterable of Record
            Rows of each register; a register that is not named is empty.
        problems : iterable of CellProblem
            What was odd.
        source : str
            Where the rows came from.

        Returns
        -------
        community : Community
        """
        unknown = set(rows) - {each.name for each in REGISTERS}
        if unknown:
            raise UnknownNameError(
                f"There are no registers {sorted(unknown)}. There are: {[r.name for r in REGISTERS]}"
            )
        bundled: dict[str, Any] = {name: tuple(records) for name, records in rows.items()}
        return cls(**bundled, problems=tuple(problems), source=source)

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers of the district, in the order of their sheets."""
        return REGISTERS

    def rows(self, name: str) -> tuple[Record, ...]:
        """Return the rows of a register.

        Parameters
        ----------
        name : str
            Name of the register, for example ``"volunteers"``.

        Returns
        -------
        rows : tuple of Record
        """
        rows: tuple[Record, ...] = getattr(self, register(name).name)
        return rows

    @functools.cached_property
    def partners(self) -> tuple[Partner, ...]:
        """All partners of the four kinds, frozen ones and merged-away ones left out, in the order of the sheets."""
        merged = {merge.merged_id for merge in self.merges}
        everyone = itertools.chain(self.units, self.specialists, self.community_partners, self.volunteers)
        return tuple(p for p in everyone if p.partner_id not in self.frozen_ids and p.partner_id not in merged)

    @functools.cached_property
    def frozen_ids(self) -> frozenset[str]:
        """Partners who withdrew consent: stored, never matched or shown. The latest word of each counts."""
        everyone = itertools.chain(self.units, self.specialists, self.community_partners, self.volunteers)
        given = {p.partner_id: p.consent is not False for p in everyone}
        given |= {each.partner_id: each.is_given for each in sorted(self.consents, key=lambda each: each.at)}
        return frozenset(partner_id for partner_id, is_given in given.items() if not is_given)

    def resolve(self, partner_id: str) -> str:
        """Return the identifier under which a partner is kept after merges.

        Parameters
        ----------
        partner_id : str
            An identifier that may have been merged into another.

        Returns
        -------
        kept_id : str
        """
        into = {merge.merged_id: merge.kept_id for merge in self.merges}
        seen = set()
        while partner_id in into and partner_id not in seen:
            seen.add(partner_id)
            partner_id = into[partner_id]
        return partner_id

    def partner(self, partner_id: str) -> Partner:
        """Return one partner.

        Parameters
        ----------
        partner_id : str
            Identifier, also one that was merged into another.

        Returns
        -------
        partner : Partner

        Raises
        ------
        UnknownNameError
            If there is none, or it is frozen.
        """
        found = self._partner_by_id.get(self.resolve(partner_id))
        if found is None:
            raise UnknownNameError(
                f"There is no partner {partner_id!r}, or consent was withdrawn. Look the ID up in the workbook."
            )
        return found

    def need(self, need_id: str) -> Need:
        """Return one need.

        Parameters
        ----------
        need_id : str
            Identifier.

        Returns
        -------
        need : Need

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        found = self._need_by_id.get(need_id)
        if found is None:
            raise UnknownNameError(f"There is no need {need_id!r}. Look the ID up in the workbook.")
        return found

    def table(self, name: str, *, show_personal: bool = False, language: Language = "zh") -> pd.DataFrame:
        """Return a register as a table for people, with frozen partners left out.

        Parameters
        ----------
        name : str
            Name of the register, or ``"partners"`` for the columns that the four kinds share.
        show_personal : bool, default=False
            Whether phones, ID numbers and addresses are shown unmasked. Whoever asks should record a `Disclosure`.
        language : {"zh", "en"}, default="zh"
            Of headers and choices.

        Returns
        -------
        table : DataFrame
            One row a record; every value is text.
        """
        if name == "partners":
            columns, rows = columns_of(Partner), tuple(self.partners)
        else:
            columns, rows = register(name).columns, self.rows(name)  # type: ignore[assignment]
        shown = [row for row in rows if getattr(row, "partner_id", None) not in self.frozen_ids]
        return records_table(shown, columns, show_personal=show_personal, language=language)

    def fingerprint(self) -> str:
        """Return a hash of all registers and facts, the same for equal communities.

        Returns
        -------
        fingerprint : str
            16 hexadecimal digits.
        """
        return self._fingerprint

    def replace(self, **changes: Any) -> Community:
        """Return a community in which some registers are others.

        Parameters
        ----------
        **changes : tuple of Record
            New rows by name of register.

        Returns
        -------
        community : Community
        """
        return dataclasses.replace(self, **changes)

    @functools.cached_property
    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for each in REGISTERS:
            if each.name in _JOINED_LATER and not self.rows(each.name):
                continue
            digest.update(each.name.encode())
            for row in self.rows(each.name):
                digest.update(repr(row).encode())
        return digest.hexdigest()[:16]

    @functools.cached_property
    def _partner_by_id(self) -> dict[str, Partner]:
        return {p.partner_id: p for p in self.partners}

    @functools.cached_property
    def _need_by_id(self) -> dict[str, Need]:
        return {need.need_id: need for need in self.needs}
