"""The committed OpenAPI document: current, valid, and true of what the handlers answer."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from functions import error_codes
from functions.api_document.__main__ import document_text, manual_text
from functions.api_document.error_catalogue import GATEWAY_ERRORS, catalogue
from functions.error_codes import ErrorCode
from functions.routes import ROUTES

ROOT = Path(__file__).parent.parent.parent
DOCUMENT: dict[str, Any] = json.loads(document_text())
NAMES = {route.path: route.sql_function.title().replace("_", "") for route in ROUTES}
EXAMPLES = {route.path: route.example for route in ROUTES}
STALE = "run `make openapi` and commit what it changed"


def validator(schema: str) -> Any:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


def test_committed_document_is_current():
    assert (ROOT / "docs/openapi.json").read_text() == document_text(), STALE


def test_manuals_error_catalogue_is_current():
    manual = (ROOT / "docs/api.md").read_text()
    assert manual == manual_text(manual), STALE
    assert all(f"| `{error.code}` |" in manual for error in catalogue())


def test_every_schema_is_one():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema)
        assert validator(name)


def test_every_reference_leads_somewhere():
    for reference in re.findall(r'"\$ref": "#/(.*?)"', document_text()):
        place = DOCUMENT
        for part in reference.split("/"):
            place = place[part]


def test_every_route_has_its_operations():
    assert NAMES.keys() == DOCUMENT["paths"].keys()
    for route in ROUTES:
        path = DOCUMENT["paths"][route.path]
        assert path["post"]["operationId"] == route.sql_function
        assert ("202" in path["post"]["responses"]) == route.waits
        assert ("200" in path["get"]["responses"]) == ("202" in path["post"]["responses"])


@pytest.mark.parametrize("path", EXAMPLES)
def test_examples_fit_their_schemas(path):
    asked, answered = EXAMPLES[path]
    validator(f"{NAMES[path]}Request").validate({"data": asked})
    validator(f"{NAMES[path]}Answer").validate({"data": answered})
    assert [row[0] for row in asked] == [row[0] for row in answered]


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_example_is_understood_by_its_handler(api, aws, path):
    """Nothing it names exists here, so no answer, but never "I do not understand"."""
    reply = api.post(path, EXAMPLES[path].rows)
    if path in {"/invoke", "/estimate-for"}:
        assert (reply.status, reply.code) == (400, "UnknownModel")
        return
    if reply.status != 202:
        validator(f"{NAMES[path]}Answer").validate(reply.body)


def test_answers_are_as_documented(api, aws):
    """The handlers' answers in all their kinds, each held against its schema."""
    job = aws.trained("e")
    aws.complete(job, rmse=0.9, mae=0.7, users=3, items=4, ratings=5, rows=6, duplicates=1)
    api.post("/deploy", [[0, "films", job]])
    replies = [("/deploy", api.get("/deploy"))]
    aws.settle("snowreel-test-films")
    replies += [
        ("/deploy", api.get("/deploy")),
        ("/models", api.post("/models", [[0], [1]])),
        ("/training-status", api.post("/training-status", [[0, job], [1, "no"]])),
        ("/start-training", api.post("/start-training", [[0, "a", "b", {}]], batch="b2")),
        ("/invoke", api.post("/invoke", [[0, "films", "1", 2], [1, "films", None, "2"]])),
        ("/invoke-details", api.post("/invoke-details", [[0, "films", 1, 2], [1, "no", 1, 2]])),
        ("/recommend", api.post("/recommend", [[0, "films", "1", 0]])),
        ("/undeploy", api.post("/undeploy", [[0, "films"]], batch="b3")),
        ("/undeploy", api.post("/undeploy", [[0, "Films"]], batch="b4")),
    ]
    for path, reply in replies:
        assert reply.status in {200, 202}, (path, reply)
        schema = f"{NAMES[path]}Answer" if reply.status == 200 else "InProgress"
        validator(schema).validate(reply.body)


def test_every_error_of_the_catalogue_has_a_code_of_its_own():
    codes = [error.code for error in catalogue()]
    assert len(codes) == len(set(codes))


def test_every_error_of_the_functions_is_answered_somewhere():
    own = catalogue()[: -len(GATEWAY_ERRORS)]
    assert all(error.statuses for error in own)
    assert {error.code for error in own} >= {
        error.name for route in ROUTES for error in route.errors
    }


def test_every_error_is_raised_somewhere():
    modules = [path for path in (ROOT / "functions").glob("**/*.py") if path.stem != "error_codes"]
    text = "".join(path.read_text() for path in modules)
    constants = [name for name, each in vars(error_codes).items() if isinstance(each, ErrorCode)]
    assert constants
    assert all(f"error_codes.{constant}" in text for constant in constants)
