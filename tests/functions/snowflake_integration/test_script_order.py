"""The order of scripts: by folder, and within a folder by what reads what."""

from graphlib import CycleError

import pytest

from functions.snowflake_integration.script_order import in_order


def table(name, *references):
    named = ", ".join(f"<% database %>.<% schema %>.{each}" for each in references)
    return f"create table if not exists <% database %>.<% schema %>.{name} (x {named});\n"


def view(name, *sources):
    named = " cross join ".join(f"<% database %>.raw.{each}" for each in sources)
    return f"-- a comment\ncreate or replace view <% database %>.raw.{name} as select 1 {named};\n"


def test_folders_come_by_their_numbers():
    texts = {"20_raw/a.sql": table("a"), "80_grants/a.sql": "", "10_database.sql": ""}
    assert in_order(texts) == ["10_database.sql", "20_raw/a.sql", "80_grants/a.sql"]


def test_what_is_read_comes_first_whatever_the_alphabet_says():
    texts = {
        "50_marts/a.sql": table("a", "b", "c"),
        "50_marts/b.sql": table("b", "c"),
        "50_marts/c.sql": table("c"),
    }
    assert in_order(texts) == ["50_marts/c.sql", "50_marts/b.sql", "50_marts/a.sql"]


def test_the_order_does_not_depend_on_that_of_the_files():
    texts = {f"30_staging/{name}.sql": view(name, "z") for name in "dbca"}
    texts["30_staging/z.sql"] = view("z", "z")
    backwards = dict(reversed(texts.items()))
    assert in_order(texts) == in_order(backwards)
    assert in_order(texts)[0] == "30_staging/z.sql"


def test_relations_of_other_folders_do_not_matter():
    texts = {"20_raw/b.sql": view("b"), "30_staging/a.sql": view("a", "b", "elsewhere")}
    assert in_order(texts) == ["20_raw/b.sql", "30_staging/a.sql"]


def test_a_circle_has_no_order():
    with pytest.raises(CycleError):
        in_order({"30_staging/a.sql": view("a", "b"), "30_staging/b.sql": view("b", "a")})
