-- Where a run of the nightly loop is, or how it ended; of the newest one where pipeline is NULL.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.pipeline_status(
    pipeline varchar
)
returns variant
volatile
comment = 'State or outcome of a run of the nightly loop'
api_integration = <% api_integration %>
max_batch_rows = 20
as '<% api_url %>/pipeline-status';

grant usage on function <% database %>.<% schema %>.pipeline_status(varchar)
to role <% analyst_role %>;
