"""Learning from outcomes: weights and a chance that the next matching may use, and a page that says how good they are."""

import argparse

from matching.affinity.weights import read_weights
from matching.cli.parser import now
from matching.cli.progress import progress_bar
from matching.community import read_community
from matching.labels import label
from matching.planning import default_as_of
from matching.planning import learn as learn_from_outcomes
from matching.reports import write_learning_report

REPORT = "学习.html"


def learn(options: argparse.Namespace) -> int:
    """Learn from what became of past requests and write what was learned.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 if something was learned, 1 if the data cannot support it and the tabled weights stay.
    """
    with progress_bar() as progress:
        community = read_community(options.input, stated_year=options.year, progress=progress)
        progress(0, 1, label("cli.learning", language=options.language))
        as_of = options.as_of or default_as_of(community, today=now().date())
        learning = learn_from_outcomes(community, as_of=as_of, policies=options.weights)
    options.out.mkdir(parents=True, exist_ok=True)
    tabled = read_weights(overlay=options.weights)
    report = write_learning_report(learning, options.out / REPORT, tabled=tabled, language=options.language)
    print(learning.summary(language=options.language))
    print(label("cli.written", language=options.language, path=report))
    if learning.learned.is_supported:
        print(label("cli.learned", language=options.language, folder=learning.write(options.out)))
    return 0 if learning.learned.is_supported else 1
