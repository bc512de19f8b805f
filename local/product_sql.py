"""Set-up of the local warehouse by the product's SQL scripts, with local values."""

import snowflake.connector
from snowflake.connector import SnowflakeConnection

from functions.snowflake_integration import scripts
from local.errors import LocalError
from local.stack import (
    ANALYST_ROLE,
    API_URL_IN_SQL,
    CALLER_ROLE_ARN,
    DATABASE,
    DEPLOYER_ROLE_ARN,
    OPERATOR_ROLE,
    SCHEMA,
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
    "deployer_role": "SNOWREEL_DEPLOYER",
    "deployer_role_arn": DEPLOYER_ROLE_ARN,
    "deployer_user": "SNOWREEL_DEPLOYER",
    "training_role": "SNOWREEL_TRAINING",
    "training_role_arn": TRAINING_ROLE_ARN,
    "training_user": TRAINING_USER,
    "webapp_role": WEBAPP_ROLE,
    "webapp_role_arn": WEBAPP_ROLE_ARN,
    "webapp_user": WEBAPP_USER,
    "operator_role": OPERATOR_ROLE,
    "analyst_role": ANALYST_ROLE,
}


def run(connection: SnowflakeConnection) -> None:
    """Run every set-up script; each may run again at every start.

    Raises:
        LocalError: A statement failed; the message names the script.
    """
    with connection.cursor() as cursor:
        for script in scripts.setup_scripts():
            for statement in scripts.rendered(script, VALUES):
                try:
                    cursor.execute(statement)
                except snowflake.connector.errors.Error as error:
                    raise LocalError(f"The script {script} failed: {error.msg}") from error
