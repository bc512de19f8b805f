"""Order of the scripts: folders by their numbers, within a folder each after those it reads."""

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import PurePosixPath

_RELATION = r"<% database %>\.(?:<% schema %>|\w+)\.\w+"
_CREATED = re.compile(rf"^create .*?(?:table|view) (?:if not exists )?({_RELATION})", re.MULTILINE)
_NAMED = re.compile(_RELATION)


def in_order(texts: Mapping[str, str]) -> list[str]:
    """Paths of scripts in a total order, the same on every machine.

    Args:
        texts: Path of each script below the folder of all, and its text.

    Raises:
        graphlib.CycleError: Scripts of one folder read each other in a circle.
    """
    makers = {relation: path for path, text in texts.items() for relation in _CREATED.findall(text)}
    read = {
        path: {makers[relation] for relation in _NAMED.findall(text) if relation in makers}
        for path, text in texts.items()
    }
    return [
        path
        for _, folder in groupby(sorted(texts), key=lambda path: PurePosixPath(path).parent)
        for path in _sorted(list(folder), read)
    ]


def _sorted(folder: list[str], read: Mapping[str, set[str]]) -> list[str]:
    beside = {path: [each for each in folder if each in read[path] - {path}] for path in folder}
    return list(TopologicalSorter(beside).static_order())
