"""CloudFormation's protocol: one answer for every event, whatever happens."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from functions.custom_resources import protocol
from functions.custom_resources.protocol import (
    NOTHING_MADE,
    CustomResourceError,
    Resource,
    handle,
)


class Context:
    log_stream_name = "stream-1"

    @staticmethod
    def get_remaining_time_in_millis():
        return 60_000


class Bucket(ThreadingHTTPServer):
    """Takes answers; refuses the first ones with the statuses in `refusals`."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.refusals: list[int] = []
        self.received: list[tuple[int, str | None, dict[str, Any]]] = []


@pytest.fixture
def bucket():
    """A bucket that presigned addresses lead to."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            status = server.refusals.pop(0) if server.refusals else 200
            server.received.append((status, self.headers["content-type"], json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = Bucket(Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def event(bucket, kind, **more):
    return {
        "RequestType": kind,
        "ResponseURL": f"http://127.0.0.1:{bucket.server_address[1]}/?X-Amz-Signature=confidential",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Thing",
        "ResourceType": "Custom::Thing",
        "ResourceProperties": {"Name": "thing"},
    } | more


def resource(create_or_update=lambda _: {"Colour": "red"}, delete=lambda _: None):
    return Resource(
        physical_id=lambda properties: properties["Name"],
        create_or_update=create_or_update,
        delete=delete,
    )


def failing(error):
    def fail(_):
        raise error

    return fail


def answer(bucket, *arguments):
    handle(*arguments)
    ((status, _, document),) = bucket.received
    assert status == 200
    return document


def test_a_success_carries_the_id_and_the_attributes(bucket):
    assert answer(bucket, event(bucket, "Create"), Context(), resource()) == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "thing",
        "Data": {"Colour": "red"},
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Thing",
    }


def test_the_answer_has_no_content_type_as_the_signed_address_demands(bucket):
    handle(event(bucket, "Create"), Context(), resource())
    assert bucket.received[0][1] == ""


def test_a_failure_answers_the_errors_sentence_and_the_physical_id(bucket):
    work = resource(create_or_update=failing(CustomResourceError("It is broken: mend it.")))
    document = answer(bucket, event(bucket, "Create"), Context(), work)
    assert document["Status"] == "FAILED"
    assert document["Reason"] == "It is broken: mend it."
    assert document["PhysicalResourceId"] == "thing"


def test_a_resource_that_was_never_begun_is_never_deleted(bucket):
    work = resource(create_or_update=failing(CustomResourceError("No.", nothing_made=True)))
    document = answer(bucket, event(bucket, "Create"), Context(), work)
    assert document["PhysicalResourceId"] == NOTHING_MADE
    bucket.received.clear()
    untouchable = resource(delete=failing(AssertionError("removed")))
    deletion = event(bucket, "Delete", PhysicalResourceId=NOTHING_MADE)
    assert answer(bucket, deletion, Context(), untouchable)["Status"] == "SUCCESS"


def test_a_failed_update_keeps_the_old_id(bucket):
    work = resource(create_or_update=failing(CustomResourceError("No.", nothing_made=True)))
    update = event(
        bucket, "Update", PhysicalResourceId="old", OldResourceProperties={"Name": "old"}
    )
    assert answer(bucket, update, Context(), work)["PhysicalResourceId"] == "old"


def test_an_unexpected_failure_names_the_log_alone(bucket, caplog):
    work = resource(create_or_update=failing(RuntimeError("the password is 12345")))
    document = answer(bucket, event(bucket, "Create"), Context(), work)
    assert document["Reason"] == (
        "The custom resource failed unexpectedly (RuntimeError): see the log stream stream-1."
    )


def test_a_long_reason_still_fits_the_answer(bucket):
    work = resource(create_or_update=failing(CustomResourceError("x" * 10_000)))
    assert len(json.dumps(answer(bucket, event(bucket, "Create"), Context(), work))) < 4_096


def test_the_answer_is_put_again_when_the_address_refuses(bucket, monkeypatch, caplog):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    bucket.refusals.extend([503, 500])
    handle(event(bucket, "Create"), Context(), resource())
    assert [status for status, _, _ in bucket.received] == [503, 500, 200]
    assert "confidential" not in caplog.text


def test_an_answer_that_cannot_be_put_lets_lambda_run_the_event_again(bucket, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    bucket.refusals.extend([503] * 10)
    with pytest.raises(OSError, match="503"):
        handle(event(bucket, "Create"), Context(), resource())


def test_the_deadline_leaves_time_for_the_answer(bucket):
    seen = []

    def look(request):
        seen.append(request.deadline - time.monotonic())
        return {}

    handle(event(bucket, "Create"), Context(), resource(create_or_update=look))
    assert 0 < seen[0] < 50


def test_the_log_never_holds_the_address_or_the_properties(bucket, caplog):
    caplog.set_level(logging.DEBUG, protocol.__name__)
    handle(event(bucket, "Create"), Context(), resource())
    assert "Thing" in caplog.text
    assert "confidential" not in caplog.text
