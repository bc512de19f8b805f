-- Films by decade of release, and the mean of their ratings.
select
    decade,
    films,
    ratings,
    mean_rating
from films_by_decade
order by decade
