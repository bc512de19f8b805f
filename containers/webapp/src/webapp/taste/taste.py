"""Taste of one viewer, and the films that it allows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from webapp.films.catalogue import Catalogue, Film

#: Stars from which a rating says that the viewer liked the film.
LIKED_STARS = 4.0


@dataclass(frozen=True)
class Preferences:
    """Genres that a viewer likes, and those never to be shown."""

    favourites: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def never_again(self, genre: str) -> "Preferences":
        """A copy with one more genre that is never shown."""
        return Preferences(self.favourites - {genre}, self.never | {genre})


@dataclass(frozen=True)
class RatedFilm:
    """A film and the stars that a viewer gave it."""

    film_id: str
    title: str
    year: int | None
    stars: float
    rated_at: datetime
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True)
class Taste:
    """Ratings, preferences and dismissed films of one viewer."""

    preferences: Preferences = field(default_factory=Preferences)
    #: Stars by film id.
    ratings: Mapping[str, float] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()

    def allows(self, film: Film) -> bool:
        """True for a film that is neither rated nor dismissed, and of no unwanted genre."""
        return (
            film.film_id not in self.ratings
            and film.film_id not in self.dismissed
            and self.preferences.never.isdisjoint(film.genres)
        )

    def liked_genre(self, catalogue: Catalogue) -> str | None:
        """The genre of the films the viewer liked best, or else their first favourite."""
        likes = Counter(
            genre
            for film_id, stars in self.ratings.items()
            if stars >= LIKED_STARS and film_id in catalogue.by_id
            for genre in catalogue.by_id[film_id].genres
        )
        for genre in self.preferences.favourites:
            likes[genre] += 1
        for genre in self.preferences.never:
            likes.pop(genre, None)
        return min(likes, key=lambda genre: (-likes[genre], genre), default=None)
