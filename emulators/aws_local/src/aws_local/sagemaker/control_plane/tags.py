"""The control plane's operations on tags, the same for every kind of resource."""

from collections.abc import Iterable

from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid

MAX_TAGS = 50


class Tags:
    """Tags of the resources in some collections."""

    def __init__(self, collections: Iterable[Collection]) -> None:
        self._collections = tuple(collections)

    async def add(self, request: Document) -> Document:
        """AddTags: new ones are added, known ones get the new value."""
        collection, name, document = self._find(request["ResourceArn"])
        tags = _by_key(document.get("Tags", [])) | _by_key(request["Tags"])
        if len(tags) > MAX_TAGS:
            raise invalid(f"A resource can have {MAX_TAGS} tags.")
        document["Tags"] = _listed(tags)
        collection.save(name, document)
        return {"Tags": document["Tags"]}

    async def list(self, request: Document) -> Document:
        """ListTags."""
        _, _, document = self._find(request["ResourceArn"])
        return {"Tags": document.get("Tags", [])}

    async def delete(self, request: Document) -> Document:
        """DeleteTags."""
        collection, name, document = self._find(request["ResourceArn"])
        going = set(request["TagKeys"])
        document["Tags"] = [tag for tag in document.get("Tags", []) if tag["Key"] not in going]
        collection.save(name, document)
        return {}

    def _find(self, arn: str) -> tuple[Collection, str, Document]:
        name = arn.rpartition("/")[2]
        for collection in self._collections:
            if name in collection and collection.arn(name) == arn:
                return collection, name, collection.get(name)
        raise invalid(f'Could not find resource "{arn}".')


def _by_key(tags: Iterable[Document]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _listed(tags: dict[str, str]) -> list[Document]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
