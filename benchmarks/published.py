"""The tables of docs/recommendations.md: from the code, and figures from the last benchmarks.

Run as `python -m benchmarks.published` after `make bench`; a benchmark without results keeps the
table that it has.
"""

import json
import re
import sys
from pathlib import Path

from recommender.options import Choice, Number
from recommender.ranking.registry import RANKERS
from recommender.training.option_table import OPTIONS, default_of

from benchmarks.goals import RESULTS, Figure

DOCUMENT = Path("docs/recommendations.md")
#: What is between a table's marks.
_BLOCK = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_ALGORITHMS = ("biased_mf", "svd", "bayesian")


def main() -> int:
    """Write the tables anew."""
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def renewed(document: str) -> str:
    """The document with its tables as they are today."""
    return _BLOCK.sub(_renew, document)


def _renew(block: re.Match[str]) -> str:
    name = block[2]
    if name not in _FROM_CODE and not (RESULTS / f"{name}.json").is_file():
        return block[0]
    made = _FROM_CODE[name]() if name in _FROM_CODE else figures(name)
    return f"{block[1]}{made}{block[4]}"


def rankings() -> str:
    """Table of ranking models: what each is, and when to choose it."""
    lines = ["| `ranking` | what it is | when |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {each.summary} | {each.purpose} |" for name, each in RANKERS.items()]
    return _table(lines)


def options() -> str:
    """Table of options: default, range, meaning."""
    lines = ["| option | default | values | meaning |", "| --- | --- | --- | --- |"]
    for name, option in OPTIONS.items():
        lines.append(f"| `{name}` | {_defaults(name)} | {_values(option)} | {option.meaning} |")
    return _table(lines)


def _defaults(name: str) -> str:
    option = OPTIONS[name]
    usual = option.default
    stated = option.rule if usual is None and isinstance(option, Number) else str(usual)
    others = [
        f"{default_of(name, algorithm)} for `{algorithm}`"
        for algorithm in _ALGORITHMS
        if default_of(name, algorithm) != usual
    ]
    return ", ".join([stated, *others])


def _values(option: Number | Choice) -> str:
    if isinstance(option, Choice):
        return ", ".join(f"`{word}`" for word in option.allowed)
    return f"{option.minimum} to {option.maximum}"


_FROM_CODE = {"options": options, "rankings": rankings}


def figures(benchmark: str) -> str:
    """The last results of a benchmark."""
    document = json.loads((RESULTS / f"{benchmark}.json").read_text(encoding="utf-8"))
    made_by = (
        f"`python -m benchmarks.{benchmark}`, {document['date']}, {document['machine']}, load"
        f" average {document['load_average']:.1f}:"
    )
    lines = [made_by, "", "| what | found | goal | |", "| --- | --- | --- | --- |"]
    for values in document["figures"]:
        figure = Figure(**values)
        sign = "at most" if figure.at_most else "at least"
        goal = "" if figure.goal is None else f"{sign} {figure.goal:.3g}"
        missed = "" if figure.is_met else "**missed** "
        lines.append(
            f"| {figure.name} | {figure.value:.4g} {figure.unit} | {goal} | {missed}{figure.note} |"
        )
    return _table(lines)


def _table(lines: list[str]) -> str:
    return "\n" + "".join(f"{line}\n" for line in lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
