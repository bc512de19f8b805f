-- Ratings by month.
select
    first_of_month,
    ratings,
    raters,
    mean_rating
from ratings_over_time
order by first_of_month
