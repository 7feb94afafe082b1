"""Write the committed sample district: data/district/district.xlsx, and its training programme, training.xlsx.

Run it after a change of the generator or of the records (`make district`), and commit what it writes. The same seed gives
the same bytes, so an unchanged district leaves an unchanged file.
"""

import argparse
import sys
from pathlib import Path

from matching.roster import write_workbook
from matching.samples import make_district, make_training

TARGET = Path(__file__).resolve().parents[1] / "data" / "district" / "district.xlsx"


def main() -> int:
    """Write the workbooks and say how large they are.

    Returns
    -------
    code : int
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET, help="where to write (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20240731, help="of the district (default: %(default)s)")
    options = parser.parse_args()
    community = make_district(seed=options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    # Phones are written in full because they are nobody's: they all start with 100 (tests/samples holds that).
    write_workbook(community, options.out, show_personal=True)
    rows = len(community.partners), len(community.needs), len(community.services)
    training = make_training(seed=options.seed, district=community)
    beside = options.out.with_name("training.xlsx")
    write_workbook(training, beside, show_personal=True)
    print(
        f"{beside}: {len(training.cadres)} cadres, {len(training.courses)} courses, {len(training.attendances)} attendances"
    )
    print(f"{options.out}: {rows[0]} partners, {rows[1]} needs, {rows[2]} service records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
