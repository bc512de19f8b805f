"""Placer: which film of the catalogue a row of a file means."""

from collections.abc import Sequence

from webapp.films.catalogue import Catalogue, Film
from webapp.films.title_index import Placement, TitleIndex
from webapp.taste.file_entries import Entry


class Placer:
    """The films of one file; whether its ids are this catalogue's is decided by all rows."""

    def __init__(self, entries: Sequence[Entry], catalogue: Catalogue, index: TitleIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._ids_are_ours = self._most_titles_agree(entries)

    def place(self, entry: Entry) -> Placement:
        """The film of a row: by this catalogue's id, by IMDb's or TMDB's, by title and year.

        A row whose title contradicts its id is offered for choice.
        """
        film = self._by_own_id(entry) if self._ids_are_ours else None
        if film is not None:
            return self._by_id_and_title(film, entry)
        film = self._by_id_elsewhere(entry)
        if film is not None:
            return Placement(film, "id")
        return self._index.place(entry.names, entry.year, entry.directors)

    def _by_id_and_title(self, film: Film, entry: Entry) -> Placement:
        if self._agrees(film, entry):
            return Placement(film, "id")
        by_title = self._index.place(entry.names, entry.year, entry.directors)
        others = (by_title.film,) if by_title.film else by_title.candidates
        return Placement(None, None, tuple(dict.fromkeys((*others, film))))

    def _by_own_id(self, entry: Entry) -> Film | None:
        films = self._catalogue.by_id
        # a column of numbers with a gap in it comes back from a spreadsheet with ".0" behind each
        return films.get(entry.film_id) or films.get(entry.film_id.removesuffix(".0"))

    def _by_id_elsewhere(self, entry: Entry) -> Film | None:
        by_imdb = self._catalogue.by_imdb_number.get(entry.imdb_number or 0)
        return by_imdb or self._catalogue.by_tmdb_number.get(entry.tmdb_number or 0)

    def _agrees(self, film: Film, entry: Entry) -> bool:
        return not entry.names or any(self._index.names(film, name) for name in entry.names)

    def _most_titles_agree(self, entries: Sequence[Entry]) -> bool:
        known = [(film, entry) for entry in entries if (film := self._by_own_id(entry))]
        agreeing = sum(self._agrees(film, entry) for film, entry in known)
        return 2 * agreeing > len(known)
