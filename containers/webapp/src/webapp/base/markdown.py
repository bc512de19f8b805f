"""Escaping of viewers' text and film data inside Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:&^=@/])")


def escaped(text: str) -> str:
    """`text` with all marks of Markdown, HTML, TeX and emoji codes escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
