"""A district in which every field of words of every row holds something hostile."""

import dataclasses

from matching.records import Personal
from matching.records.columns import CellType, columns_of

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\u202e倒着写\u202d\u2066",
    "长" * 2000,
    "👩‍👩‍👧‍👦🔥邻里",
    "</textarea><svg onload=alert(3)>",
    "{{constructor}} ${alert(4)} javascript:alert(5)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://page.test/","点我")',
    "+1+1",
    "@SUM(1)",
)


def hostile(district):
    """Every field of words of every row holds something hostile."""
    at = iter(range(10**9))

    def spoil(row):
        words = [
            column.name
            for column in columns_of(type(row))
            if column.cell_type is CellType.TEXT and column.personal is not Personal.PHONE
        ]
        return dataclasses.replace(
            row, **{name: HOSTILE[next(at) % len(HOSTILE)] for name in words if getattr(row, name) is not None}
        )

    names = ("units", "specialists", "community_partners", "volunteers", "needs", "grids", "licences", "services")
    return district.replace(**{name: tuple(map(spoil, getattr(district, name))) for name in names})
