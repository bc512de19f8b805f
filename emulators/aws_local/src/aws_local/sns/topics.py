"""The topics of an account: each keeps what is published, a JSON object a line.

Nobody is mailed: a person reads `<topic>.jsonl` in the folder of the settings.
"""

import json
import os
import re
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopback.service import ServiceError
from moto.sns.models import sns_backends

from aws_local.settings import Account, SnsSettings
from aws_local.sns.message import message
from aws_local.wire.call import Answer, Call, not_emulated
from aws_local.wire.fault import FaultError

#: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html, of standard topics.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
#: Operations that moto answers; there is nobody who subscribes, so nothing else has an effect.
_OF_MOTO = frozenset(
    {
        *("ListTopics", "GetTopicAttributes", "ListTagsForResource"),
        *("ListSubscriptions", "ListSubscriptionsByTopic"),
    }
)


class Topics:
    """The service."""

    def __init__(self, settings: SnsSettings, account: Account) -> None:
        """Make the topics of the settings; raise ServiceError for a name that SNS refuses."""
        self._folder = settings.folder
        self._names = {account.arn("sns", name): name for name in settings.topics}
        self._lock = threading.Lock()
        for name in settings.topics:
            if not _NAME.fullmatch(name):
                raise ServiceError(
                    f"{name} is no topic's name: take up to 256 letters, digits, - and _."
                )
            sns_backends[account.account_id][account.region].create_topic(name)

    def answer(self, call: Call) -> Answer | None:
        """The answer; None for what moto answers. Raises FaultError for a refusal."""
        if call.operation in _OF_MOTO:
            return None
        if call.operation != "Publish":
            raise not_emulated(call.operation)
        arn = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
        if arn not in self._names:
            raise FaultError("NotFound", "Topic does not exist", 404)
        message_id = str(uuid.uuid4())
        self._keep(self._names[arn], message_id, message(call.parameters))
        return _published(message_id)

    def _keep(self, name: str, message_id: str, content: dict[str, Any]) -> None:
        line = {"time": datetime.now(UTC).isoformat(), "message_id": message_id, **content}
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            _append(self._folder / f"{name}.jsonl", json.dumps(line, ensure_ascii=False) + "\n")


def _append(path: Path, line: str) -> None:
    """Write a line that is on disk when this returns; its owner alone reads it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(descriptor)


def _published(message_id: str) -> Answer:
    text = (
        '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
        f"<PublishResult><MessageId>{message_id}</MessageId></PublishResult>"
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        "</PublishResponse>"
    )
    return Answer(content=text.encode(), content_type="text/xml")
