-- The lowest and the highest rating of the data.
select
    min(rating) as lowest,
    max(rating) as highest
from ratings
