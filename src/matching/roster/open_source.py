"""Opens one file as sheets of cells."""

from pathlib import Path

from matching.errors import UnreadableFileError
from matching.roster.source_excel import read_xls, read_xlsx
from matching.roster.source_text import read_text_file
from matching.roster.sources import SourceSheet, kind_of

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xls", ".csv", ".tsv", ".txt", ".et"})
MOST_FILE_BYTES = 200_000_000


def open_source(path: Path) -> list[SourceSheet]:
    """Open one file as sheets of cells; its content decides how, not the ending of its name.

    Parameters
    ----------
    path : Path
        A workbook or a text file.

    Returns
    -------
    sheets : list of SourceSheet

    Raises
    ------
    UnreadableFileError
        If it cannot be read, with what to do about it.
    """
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise UnreadableFileError(f"{path.name}：文件太大。 The file is too large. 请分成几个文件。")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"{path.name}：打不开（{error.strerror}）。 The file cannot be opened. 请检查路径和权限，或关掉正在使用它的程序。"
        ) from error
    match kind_of(path, content[:4096]):
        case "xlsx":
            return read_xlsx(path, content)
        case "xls":
            return read_xls(path, content)
        case _:
            return read_text_file(path, content)
