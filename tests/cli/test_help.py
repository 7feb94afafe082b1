"""The command tells what it can do, in both languages, and refuses the rest in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from matching import cli, errors
from matching.cli import main
from matching.cli.commands import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "commands.md"


def run(capsys, *arguments):
    try:
        code = main(arguments)
    except SystemExit as exit_:
        code = exit_.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_help_lists_every_command_in_both_languages(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in COMMANDS:
        assert f"    {command.name} " in out
    assert "用示例区跑一遍" in out
    assert "run the main job on the sample district" in out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_each_of_its_arguments_in_both_languages(capsys, command):
    code, out, _ = run(capsys, command.name, "--help")
    assert code == 0
    for argument in command.arguments:
        assert argument.name in out or argument.options["metavar"] in out
    assert out.count(" / ") >= len(command.arguments)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_and_option_is_documented(command):
    text = PAGE.read_text(encoding="utf-8")
    assert f"## `matching {command.name}" in text
    section = text.split(f"## `matching {command.name}")[1].split("\n## ")[0]
    for argument in command.arguments:
        word = argument.name if argument.name.startswith("-") else argument.options["metavar"]
        assert word in section, f"{command.name}: {word}"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("match",),
        ("match", "a.xlsx"),
        ("match", "a.xlsx", "--out", "x", "--as-of", "7月3日"),
        ("check", "no_such_file.xlsx"),
        ("report", "a.db"),
        ("report", "a.db", "--month", "2024-07"),
        ("report", "a.db", "--month", "七月", "--out", "x"),
        ("report", "a.db", "--month", "2024-07", "--out", "x", "--check", "x"),
        ("report", "no_such.db", "--month", "2024-07", "--out", "x"),
    ],
)
def test_a_wrong_call_ends_with_one_line_and_exit_code_2(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("matching: ")
    assert err.count("\n") == 1


def test_help_answers_at_once_without_loading_what_the_commands_need():
    code = (
        "import sys; from matching.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print('LOADED', sorted({'sklearn', 'sqlalchemy', 'openpyxl', 'networkx'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert result.stdout.rstrip().endswith("LOADED []")


def test_the_module_runs_as_the_command_does():
    result = subprocess.run([sys.executable, "-m", "matching", "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.strip().count(".") == 2


def test_what_goes_wrong_is_said_in_chinese_first_then_in_the_librarys_own_words(tmp_path, capsys):
    missing = tmp_path / "没有.db"
    assert main(["report", str(missing), "--month", "2024-07", "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("matching: 数据库打不开，或没有写成")
    assert "There is no store at" in said
    assert str(missing) in said
    assert said.count("\n") == 1


def test_every_kind_of_error_has_a_chinese_headline():
    tree = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.MatchingError)]
    assert len(tree) > 8
    for each in tree:
        told = cli._say(each("The value 3 is refused."))
        assert "\u4e00" <= told[0] <= "\u9fff"
        assert told.endswith(" / The value 3 is refused.")
    assert cli._say(errors.CallError("端口 80 已被占用")) == "端口 80 已被占用"
