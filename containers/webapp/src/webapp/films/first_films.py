"""Films of the sign-up page: few, well known, and different from one another."""

from collections import Counter
from collections.abc import Sequence

from webapp.films.catalogue import Catalogue, Film

#: Films on the page at a time.
COUNT = 5
#: Best-known films to choose from.
_KNOWN = 150


def varied(catalogue: Catalogue, much_seen: Sequence[str], turn: int = 0) -> list[Film]:
    """`COUNT` films, those of a later `turn` for viewers who do not know the earlier ones.

    Each next film is the best known of those that bring the least of the genres chosen already.
    """
    known = [catalogue.by_id[film_id] for film_id in much_seen if film_id in catalogue.by_id]
    pool = known[:_KNOWN]
    chosen: list[Film] = []
    for _ in range(turn + 1):
        chosen = _next_films(pool)
        pool = [film for film in pool if film not in chosen] or known[:_KNOWN]
    return chosen


def _next_films(pool: Sequence[Film]) -> list[Film]:
    chosen: list[Film] = []
    seen: Counter[str] = Counter()
    left = list(pool)
    while left and len(chosen) < COUNT:
        film = min(left, key=lambda candidate: _sameness(candidate, seen))
        chosen.append(film)
        left.remove(film)
        seen.update(film.genres)
    return chosen


def _sameness(film: Film, seen: Counter[str]) -> float:
    return sum(seen[genre] for genre in film.genres) / max(1, len(film.genres))
