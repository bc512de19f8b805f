"""A file is replaced at once, its folder made where it is missing."""

from loopback import durable_file


def test_content_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "new" / "state.json"
    durable_file.write(path, b"one, and long")
    durable_file.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_partial_file_of_a_kill_is_written_over(tmp_path):
    path = tmp_path / "state.json"
    path.with_name("state.json.partial").write_bytes(b"cut of")
    durable_file.write(path, b"whole")
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
