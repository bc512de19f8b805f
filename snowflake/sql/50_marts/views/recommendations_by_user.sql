-- one row per user: the recommended items, best first
create or replace view <% database %>.<% schema %>.recommendations_by_user as
with

recommendations as (
    select * from <% database %>.<% schema %>.recommendations
)

select
    user_id,
    array_agg(item_id) within group (order by rank) as item_ids,
    max(training_job) as training_job,
    max(generated_at) as generated_at
from recommendations
group by user_id;
