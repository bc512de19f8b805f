"""Calls of S3's wire: their actions by moto's table, their resources by AWS's page.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from moto.s3.responses import ACTION_MAP

from aws_local.iam.request import AccessRequest

_ARN = "arn:aws:s3:::"
#: moto's table names the operation where AWS's page names another action.
_ACTIONS = {"HeadBucket": "ListBucket"}


@dataclass(frozen=True, kw_only=True)
class ObjectCall:
    """One request to S3."""

    method: str
    bucket: str
    #: Empty for a request on the bucket itself.
    key: str
    #: Parameters of the query, by name.
    query: Mapping[str, str]
    #: The object that is copied, as the header `x-amz-copy-source` names it.
    copied: str = ""
    body: bytes = b""

    def requests(self) -> list[AccessRequest]:
        """All that must be allowed for the call."""
        if not self.bucket:
            return [AccessRequest.of("s3:ListAllMyBuckets", "*")]
        if self.method == "POST" and "delete" in self.query:
            return list(self._deletions())
        if self.method == "DELETE" and self.key and "uploadId" not in self.query:
            return list(_deletion(self.resource, "versionId" in self.query))
        needed = [AccessRequest.of(f"s3:{self._action()}", self.resource, self._context())]
        if self.copied:
            source = unquote(self.copied).lstrip("/").partition("?")[0]
            needed.append(AccessRequest.of("s3:GetObject", _ARN + source))
        return needed

    @property
    def resource(self) -> str:
        """ARN of the bucket or the object."""
        return f"{_ARN}{self.bucket}/{self.key}" if self.key else f"{_ARN}{self.bucket}"

    @property
    def listing(self) -> AccessRequest:
        """The right without which S3 tells nobody that an object is not there."""
        return AccessRequest.of("s3:ListBucket", f"{_ARN}{self.bucket}", {"s3:prefix": self.key})

    def _context(self) -> dict[str, str]:
        is_list = not self.key and self.method in {"GET", "HEAD"}
        return {"s3:prefix": self.query.get("prefix", "")} if is_list else {}

    def _action(self) -> str:
        by_query = ACTION_MAP["KEY" if self.key else "BUCKET"].get(self.method, {})
        found = next((by_query[name] for name in by_query if name in self.query), None)
        action = found or by_query.get("DEFAULT", f"{self.method.title()}Object")
        return _ACTIONS.get(action, action)

    def _deletions(self) -> Iterator[AccessRequest]:
        items = ET.fromstring(self.body).iterfind("{*}Object")  # noqa: S314 - of a signed request
        for item in items:
            resource = f"{_ARN}{self.bucket}/{item.findtext('{*}Key') or ''}"
            yield from _deletion(resource, bool(item.findtext("{*}VersionId")))


def _deletion(resource: str, of_version: bool) -> Iterator[AccessRequest]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html, "Permissions"."""
    yield AccessRequest.of("s3:DeleteObject", resource)
    if of_version:
        yield AccessRequest.of("s3:DeleteObjectVersion", resource)
