"""The product behind the AWS emulators: its routes, its callers, its functions and programs."""

import asyncio
import json

import httpx
import pytest
from aws_local.api_gateway.gateway import Gateway
from aws_local.emulator import configuration
from aws_local.iam.authority import Authority
from aws_local.iam.request import AccessRequest
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.lambda_runtime.function_pool import FunctionPool

from functions.lambdas import HANDLERS
from functions.routes import ROUTES
from local import access, aws_settings
from local.stack import ACCOUNT_ID, PREFIX, PRINCIPALS, REGION

BATCH_ID = "sf-external-function-query-batch-id"
BODY = b'{"data": []}'
HANDLER = """
import importlib.util, os

def handler(event, context):
    names = ("local", "recommender", "infra", "boto3")
    found = {name: importlib.util.find_spec(name) is not None for name in names}
    return {"environment": dict(os.environ), "found": found}
"""


class Function:
    """A Lambda function that keeps its events."""

    def __init__(self, arn):
        self.arn = arn
        self.events = []

    async def invoke(self, event, request_id, trace_id):
        self.events.append(json.loads(event))
        return b'{"statusCode": 200, "body": "ok"}'


def call(stack, signed_headers, path, method="POST", principal="snowflake-caller", **headers):
    """Status and error code of a request, and the names of the functions that it reached."""
    settings = aws_settings.aws(stack)
    functions = {
        name: Function(settings.account.arn("lambda", f"function:{each.name}"))
        for name, each in settings.functions.items()
    }
    gateway = Gateway(settings.api, settings.account, functions)
    url, body = f"http://localhost:{stack.gateway_port}/v1{path}", BODY if method == "POST" else b""
    signed = signed_headers(
        stack.credentials[principal], method, url, body, {BATCH_ID: "batch-1"} | headers
    )

    async def exchange():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway)) as client:
            return await client.request(method, url, content=body, headers=signed)

    return asyncio.run(exchange()), [name for name, each in functions.items() if each.events]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_reaches_its_function(stack, signed_headers, route, method):
    answer, reached = call(stack, signed_headers, route.path, method)
    assert (answer.status_code, reached) == (200, [route.lambda_name])


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_only_snowflake_and_integrators_may_call(stack, signed_headers, principal):
    answer, _ = call(stack, signed_headers, "/train", principal=principal)
    assert (answer.status_code == 200) == (principal in {"snowflake-caller", "integrator"})


def test_every_principal_is_a_role_of_the_templates(stack):
    identities = aws_settings.account(stack).access.identities
    # the web app's stack is not made by default, and it has no rights; Snowflake's user is its own
    made_elsewhere = {"webapp", "snowflake"}
    assert {PRINCIPALS[name] for name in PRINCIPALS if name not in made_elsewhere} <= set(
        identities
    )
    roles = {each["role"] for each in access.document()["functions"].values()}
    assert {PRINCIPALS[name] for name in HANDLERS} <= roles


def test_a_function_may_do_nothing_of_another(stack):
    authority = Authority(aws_settings.account(stack))
    needed = AccessRequest.of(
        "sagemaker:CreateTrainingJob",
        f"arn:aws:sagemaker:{REGION}:{ACCOUNT_ID}:training-job/{PREFIX}-1",
    )
    allowed = [name for name in HANDLERS if authority.allows(authority.caller(name), needed)]
    assert allowed == ["train", "retrain"]


def test_a_poll_without_its_batch_is_refused_in_the_apis_shape(stack, signed_headers):
    answer, reached = call(stack, signed_headers, "/train", "GET", **{BATCH_ID: ""})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST_PARAMETERS")
    assert error["request_id"] == answer.headers["x-amzn-requestid"]
    assert reached == []


def test_a_function_sees_its_settings_and_nothing_of_the_project(stack, tmp_path):
    settings = aws_settings.aws(stack)
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "train.py").write_text(HANDLER)
    code = copy_asset(tmp_path, settings.code.files, tmp_path / "copies")

    async def scenario():
        pool = FunctionPool(configuration(settings.account, settings.functions["train"], code))
        try:
            return json.loads(await pool.invoke(b"{}", "request-1", "Root=1-2-3"))
        finally:
            await pool.close()

    seen = asyncio.run(scenario())
    assert seen["found"] == {"local": False, "recommender": False, "infra": False, "boto3": True}
    names = {name for name in seen["environment"] if name.startswith("SNOWREEL_")}
    assert names == set(stack.lambda_environment("train"))
    key = stack.credentials["train"]
    assert seen["environment"]["AWS_ACCESS_KEY_ID"] == key.aws_access_key_id


def test_the_projects_functions_answer_through_the_gateway(stack, running, signed_headers):
    key = stack.credentials["snowflake-caller"]
    with running("aws_local", stack, stack.gateway_port):
        for path in ("/train", "/deploy", "/invoke"):
            url = stack.api_url + path
            headers = {"content-type": "application/json", BATCH_ID: "batch-1"}
            signed = signed_headers(key, "POST", url, BODY, headers)
            answer = httpx.post(url, content=BODY, headers=signed, timeout=30)
            assert (answer.status_code, answer.json()) == (200, {"data": []})
        assert httpx.post(stack.api_url + "/train", content=BODY).status_code == 403


def test_training_jobs_sign_as_their_role_and_trust_this_machine_alone(stack):
    variables = aws_settings.sagemaker(stack).train.variables
    assert variables["SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES"] == "localhost"
    key = stack.credentials["training-job"]
    assert variables["AWS_ACCESS_KEY_ID"] == key.aws_access_key_id
    assert variables["AWS_ENDPOINT_URL_SAGEMAKER"] == stack.sagemaker_endpoint_url
    # SageMaker promises none: the job reads it from its own ARN
    assert not [name for name in variables if "REGION" in name]
