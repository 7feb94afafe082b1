"""What is written is read back equal, whatever it holds."""

from hypothesis import HealthCheck, given, settings

from matching.roster import read_files, write_folder, write_workbook
from roster.strategies import communities

RELAXED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@RELAXED
@given(communities())
def test_a_workbook_reads_back_as_the_same_community(tmp_path_factory, community):
    path = tmp_path_factory.mktemp("book") / "district.xlsx"
    write_workbook(community, path, show_personal=True)
    assert read_files(path) == community


@RELAXED
@given(communities())
def test_a_folder_of_csv_files_reads_back_as_the_same_community(tmp_path_factory, community):
    folder = tmp_path_factory.mktemp("folder")
    write_folder(community, folder, show_personal=True, language="en")
    assert read_files(folder) == community
