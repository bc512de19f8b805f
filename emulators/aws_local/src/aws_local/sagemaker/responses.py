"""Answers on SageMaker's wire: documents, faults, and what a container said."""

from starlette.responses import JSONResponse, Response

from aws_local.sagemaker.containers.http_client import HttpAnswer
from aws_local.sagemaker.state.faults import ModelFaultError
from aws_local.settings import Account
from aws_local.wire.fault import FaultError

CONTENT_TYPE = "application/x-amz-json-1.1"
_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
_QUOTED_CHARACTERS = 1000


def invocation_response(answer: HttpAnswer, variant_name: str) -> Response:
    """A container's answer, as the runtime passes it on."""
    response = Response(bytes(answer.body), media_type=answer.headers.get("content-type"))
    response.headers["x-amzn-invoked-production-variant"] = variant_name
    if attributes := answer.headers.get(_ATTRIBUTES):
        response.headers[_ATTRIBUTES] = attributes
    return response


def require_success(answer: HttpAnswer, endpoint: str, account: Account) -> None:
    """Raise ModelFaultError, as SageMaker does, unless the container answered with success."""
    if answer.status < 400:
        return
    whose = "client" if answer.status < 500 else "server"
    text = answer.body.decode(errors="replace")
    raise ModelFaultError(
        f"Received {whose} error ({answer.status}) from primary with message "
        f'"{text[:_QUOTED_CHARACTERS]}". See the log of endpoint {endpoint} in account '
        f"{account.account_id} for more information.",
        answer.status,
        text,
    )


def fault_response(fault: FaultError, account: Account) -> Response:
    """A fault in the shape that both of SageMaker's protocols share."""
    content: dict[str, object] = {
        "__type": fault.code,
        "message": str(fault),
        "Message": str(fault),
    }
    if isinstance(fault, ModelFaultError):
        content["OriginalStatusCode"] = fault.original_status
        content["OriginalMessage"] = fault.original_message
        content["LogStreamArn"] = account.arn("logs", "log-group:local")
    return JSONResponse(
        content, fault.status, headers={"x-amzn-errortype": fault.code}, media_type=CONTENT_TYPE
    )
