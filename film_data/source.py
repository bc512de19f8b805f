"""A source of film data, described; its package in `sources` states it as `SOURCE`.

A description imports neither polars nor pandera, so that the command line can list the data sets
without the seconds that their import takes.
"""

from dataclasses import dataclass

from film_data.matching.film_search import FilmSearch
from film_data.pipeline.rules import Rule


@dataclass(frozen=True)
class Source:
    """A publisher's film data.

    The module `tables` of its package describes its raw tables, the module `reader` has a
    function `clean` that reads a folder, unless the source has no folder.
    """

    #: Of its package and, in front, of its raw tables; `source` in the table of matches.
    name: str
    #: Among the sources that know a film; the first one counts, and they are matched in this order.
    precedence: int
    #: Its name on the command line; None when it cannot be loaded from a folder.
    dataset: str | None = None
    #: Layouts of its files, for the manual.
    layouts: str = ""
    #: Rules of its own; see `rules.catalogue`.
    rules: tuple[Rule, ...] = ()
    #: The search for its films in the catalogue; None for films that are the catalogue.
    search: FilmSearch | None = None
