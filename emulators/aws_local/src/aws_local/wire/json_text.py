"""JSON as AWS reads it: strictly."""

import json
from typing import Any, NoReturn


def parsed(text: str | bytes) -> Any:
    """The value of a text; raise ValueError if it is no JSON, or nested deeper than anybody's."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
