"""A resource as JSON: SageMaker's own fields, and a few of ours that are not shown."""

from typing import Any

Document = dict[str, Any]


def without(document: Document, *hidden: str) -> Document:
    """The document as it is shown, without the fields `hidden`."""
    return {field: value for field, value in document.items() if field not in hidden}
