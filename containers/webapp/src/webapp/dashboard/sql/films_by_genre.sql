-- Films by genre; a film of several genres counts for each.
select
    genre,
    films,
    share_of_films
from films_by_genre
order by films desc, genre
