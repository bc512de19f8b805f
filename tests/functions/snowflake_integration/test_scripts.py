"""Every script of the product, run by the custom resource as `cdk deploy` does."""

from functions.routes import ROUTES
from functions.snowflake_integration import scripts
from local.product_sql import VALUES

FUNCTIONS = {route.sql_function.upper() for route in ROUTES}
INTEGRATION = VALUES["api_integration"]


def test_create_makes_everything_and_tells_whom_the_role_must_trust(administrator, cloudformation):
    answer = cloudformation.send("Create", "Integration")
    assert answer["Status"] == "SUCCESS", answer.get("Reason")
    assert answer["PhysicalResourceId"] == INTEGRATION
    trust = administrator.trust()
    assert answer["Data"] == {
        "ApiAwsIamUserArn": trust["API_AWS_IAM_USER_ARN"],
        "ApiAwsExternalId": trust["API_AWS_EXTERNAL_ID"],
    }
    assert trust["API_AWS_ROLE_ARN"] == VALUES["caller_role_arn"]
    assert trust["API_ALLOWED_PREFIXES"] == f"{VALUES['api_url']}/"
    assert cloudformation.send("Create", "Objects")["Status"] == "SUCCESS"
    assert administrator.function_names() == FUNCTIONS


def test_the_order_of_the_scripts_is_that_of_their_numbers():
    names = scripts.object_scripts()
    assert names == sorted(names)
    assert names[0] == "01_database.sql"
    others = {path.name for path in scripts.SCRIPTS_DIR.glob("*.sql")} - set(names)
    assert others == {
        "00_bootstrap.sql",
        "04_api_integration.sql",
        "99_drop_database.sql",
        "99_drop_functions.sql",
        "99_drop_integration.sql",
    }
