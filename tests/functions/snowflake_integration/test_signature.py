"""Signatures of the external functions, read from their files."""

import pytest

from functions.routes import ROUTES
from functions.snowflake_integration.scripts import signatures
from functions.snowflake_integration.signature import drop, signature

FOUND = {each.name: each for each in signatures()}


def test_every_route_has_a_signature_with_its_arguments():
    assert {name: each.arguments for name, each in FOUND.items()} == {
        route.sql_function: route.argument_names for route in ROUTES
    }


def test_types_are_those_of_the_file():
    assert FOUND["start_training"].types == ("varchar", "varchar", "object")
    assert FOUND["list_models"].types == ()


def test_a_function_is_dropped_by_its_types():
    assert drop(FOUND["recommend"].typed) == (
        "drop function if exists <% database %>.<% schema %>.recommend(varchar, varchar, number);"
    )


def test_a_file_without_a_function_is_an_error():
    with pytest.raises(ValueError, match="creates no external function"):
        signature("create table x (y number);")
