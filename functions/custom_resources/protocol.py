"""CloudFormation's protocol for custom resources: a request in, one answer put to its address.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html

Standard library only. A resource is two functions: `create_or_update` gives it its properties,
whether it exists or not, and `delete` removes it. Both may run again after a crash half-way.
"""

import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Stands in for the id of a resource of which nothing was made: its removal has nothing to do.
NOTHING_MADE = "nothing-made"

_ANSWER_ATTEMPTS = 4
#: An answer may have 4,096 bytes; the ids and the attributes need some of them.
_REASON_CHARACTERS = 1_000

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


class CustomResourceError(Exception):
    """The resource cannot be made or removed; the message is one sentence that names the fix."""

    def __init__(self, message: str, *, nothing_made: bool = False) -> None:
        """Describe the failure.

        Args:
            message: For the stack's events.
            nothing_made: Nothing was changed, so that a rollback has nothing to remove.
        """
        super().__init__(message)
        self.nothing_made = nothing_made


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of CloudFormation."""

    #: The resource's properties, as the template gives them.
    properties: Mapping[str, Any]
    #: Properties before an update; empty otherwise.
    old_properties: Mapping[str, Any] = field(default_factory=dict)
    #: `time.monotonic()` by which the answer must be on its way.
    deadline: float
    #: Id of the resource before the request; none before its creation.
    physical_id: str = ""
    #: The stack that the resource belongs to.
    stack_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One type of custom resource."""

    #: Physical id of the resource with these properties; a new one means replacement.
    physical_id: Callable[[Mapping[str, Any]], str]
    #: Create or update the resource; gives the attributes that the template may read.
    create_or_update: Callable[[Request], Mapping[str, str]]
    #: Delete the resource.
    delete: Callable[[Request], None]


def handle(event: Mapping[str, Any], context: Any, resource: Resource) -> None:
    """Do what the event asks for and put the answer to its address, whatever happens.

    Raises:
        OSError: The answer could not be put; Lambda then runs the event again.
    """
    logger.info("%s of %s", event["RequestType"], event["LogicalResourceId"])
    answer = _answer(event, context, resource)
    common = ("StackId", "RequestId", "LogicalResourceId")
    _put(event["ResponseURL"], answer | {key: event[key] for key in common})


def _answer(event: Mapping[str, Any], context: Any, resource: Resource) -> dict[str, Any]:
    try:
        return {"Status": "SUCCESS", **_perform(event, context, resource)}
    except CustomResourceError as error:
        logger.warning("%s", error)
        reason, physical_id = str(error), _id_after_failure(event, resource, error.nothing_made)
    except Exception as error:
        logger.exception("Unexpected failure")
        reason = (
            f"The custom resource failed unexpectedly ({type(error).__name__}): "
            f"see the log stream {context.log_stream_name}."
        )
        physical_id = _id_after_failure(event, resource, nothing_made=False)
    return {
        "Status": "FAILED",
        "Reason": reason[:_REASON_CHARACTERS],
        "PhysicalResourceId": physical_id,
    }


def _perform(event: Mapping[str, Any], context: Any, resource: Resource) -> dict[str, Any]:
    request = Request(
        properties=event["ResourceProperties"],
        old_properties=event.get("OldResourceProperties", {}),
        deadline=time.monotonic() + context.get_remaining_time_in_millis() / 1000 - 15,
        physical_id=event.get("PhysicalResourceId", ""),
        # arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
        stack_name=event["StackId"].partition("/")[2].partition("/")[0],
    )
    if event["RequestType"] == "Delete":
        if event["PhysicalResourceId"] != NOTHING_MADE:
            resource.delete(request)
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    attributes = resource.create_or_update(request)
    return {"PhysicalResourceId": _id(resource, request), "Data": dict(attributes)}


def _id(resource: Resource, request: Request) -> str:
    """Id of what exists now: a new one lets CloudFormation delete what bore the old one.

    An update that changes nothing of the identity keeps the id that the resource has, however an
    older version of this code wrote it.
    """
    identity = resource.physical_id(request.properties)
    if request.old_properties and resource.physical_id(request.old_properties) == identity:
        return request.physical_id
    return identity


def _id_after_failure(event: Mapping[str, Any], resource: Resource, nothing_made: bool) -> str:
    """The id by which CloudFormation cleans up: that of the old resource, or what was begun."""
    if "PhysicalResourceId" in event:
        return str(event["PhysicalResourceId"])
    return NOTHING_MADE if nothing_made else resource.physical_id(event["ResourceProperties"])


def _put(address: str, answer: Mapping[str, Any]) -> None:
    body = json.dumps(answer).encode()
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's presigned https address
        address, data=body, method="PUT", headers={"Content-Type": ""}
    )
    for attempt in range(1, _ANSWER_ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - as above
                return
        except OSError as error:
            # The address is a credential: neither it nor the error's text goes to the log.
            logger.warning("Answer not put, attempt %d: %s", attempt, type(error).__name__)
            if attempt == _ANSWER_ATTEMPTS:
                raise
            time.sleep(2**attempt)
