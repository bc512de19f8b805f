"""Set-up of the local warehouse by the product's SQL scripts, with local values."""

from collections.abc import Iterable

import snowflake.connector
from snowflake.connector import SnowflakeConnection

from functions.snowflake_integration import scripts
from functions.snowflake_integration.sql_script import statements
from local.errors import LocalError
from local.stack import (
    ANALYST_ROLE,
    API_URL_IN_SQL,
    CALLER_ROLE_ARN,
    DATABASE,
    DEPLOYER_ROLE,
    DEPLOYER_ROLE_ARN,
    LOADER,
    OPERATOR_ROLE,
    PERSON,
    SCHEMA,
    TRAINING_ROLE,
    TRAINING_ROLE_ARN,
    TRAINING_USER,
    WAREHOUSE,
    WEBAPP_ROLE,
    WEBAPP_ROLE_ARN,
    WEBAPP_USER,
)

VALUES = {
    "database": DATABASE,
    "schema": SCHEMA,
    "warehouse": WAREHOUSE,
    "api_integration": "SNOWREEL_API",
    "api_url": API_URL_IN_SQL,
    "caller_role_arn": CALLER_ROLE_ARN,
    "deployer_role": DEPLOYER_ROLE,
    "deployer_role_arn": DEPLOYER_ROLE_ARN,
    "deployer_user": "SNOWREEL_DEPLOYER",
    "training_role": TRAINING_ROLE,
    "training_role_arn": TRAINING_ROLE_ARN,
    "training_user": TRAINING_USER,
    "webapp_role": WEBAPP_ROLE,
    "webapp_role_arn": WEBAPP_ROLE_ARN,
    "webapp_user": WEBAPP_USER,
    "operator_role": OPERATOR_ROLE,
    "analyst_role": ANALYST_ROLE,
}


#: What an administrator does for the people of local mode, as docs/deploy.md says.
_PEOPLE = f"""
create user if not exists {PERSON};
alter user {PERSON} set default_role = {OPERATOR_ROLE} default_warehouse = {WAREHOUSE};
grant role {OPERATOR_ROLE} to user {PERSON};
create user if not exists {LOADER};
alter user {LOADER} set default_role = {DEPLOYER_ROLE} default_warehouse = {WAREHOUSE};
grant role {DEPLOYER_ROLE} to user {LOADER};
"""
#: The deployment works as its narrow role alone, as the custom resource does.
_BECOME_DEPLOYER = f"use role {DEPLOYER_ROLE}; use secondary roles none;"
_BECOME_ADMINISTRATOR = "use role accountadmin; use secondary roles all;"


def run(connection: SnowflakeConnection) -> None:
    """Run every set-up script in an administrator's session; each may run again at every start.

    Raises:
        LocalError: A statement failed; the message names the script.
    """
    bootstrap = scripts.rendered(scripts.BOOTSTRAP, VALUES)
    _execute(connection, scripts.BOOTSTRAP, bootstrap)
    _execute(connection, "of the people", statements(_PEOPLE + _BECOME_DEPLOYER))
    for script in scripts.setup_scripts():
        if script != scripts.BOOTSTRAP:
            _execute(connection, script, scripts.rendered(script, VALUES))
    _execute(connection, "of the administrator", statements(_BECOME_ADMINISTRATOR))


def _execute(connection: SnowflakeConnection, script: str, run: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in run:
            try:
                cursor.execute(statement)
            except snowflake.connector.errors.Error as error:
                raise LocalError(f"The script {script} failed: {error.msg}") from error
