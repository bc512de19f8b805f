-- Once per account, by an administrator: roles, the three service users and a warehouse.
-- None of them has a password or a key: each signs in by the IAM role it is mapped to.
-- Everything after this script runs with the narrow role <% deployer_role %>.

create role if not exists <% deployer_role %>
comment = 'Snowreel: creates the database, the integration, functions and grants';
create role if not exists <% training_role %>
comment = 'Snowreel: reads ratings, writes recommendations';
create role if not exists <% operator_role %>
comment = 'Snowreel: may train, deploy and undeploy models';
create role if not exists <% analyst_role %>
comment = 'Snowreel: may query models and read the marts';
create role if not exists <% webapp_role %>
comment = 'Snowreel: the web app, an analyst that writes viewer tables';

grant role <% analyst_role %> to role <% operator_role %>;
grant role <% analyst_role %> to role <% webapp_role %>;
-- so that SYSADMIN may manage all that they own, tables of a training included
grant role <% operator_role %> to role sysadmin;
grant role <% training_role %> to role sysadmin;
grant role <% deployer_role %> to role sysadmin;

create warehouse if not exists <% warehouse %>
warehouse_size = xsmall
auto_suspend = 60
auto_resume = true
initially_suspended = true
comment = 'Snowreel';

grant usage on warehouse <% warehouse %> to role <% deployer_role %>;
grant usage on warehouse <% warehouse %> to role <% training_role %>;
grant usage on warehouse <% warehouse %> to role <% analyst_role %>;

-- Created if missing and then altered, so that running this again corrects a user.
-- The linter's grammar knows no ALTER USER with these properties.
-- noqa: disable=PRS,LT02
create user if not exists <% deployer_user %> type = service;
alter user <% deployer_user %> set
    workload_identity = (type = aws arn = '<% deployer_role_arn %>')
    default_role = <% deployer_role %>
    default_warehouse = <% warehouse %>
    comment = 'Snowreel: the custom resource of cdk deploy';
create user if not exists <% training_user %> type = service;
alter user <% training_user %> set
    workload_identity = (type = aws arn = '<% training_role_arn %>')
    default_role = <% training_role %>
    default_warehouse = <% warehouse %>
    comment = 'Snowreel: the SageMaker training job';
create user if not exists <% webapp_user %> type = service;
alter user <% webapp_user %> set
    workload_identity = (type = aws arn = '<% webapp_role_arn %>')
    default_role = <% webapp_role %>
    default_warehouse = <% warehouse %>
    comment = 'Snowreel: the web app';
-- noqa: enable=PRS,LT02

grant role <% deployer_role %> to user <% deployer_user %>;
grant role <% training_role %> to user <% training_user %>;
grant role <% webapp_role %> to user <% webapp_user %>;

grant create database on account to role <% deployer_role %>;
grant create integration on account to role <% deployer_role %>;
