"""Patterns of policies: `*` stands for any text, `?` for one character."""

import re
from collections.abc import Iterable
from functools import lru_cache


def matches_any(patterns: Iterable[str], text: str) -> bool:
    """True if one of the patterns covers all of `text`."""
    return any(_compiled(pattern).fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
