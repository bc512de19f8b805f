"""A message to a topic, held against SNS's limits.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from aws_local.wire.call import not_emulated
from aws_local.wire.fault import FaultError

#: Bytes of a message and its attributes together.
MAX_BYTES = 262_144
MAX_SUBJECT_CHARACTERS = 100
_ATTRIBUTE = re.compile(r"MessageAttributes\.entry\.(\d+)\.(Name|Value\.(\w+))")
_OTHER_TARGETS = ("PhoneNumber", "MessageGroupId", "MessageDeduplicationId")


def message(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Text, subject and attributes of a message, as it is kept.

    Raises:
        FaultError: SNS would refuse the message.
    """
    if other := next((name for name in _OTHER_TARGETS if name in parameters), None):
        raise not_emulated(f"a message with {other}")
    text, attributes = parameters.get("Message", ""), _attributes(parameters)
    _check_text(text, parameters.get("MessageStructure"))
    _check_size(text, attributes)
    subject = parameters.get("Subject")
    if subject is not None:
        _check_subject(subject)
    return {"subject": subject, "message": text, "attributes": attributes}


def _attributes(parameters: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Type and value by the attribute's name; the wire numbers them."""
    found: dict[str, dict[str, str]] = {}
    for key, value in parameters.items():
        if match := _ATTRIBUTE.fullmatch(key):
            found.setdefault(match[1], {})[match[3] or "Name"] = value
    return {each.pop("Name"): each for each in found.values() if "Name" in each}


def _check_text(text: str, structure: str | None) -> None:
    if not text:
        raise _invalid("Empty message")
    if structure is None:
        return
    try:
        by_protocol = json.loads(text) if structure == "json" else None
    except ValueError:
        by_protocol = None
    if not isinstance(by_protocol, dict) or not isinstance(by_protocol.get("default"), str):
        raise _invalid("Message Structure - No default entry in JSON message body")


def _check_size(text: str, attributes: Mapping[str, Mapping[str, str]]) -> None:
    values = (name + "".join(each.values()) for name, each in attributes.items())
    if len(text.encode()) + sum(len(each.encode()) for each in values) > MAX_BYTES:
        raise _invalid("Message too long")


def _check_subject(subject: str) -> None:
    is_printable = not any(unicodedata.category(each).startswith("C") for each in subject)
    if not subject or not is_printable or len(subject) >= MAX_SUBJECT_CHARACTERS:
        raise _invalid("Subject")


def _invalid(what: str) -> FaultError:
    return FaultError("InvalidParameter", f"Invalid parameter: {what}")
