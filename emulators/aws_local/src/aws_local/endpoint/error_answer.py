"""A refusal in the shape of the service that was called."""

import json
import uuid
from wsgiref.types import WSGIEnvironment
from xml.sax.saxutils import escape

from aws_local.endpoint.signed_call import Signature
from aws_local.wire.call import Answer
from aws_local.wire.fault import FaultError
from aws_local.wire.rest_operation import has_rest_json

#: Faults of every service, which services with JSON call otherwise.
_IN_JSON = {
    "AccessDenied": "AccessDeniedException",
    "InvalidAccessKeyId": "UnrecognizedClientException",
}


def error_answer(environ: WSGIEnvironment, signed: Signature | None, fault: FaultError) -> Answer:
    """The answer that a caller's SDK reads the fault from."""
    if "HTTP_X_AMZ_TARGET" in environ:
        return _in_json(fault, 400, "application/x-amz-json-1.1")
    if signed is not None and has_rest_json(signed.service):
        return _in_json(fault, fault.status, "application/json")
    return _in_xml(environ, signed, fault)


def _in_json(fault: FaultError, status: int, content_type: str) -> Answer:
    code = _IN_JSON.get(fault.code, fault.code)
    document = {"__type": code, "message": str(fault)}
    return Answer(
        content=json.dumps(document).encode(),
        content_type=content_type,
        status=status,
        headers={"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())},
    )


def _in_xml(environ: WSGIEnvironment, signed: Signature | None, fault: FaultError) -> Answer:
    text = f"<Error><Code>{fault.code}</Code><Message>{escape(str(fault))}</Message></Error>"
    if signed is not None and signed.service != "s3":
        request = f"<RequestId>{uuid.uuid4()}</RequestId>"
        text = f"<ErrorResponse>{text}{request}</ErrorResponse>"
    content = b"" if environ["REQUEST_METHOD"] == "HEAD" else text.encode()
    return Answer(content=content, content_type="application/xml", status=fault.status)
