"""The command for people who run the scripts by hand."""

import io
import json

import pytest

from functions.snowflake_integration import scripts
from functions.snowflake_integration.__main__ import main


@pytest.fixture
def ask(monkeypatch, capsys):
    """Runs the command with arguments and values; gives what it printed."""

    def run(*arguments, **values):
        monkeypatch.setattr("sys.argv", ["command", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(values)))
        main()
        return capsys.readouterr().out

    return run


def test_without_a_script_it_prints_the_order(ask):
    assert ask().split() == scripts.setup_scripts()


def test_a_script_is_printed_with_its_values(ask):
    printed = ask("80_grants/webapp.sql", database="films", schema="marts", webapp_role="app")
    assert "grant usage on schema films.viewers to role app;" in printed
    assert printed.startswith("-- ")


def test_the_derived_teardown_is_printed_too(ask):
    printed = ask(scripts.DROP_FUNCTIONS, database="films", schema="marts")
    assert "drop function if exists films.marts.list_models();\n" in printed


def test_a_missing_value_is_one_sentence(ask):
    with pytest.raises(SystemExit, match="needs a value for <% webapp_role %>"):
        ask("80_grants/webapp.sql", database="films")


def test_a_script_that_is_not_there_is_one_sentence(ask):
    with pytest.raises(SystemExit, match=r"The script nowhere\.sql cannot be printed"):
        ask("nowhere.sql")


def test_too_many_arguments_are_wrong_usage(ask, capsys):
    with pytest.raises(SystemExit) as caught:
        ask("a.sql", "b.sql")
    assert caught.value.code == 2
    assert "Usage:" in capsys.readouterr().err
