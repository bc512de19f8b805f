import pytest

from film_data import raw_sql, registry
from film_data.source import Source


@pytest.mark.parametrize("source", registry.all_sources(), ids=lambda source: source.name)
def test_the_script_of_a_source_is_as_its_tables_describe_it(source: Source) -> None:
    written = (raw_sql.FOLDER / f"{source.name}.sql").read_text()
    assert written == raw_sql.script(source), "run `make film-data`"


def test_every_key_is_of_columns_that_may_not_be_missing() -> None:
    for name, table in registry.raw_tables().items():
        columns = table.columns()
        assert table.key(), name
        assert not any(columns[column].nullable for column in table.key()), name
