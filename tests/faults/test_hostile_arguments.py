"""Arguments that nobody should send: the right refusal, nothing begun, nothing given away."""

import base64
import uuid
from typing import Any

import pytest
from integrator import INTERNALS

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_begun")]

TABLES: list[object] = [
    "ratings; drop table ratings",
    "ratings' or '1'='1",
    'ratings"; drop table "ratings',
    "(select * from ratings)",
    "identifier('ratings')",
    "table(ratings)",
    "@stage/file",
    "$1",
    "ratings -- ",
    "ratings/**/",
    "snowflake.account_usage.users",
    "other.marts.ratings",
    "snowreel.information_schema.tables",
    'snowreel."INFORMATION_SCHEMA".tables',
    '"snowreel".marts.ratings',
    "a.b.c.d",
    "..ratings",
    "ratings.",
    "",
    " ",
    "x" * 300,
    "ratings\n; drop table ratings",
    "ratings\u0000",
    "ra\u202etings",
    None,
    7,
    True,
    [],
    {"name": "ratings"},
]


@pytest.mark.parametrize("place", ["input", "output"])
@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_table_names_that_are_none(integrator: Any, place: str, table: Any) -> None:
    row = [0, table, "new_table"] if place == "input" else [0, "ratings", table]
    for path, more in (("/train", []), ("/start-training", [None])):
        reply = integrator.post(path, [row + more])
        assert reply.status == 200, reply
        assert reply.error["code"] in {"InvalidTableName", "TableRefused"}, reply
        assert not INTERNALS.search(reply.error["message"])


@pytest.mark.parametrize(
    ("database", "schema"),
    [("OTHER", "MARTS"), ("SNOWREEL", "INFORMATION_SCHEMA"), ("SNOWFLAKE", "ACCOUNT_USAGE")],
)
def test_bare_names_in_other_places(integrator: Any, database: str, schema: str) -> None:
    headers = {
        name: value
        for what, text in (("database", database), ("schema", schema))
        for name, value in (
            (f"sf-context-current-{what}", "SNOWREEL"),
            (f"sf-context-current-{what}-base64", base64.b64encode(text.encode()).decode()),
        )
    }
    reply = integrator.post("/train", [[0, "ratings", "new_table"]], **headers)
    assert reply.error["code"] == "TableRefused"


ARTIFACTS = [
    "../snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa",
    "s3://somebody-else/training/snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa/output/model.tar.gz",
    "https://example.com/model.tar.gz",
    "file:///etc/passwd",
    "arn:aws:s3:::bucket/key",
    "other-stack-aaaaaaaaaaaaaaaaaaaaaaaa",
    "",
    None,
    0,
    ["s3://bucket"],
]


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=repr)
def test_artifacts_that_are_not_ours(integrator: Any, artifact: Any) -> None:
    reply = integrator.post("/deploy", [[0, "hostile", artifact]])
    assert reply.status == 200
    assert reply.error["code"] == "ArtifactRefused", reply


MODELS = [
    "../films",
    "films/../series",
    "films?x=1",
    "films#",
    "films%2f..",
    "Films",
    "films\n",
    "films ",
    "f" * 41,
    "",
    7,
    True,
    ["films"],
    {"a": "films"},
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/other",
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_model_names_that_are_none(integrator: Any, model: Any) -> None:
    for path, row in (
        ("/invoke-details", [0, model, "u1", "i1"]),
        ("/recommend", [0, model, "u1", 3]),
        ("/undeploy", [0, model]),
        ("/deploy", [0, model, "snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa"]),
    ):
        reply = integrator.post(path, [row])
        assert reply.status == 200
        assert reply.error["code"] == "InvalidModelName", reply
    reply = integrator.post("/invoke", [[0, model, "u1", "i1"]])
    assert (reply.status, reply.error["code"]) == (400, "InvalidModelName")


def _state(cloud: Any, endpoint: str) -> str:
    return str(cloud.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"])


@pytest.fixture
def foreign_endpoint(cloud: Any, trainings: list[str], wait: Any) -> Any:
    """An endpoint of the account that is not the stack's."""
    config = cloud.endpoints()["snowreel-local-films"]
    cloud.sagemaker.create_endpoint(EndpointName="somebody-elses", EndpointConfigName=config)
    yield "somebody-elses"
    # our role may not write the log of such an endpoint, which fails by that
    wait(lambda: _state(cloud, "somebody-elses") != "Creating", "the end of the creation")
    cloud.sagemaker.delete_endpoint(EndpointName="somebody-elses")
    # the next test lists and describes endpoints
    cloud.sagemaker.get_waiter("endpoint_deleted").wait(
        EndpointName="somebody-elses", WaiterConfig={"Delay": 1}
    )


def test_endpoints_that_are_not_ours(integrator: Any, foreign_endpoint: str) -> None:
    reply = integrator.post("/invoke", [[0, foreign_endpoint, "u1", "i1"]])
    assert (reply.status, reply.error["code"]) == (400, "UnknownModel")
    assert "somebody-elses," not in reply.error["message"]
    names = {model["model_name"] for model in integrator.post("/models", [[0]]).value}
    assert foreign_endpoint not in names
    assert integrator.post("/undeploy", [[0, foreign_endpoint]]).error["code"] == "UnknownModel"


@pytest.mark.parametrize(
    "job", ["", "films", "snowreel-local-" + "A" * 24, "snowreel-local-" + "a" * 24, None, 3, {}]
)
def test_jobs_that_are_none(integrator: Any, job: Any) -> None:
    reply = integrator.post("/training-status", [[0, job]])
    assert reply.error["code"] == "UnknownTrainingJob"


@pytest.mark.parametrize("batch", ["x" * 8000, "'; drop table ratings; --", "../../x", "%00"])
def test_odd_batch_ids_are_only_names(integrator: Any, batch: str) -> None:
    reply = integrator.post("/deploy", [[0, "nowhere", "x"]], batch)
    assert reply.error["code"] == "ArtifactRefused"
    assert integrator.poll("/deploy", batch).error["code"] == "UnknownBatch"


def test_the_log_keeps_hostile_text_in_one_line(integrator: Any, cloud: Any) -> None:
    text = f'x"}}\n{{"level": "ERROR", "forged": "{uuid.uuid4()}"}}'
    integrator.post("/invoke-details", [[0, text, "u1", "i1"]])
    log = (cloud.stack.log_dir / "lambda-invoke.log").read_text()
    assert not [line for line in log.splitlines() if line.startswith('{"level": "ERROR", "forged"')]
