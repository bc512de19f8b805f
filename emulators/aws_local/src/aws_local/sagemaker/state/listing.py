"""SageMaker's List operations: filters, order and pages, the same for every kind of resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid
from aws_local.wire.page import next_token, offset

_DEFAULT_PAGE = 10


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The list of the resources of one kind."""

    #: Key of the answer, for example `TrainingJobs`.
    key: str
    name_field: str
    #: Field that `StatusEquals` and the order `Status` speak of.
    status_field: str | None
    #: Fields of the answer's items.
    summary_fields: tuple[str, ...]
    default_order: str = "Descending"

    def answer(self, documents: Iterable[Document], request: Mapping[str, Any]) -> Document:
        """The page of `documents` that `request` asks for."""
        chosen = [document for document in documents if self._matches(document, request)]
        chosen.sort(key=lambda document: self._sort_key(document, request.get("SortBy")))
        if request.get("SortOrder", self.default_order) == "Descending":
            chosen.reverse()
        try:
            start = offset(request.get("NextToken"))
        except ValueError:
            raise invalid("Invalid NextToken: use the one of the last answer.") from None
        end = start + request.get("MaxResults", _DEFAULT_PAGE)
        page: Document = {self.key: [self._summary(each) for each in chosen[start:end]]}
        if end < len(chosen):
            page["NextToken"] = next_token(end)
        return page

    def _matches(self, document: Document, request: Mapping[str, Any]) -> bool:
        created, modified = document["CreationTime"], document.get("LastModifiedTime", 0.0)
        status = document.get(self.status_field) if self.status_field else None
        return (
            request.get("NameContains", "") in document[self.name_field]
            and request.get("StatusEquals", status) == status
            and request.get("CreationTimeAfter", created) <= created
            and request.get("CreationTimeBefore", created) >= created
            and request.get("LastModifiedTimeAfter", modified) <= modified
            and request.get("LastModifiedTimeBefore", modified) >= modified
        )

    def _sort_key(self, document: Document, order: str | None) -> Any:
        if order == "Name":
            return document[self.name_field]
        if order == "Status" and self.status_field:
            return document[self.status_field]
        return document["CreationTime"]

    def _summary(self, document: Document) -> Document:
        return {field: document[field] for field in self.summary_fields if field in document}
