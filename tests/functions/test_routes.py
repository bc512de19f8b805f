"""The table that stack, gateway, documents and Lambda functions are made of."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from functions.lambdas import HANDLERS
from functions.routes import ROUTES

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.path.insert(0, '.'); import {modules}"


def test_the_interface_for_deployment_needs_the_standard_library_alone():
    """infra has neither boto3 nor Powertools; -I and -S leave out all that is installed."""
    names = ("external_function", "lambdas", "routes", "settings")
    program = PROGRAM.format(modules=", ".join(f"functions.{name}" for name in names))
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_paths_and_functions_are_named_once():
    assert len({route.path for route in ROUTES}) == len(ROUTES)
    assert len({route.sql_function for route in ROUTES}) == len(ROUTES)


def test_every_operation_has_a_route():
    modules = {path.stem for path in (ROOT / "functions/operations").glob("*.py")} - {"__init__"}
    assert modules == {route.sql_function for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.sql_function)
def test_every_route_has_a_lambda_function(route):
    module, function = HANDLERS[route.lambda_name].rsplit(".", 1)
    assert callable(getattr(import_module(module), function))
