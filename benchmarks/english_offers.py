"""English request → English offer: how often the right offer is among the first, beside a plain TF-IDF.

    python benchmarks/english_offers.py [FOLDER] [--half development|final] [--misses]

`benchmarks/data/english_offers.csv` holds 64 invented requests in residents' words, each with the offer of a volunteer that answers it and the
skill that it is about: the misses of 40 (`development`) were read while words were added, the other 24 (`final`) were written after that and scored once. All offers stand in one district without skills stated, places or hours; each request is scored against all of
them by `matching.planning.score`. The plain machine is scikit-learn's TF-IDF on words, English stop words left out.
The requests and the English words of `data/sayings_english.csv` are by one author.

FOLDER may hold `*.csv` of real opportunities with the columns `title` and `summary` (New York's list of volunteer opportunities has
them): then each summary is asked for its own title among all titles, by words in common alone (`text`), against the same machine.
"""

import argparse
import csv
import datetime as dt
import re
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.affinity.text_fit import cosines, fit_text
from matching.planning import score
from matching.records import Community, Need, NeedStatus, Volunteer

PAIRS = Path(__file__).parent / "data" / "english_offers.csv"
AS_OF = dt.date(2024, 7, 31)
MOST_TITLES = 3000


def place_of(values, right):
    """Place of the right one, counting whoever is as good as better."""
    return int((values > values[right]).sum() + (values == values[right]).sum())


def show(title, places):
    places = np.array(places)
    print(f"{title:34s} first {np.mean(places == 1):.3f}, among the first five {np.mean(places <= 5):.3f}")


def a_need(at, words):
    return Need(need_id=f"N-{at:04d}", description=words, people_min=1, people_max=1, hours=1.0,
                reported_on=AS_OF, status=NeedStatus.OPEN)  # fmt: skip


def a_volunteer(at, words):
    return Volunteer(partner_id=f"V-{at:04d}", name=f"Volunteer {at}", offer=words)


def plain_places(asked, offered):
    plain = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit([*asked, *offered])
    cosine = (plain.transform(asked) @ plain.transform(offered).T).toarray()
    return [place_of(row, at) for at, row in enumerate(cosine)]


def text_places(asked, offered):
    needs, partners = zip(*((a_need(at, a), a_volunteer(at, o)) for at, (a, o) in enumerate(zip(asked, offered, strict=True))), strict=True)  # fmt: skip
    fit, everybody = fit_text(needs, partners), np.arange(len(partners))
    return [place_of(cosines(fit, np.full(len(partners), at), everybody), at) for at in range(len(needs))]


def invented(half, *, misses):
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["half"] == half]
    asked, offered = [row["request"] for row in rows], [row["offer"] for row in rows]
    needs, partners = zip(*((a_need(at, a), a_volunteer(at, o)) for at, (a, o) in enumerate(zip(asked, offered, strict=True))), strict=True)  # fmt: skip
    candidates = score(Community(needs=needs, volunteers=partners), as_of=AS_OF)
    taxonomy = candidates.profiles.taxonomy
    places = [place_of(row, at) for at, row in enumerate(candidates.scores)]
    read = [[taxonomy.skills[each.place].skill_id for each in wanted] for wanted in candidates.profiles.wanted]
    print(f"{len(rows)} invented requests, as many offers")
    show("score", places)
    show("its words in common alone", text_places(asked, offered))
    show("plain TF-IDF", plain_places(asked, offered))
    right = np.mean([row["skill"] in each for row, each in zip(rows, read, strict=True)])
    print(f"skill read from the request {right:.3f}")
    if misses:
        for row, place, each in zip(rows, places, read, strict=True):
            if place > 1 or row["skill"] not in each:
                print(f"  {place:2d} {row['request']} | {[taxonomy.skill(one).name for one in each]}")


def real(folder):
    titles, summaries = [], []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                title, summary = (re.sub(r"<[^>]+>", " ", row.get(name) or "").strip() for name in ("title", "summary"))
                if title and summary and title not in titles and len(titles) < MOST_TITLES:
                    titles.append(title)
                    summaries.append(summary)
    print(f"{len(titles)} real opportunities, summary → its own title")
    if titles:
        show("words in common", text_places(summaries, titles))
        show("plain TF-IDF", plain_places(summaries, titles))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--half", choices=("development", "final"), default="final")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    invented(options.half, misses=options.misses)
    if options.folder:
        real(options.folder)


if __name__ == "__main__":
    main()
