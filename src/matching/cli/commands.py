"""The table of commands."""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

from matching.cli.parser import Argument, Command, a_date, a_month, a_year

_INPUT = Argument("input", {"metavar": "INPUT"})
_STORE = Argument("--store", {"metavar": "DB", "required": True})
_BY = Argument("--by", {"metavar": "NAME", "required": True})
_BY_IF_PHONES = Argument("--by", {"metavar": "NAME"}, key="by_phones")
_REASON = Argument("--reason", {"metavar": "TEXT"})
_YEAR = Argument("--year", {"type": a_year, "metavar": "YYYY"})
_STRICT = Argument("--strict", {"action": "store_true"})
_AS_OF = Argument("--as-of", {"type": a_date, "metavar": "YYYY-MM-DD"})
_PHONES = Argument("--show-phones", {"action": "store_true"})
_SUBJECT = Argument(
    "--for", {"choices": ("district", "training"), "default": "district", "dest": "subject"}, key="subject"
)
_FOLDER = Argument("--out", {"type": Path, "metavar": "DIR", "required": True}, key="out_folder")


def _late(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Load a command's module only when it runs, so that `--help` answers at once."""

    def run(options: argparse.Namespace) -> int:
        code: int = getattr(importlib.import_module(module), function)(options)
        return code

    return run


COMMANDS = (
    Command("demo", _late("matching.cli.match", "demo"), (
        Argument("--out", {"type": Path, "metavar": "DIR", "default": Path("results")}, key="out_folder"),
    )),
    Command("check", _late("matching.cli.files", "check"), (
        _INPUT, _YEAR, _STRICT,
        Argument("--out", {"type": Path, "metavar": "FILE.xlsx"}, key="out_problems"),
        Argument("--most", {"type": int, "default": 50, "metavar": "N"}), _SUBJECT,
    )),
    Command("template", _late("matching.cli.files", "template"), (
        Argument("output", {"type": Path, "metavar": "FILE.xlsx"}),
        _SUBJECT,
    )),
    Command("notices", _late("matching.cli.notices", "notices"), (
        Argument("input", {"type": Path, "metavar": "FILE"}, key="notices"),
        Argument("--out", {"type": Path, "metavar": "FILE.xlsx", "required": True}, key="out_needs"),
        _YEAR,
    )),
    Command("skills", _late("matching.cli.skills", "skills"), (
        Argument("action", {"choices": ("list", "find", "show", "check", "unknown", "accept", "forget"), "nargs": "?", "default": "list", "metavar": "ACTION"}, key="skills_action"),
        Argument("words", {"nargs": "*", "metavar": "WORD"}, key="skills_words"),
        Argument("--input", {"metavar": "INPUT"}, key="skills_input"),
        Argument("--store", {"metavar": "DB"}, key="skills_store"),
        Argument("--by", {"metavar": "NAME"}),
        _REASON,
        Argument("--family", {"metavar": "TEXT"}, key="skills_family"),
        Argument("--most", {"type": int, "default": 50, "metavar": "N"}, key="skills_most"),
    )),
    Command("match", _late("matching.cli.match", "match"), (
        _INPUT, _FOLDER, _AS_OF, _YEAR, _STRICT,
        Argument("--weights", {"type": Path, "metavar": "DIR"}),
        Argument("--fair", {"action": "store_true"}),
        _PHONES, _BY_IF_PHONES,
        Argument("--store", {"metavar": "DB"}, key="store_phones"),
    )),
    Command("learn", _late("matching.cli.learn", "learn"), (
        _INPUT, _FOLDER, _AS_OF, _YEAR, Argument("--weights", {"type": Path, "metavar": "DIR"}),
    )),
    Command("report", _late("matching.cli.report", "report"), (
        Argument("input", {"metavar": "STORE"}, key="report_source"),
        Argument("--month", {"type": a_month, "metavar": "YYYY-MM"}),
        Argument("--out", {"type": Path, "metavar": "DIR"}, key="out_folder"),
        Argument("--check", {"type": Path, "metavar": "DIR"}, key="check_report"),
        Argument("--as-of", {"type": a_date, "metavar": "YYYY-MM-DD"}, key="known_by"),
        Argument("--weights", {"type": Path, "metavar": "DIR"}),
        Argument("--no-pdf", {"action": "store_true"}),
    )),
    Command("record", _late("matching.cli.keep", "record"), (
        Argument("input", {"type": Path, "metavar": "FILE"}, key="dispatch"), _STORE, _BY, _YEAR, _STRICT,
    )),
    Command("init", _late("matching.cli.keep", "init"), (
        Argument("store", {"metavar": "DB"}), Argument("--migrate", {"action": "store_true"}),
    )),
    Command("import", _late("matching.cli.keep", "import_"), (
        _INPUT, _STORE, _BY, _YEAR, _STRICT, Argument("--retire-missing", {"action": "store_true"}), _SUBJECT,
    )),
    Command("export", _late("matching.cli.keep", "export"), (
        Argument("output", {"type": Path, "metavar": "FILE.xlsx|DIR"}, key="output_files"), _STORE, _PHONES, _BY_IF_PHONES, _SUBJECT,
    )),
    Command("accept", _late("matching.cli.keep", "accept"), (
        Argument("input", {"type": Path, "metavar": "plan.json"}, key="plan"), _STORE, _BY, _REASON,
    )),
    Command("undo", _late("matching.cli.keep", "undo"), (Argument("plan_id", {"metavar": "PLAN"}), _STORE, _BY, _REASON)),
    Command("plans", _late("matching.cli.keep", "plans"), (_STORE,)),
    Command("merge", _late("matching.cli.keep", "merge"), (
        Argument("kept", {"metavar": "KEPT_ID"}), Argument("merged", {"metavar": "MERGED_ID"}), _STORE, _BY, _REASON,
    )),
    Command("withdraw", _late("matching.cli.keep", "withdraw"), (Argument("partner", {"metavar": "ID"}), _STORE, _BY, _REASON)),
    Command("backup", _late("matching.cli.keep", "backup"), (Argument("output", {"type": Path, "metavar": "FILE"}, key="backup"), _STORE)),
    Command("restore", _late("matching.cli.keep", "restore"), (
        Argument("input", {"type": Path, "metavar": "FILE"}, key="backup"), _STORE,
        Argument("--overwrite", {"action": "store_true"}),
    )),
    Command("attend", _late("matching.cli.train", "attend"), (
        Argument("input", {"type": Path, "metavar": "FILE"}, key="attendance"), _STORE, _BY, _YEAR, _STRICT,
        Argument("--course", {"metavar": "ID"}),
    )),
    Command("ledger", _late("matching.cli.train", "ledger"), (
        Argument("input", {"metavar": "INPUT"}, key="training"),
        Argument("--out", {"type": Path, "metavar": "FILE.xlsx", "required": True}, key="out_workbook"),
        _AS_OF, _YEAR, Argument("--weights", {"type": Path, "metavar": "DIR"}, key="policies"),
        Argument("--district", {"metavar": "INPUT"}),
    )),
    Command("growth", _late("matching.cli.train", "growth"), (
        Argument("input", {"metavar": "INPUT"}, key="training"), _FOLDER,
        Argument("--person", {"metavar": "ID", "action": "append"}), Argument("--pdf", {"action": "store_true"}),
        _AS_OF, _YEAR, Argument("--weights", {"type": Path, "metavar": "DIR"}, key="policies"),
    )),
    Command("serve", _late("matching.cli.serve", "serve"), (
        _INPUT, _YEAR,
        Argument("--store", {"metavar": "DB"}, key="store_beside"),
        Argument("--host", {"default": "127.0.0.1", "metavar": "ADDRESS"}),
        Argument("--port", {"type": int, "metavar": "N"}, key="page_port"),
        Argument("--no-token", {"action": "store_true"}),
        Argument("--no-browser", {"action": "store_true"}),
        Argument("--preheat", {"type": int, "default": 1, "metavar": "N"}),
    )),
    Command("lab", _late("matching.cli.lab", "lab"), (
        Argument("folder", {"type": Path, "metavar": "DIR", "nargs": "?"}, key="lab_folder"),
        Argument("--no-browser", {"action": "store_true"}),
        Argument("--port", {"type": int, "default": 8888, "metavar": "N"}),
    )),
)  # fmt: skip
