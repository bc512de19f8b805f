"""Operations of REST protocols, by method and address."""

import pytest
from aws_local.wire.rest_operation import has_rest_json, rest_operation
from loopback.sigv4 import SignedRequest


def request(method, path, query="", body=b"", **headers):
    return SignedRequest(method=method, path=path, query=query, headers=headers, body=body)


def test_labels_queries_and_headers_are_parameters():
    found = rest_operation(
        "lambda",
        request(
            "POST",
            "/2015-03-31/functions/shop%3Aorders/invocations",
            "Qualifier=%24LATEST",
            b"any bytes",
            **{"x-amz-invocation-type": "Event"},
        ),
    )
    assert found == (
        "Invoke",
        {"FunctionName": "shop:orders", "Qualifier": "$LATEST", "InvocationType": "Event"},
    )


def test_whole_numbers_of_a_query_are_numbers():
    found = rest_operation("scheduler", request("GET", "/schedules", "MaxResults=7&NamePrefix=7"))
    assert found == ("ListSchedules", {"MaxResults": 7, "NamePrefix": "7"})
    found = rest_operation("scheduler", request("GET", "/schedules", "MaxResults=some"))
    assert found == ("ListSchedules", {"MaxResults": "some"})


def test_members_of_a_json_body_are_parameters():
    body = b'{"ScheduleExpression": "rate(1 days)"}'
    found = rest_operation("scheduler", request("POST", "/schedules/nightly", "", body))
    assert found == ("CreateSchedule", {"Name": "nightly", "ScheduleExpression": "rate(1 days)"})


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/schedules", "ListSchedules"),
        ("GET", "/schedules/nightly", "GetSchedule"),
        ("GET", "/schedule-groups/default", "GetScheduleGroup"),
        ("DELETE", "/schedules/nightly", "DeleteSchedule"),
    ],
)
def test_method_and_address_say_which_operation(method, path, operation):
    found = rest_operation("scheduler", request(method, path))
    assert found is not None
    assert found[0] == operation


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_has_no_members(body):
    found = rest_operation("scheduler", request("POST", "/schedules/nightly", "", body))
    assert found == ("CreateSchedule", {"Name": "nightly"})


@pytest.mark.parametrize(
    ("service", "path"), [("scheduler", "/bakery"), ("sns", "/"), ("bakery", "/schedules")]
)
def test_other_addresses_and_protocols_have_none(service, path):
    assert rest_operation(service, request("GET", path)) is None


def test_which_services_speak_json_at_many_addresses():
    assert has_rest_json("lambda")
    assert not has_rest_json("sns")
    assert not has_rest_json("bakery")
