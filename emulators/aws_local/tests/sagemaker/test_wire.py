"""The wire: signatures, operations, bodies, timings, the expressions of the service model."""

import re

import botocore.session
import httpx
import pytest
from aws_local.sagemaker.application import SageMaker
from aws_local.wire.validation import _expression, validate


def post(bench, signed_headers, target, body, principal="function"):
    url = bench.url + "/"
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
    signed = signed_headers(principal, "POST", url, body, headers, "sagemaker")
    return httpx.post(url, content=body, headers=signed)


def test_an_operation_that_is_not_emulated_is_unknown(bench, signed_headers):
    answer = post(bench, signed_headers, "SageMaker.CreatePipeline", b"{}")
    assert answer.status_code == 404
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException"
    assert "does not emulate CreatePipeline" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "SerializationException"),
        (b"{", "SerializationException"),
        (b"{}", "ValidationException"),
        (b'{"TrainingJobName": "a", "Unknown": 1}', "ValidationException"),
    ],
)
def test_a_body_must_be_the_operations_object(bench, signed_headers, body, code):
    answer = post(bench, signed_headers, "SageMaker.DescribeTrainingJob", body)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == code


def test_unsigned_and_wrongly_signed_requests_are_refused(bench, signed_headers):
    url = bench.url
    for path in ("/", "/endpoints/some/invocations"):
        answer = httpx.post(url + path, content=b"{}")
        assert answer.status_code == 403
        assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    headers = signed_headers("function", "POST", url + "/", b"{}", {}, "sagemaker")
    answer = httpx.post(url + "/", content=b"{ }", headers=headers)
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"


def test_timings_are_shown_set_and_checked(bench):
    url = f"{bench.url}/_control"
    before = httpx.get(url).json()
    assert before["stop_grace_seconds"] == 120
    assert httpx.post(url, json={"start_delay_seconds": 0}).json() == before
    for wrong in ({"start": 1}, {"start_delay_seconds": "soon"}, {"start_delay_seconds": -1}):
        answer = httpx.post(url, json=wrong)
        assert answer.status_code == 400
        assert answer.text.count("\n") == 1
    assert httpx.post(url, content=b"{}").status_code == 415
    assert httpx.get(url).json() == before


def test_every_expression_of_the_emulated_operations_is_one_of_pythons(sagemaker):
    service = botocore.session.get_session().get_service_model("sagemaker")
    patterns, seen = set(), set()

    def collect(shape):
        if shape.name in seen:
            return
        seen.add(shape.name)
        if shape.type_name == "string" and "pattern" in shape.metadata:
            patterns.add(shape.metadata["pattern"])
        for member in getattr(shape, "members", {}).values():
            collect(member)
        for side in ("member", "key", "value"):
            if isinstance(getattr(shape, side, None), botocore.model.Shape):
                collect(getattr(shape, side))

    for operation in SageMaker(sagemaker).operations:
        collect(service.operation_model(operation).input_shape)
    assert len(patterns) > 30
    assert all(isinstance(_expression(pattern), re.Pattern) for pattern in patterns)


def test_tags_may_have_letters_of_any_language():
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model/a"
    tags = [{"Key": "shop:modèle", "Value": "à bout de souffle_1"}]
    validate("sagemaker", "AddTags", {"ResourceArn": arn, "Tags": tags})
