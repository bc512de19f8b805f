"""The names of genres and countries that mean the same, for filters, written by `make film-data`.

The recommender shares no module with the loaders; it reads this file, and a test compares.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from film_data.pipeline import canonical_names, countries

FILE = Path("containers/recommender/src/recommender/serving/label_names.json")


def main() -> None:
    """Write the file."""
    FILE.write_text(document(), encoding="utf-8")


def document() -> str:
    """Groups of names, the canonical one first, as JSON with a group on each line."""
    codes = {name: code for code, name in countries.BY_CODE.items()}
    lands = [
        [name, *([codes[name]] if name in codes else []), *countries.OTHER_NAMES.get(name, ())]
        for name in sorted({*codes, *countries.OTHER_NAMES})
    ]
    genres = [[name, *others] for name, others in canonical_names.OTHER_NAMES_OF_GENRES.items()]
    return f'{{"genres": [\n{_lines(genres)}\n],\n"countries": [\n{_lines(lands)}\n]}}\n'


def _lines(groups: Iterable[list[str]]) -> str:
    return ",\n".join(json.dumps(group, ensure_ascii=False) for group in groups)


if __name__ == "__main__":
    main()
