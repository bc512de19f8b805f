-- The API integration: which role Snowflake assumes, which addresses it may call.
-- Created if missing and then altered, never replaced: a new integration has a new external id,
-- and the role's trust policy would no longer match. The comment tells whose it is.

create api integration if not exists <% api_integration %>
api_provider = aws_api_gateway
api_aws_role_arn = '<% caller_role_arn %>'
api_allowed_prefixes = ('<% api_url %>/')
enabled = true
comment = 'Snowreel: created for <% caller_role_arn %>';

-- The linter's grammar has no ALTER for API integrations.
-- noqa: disable=PRS
alter api integration <% api_integration %> set
    api_aws_role_arn = '<% caller_role_arn %>'
    api_allowed_prefixes = ('<% api_url %>/')
    enabled = true
    comment = 'Snowreel: created for <% caller_role_arn %>';
