"""The command that reads needs from notices."""

import argparse

from matching.labels import label
from matching.planning.notices import needs_from_notice, read_notice_file, write_notice_needs


def notices(options: argparse.Namespace) -> int:
    """Read notices and write a workbook of needs with the words they came from and what to ask.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 if nothing has to be asked, 1 if there are questions.
    """
    read = read_notice_file(options.input)
    readings = write_notice_needs(read, options.out, stated_year=options.year, language=options.language)
    questions = sum(len(each.questions) for each in readings)
    needs = sum(len(needs_from_notice(each, number="0")) for each in readings)
    print(
        label(
            "planning.notices.read",
            language=options.language,
            notices=len(read),
            needs=needs,
            questions=questions,
            path=options.out,
        )
    )
    return 1 if questions else 0
