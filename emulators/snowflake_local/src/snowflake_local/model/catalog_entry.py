"""Entries of the catalog: kinds of objects, and their definitions."""

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["INTEGRATION", "FUNCTION", "ROLE", "USER", "WAREHOUSE", "TASK", "GRANT", "OWNER"]
#: A JSON object.
Definition = Mapping[str, Any]
