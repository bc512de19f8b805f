-- How much there is: films, ratings, people who rated, viewers of this app who did.
select
    (select count(*) from film_card) as films,
    (select count(*) from ratings) as ratings,
    (select count(*) from rater) as raters,
    (select count(distinct user_id) from viewer_ratings) as viewers
