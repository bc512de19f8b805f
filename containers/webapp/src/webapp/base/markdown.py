"""Text of viewers and film data inside Markdown: shown as it was written, never obeyed."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:&^=@/])")


def escaped(text: str) -> str:
    """`text` with everything escaped that Markdown, HTML, TeX or emoji codes could see in it."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
