"""Every script of the product, run by the custom resource as `cdk deploy` does."""

import re

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


def functions_of(script, pattern):
    text = re.sub(r"<% \w+ %>", "x", (scripts.SCRIPTS_DIR / script).read_text())
    return {
        f"{name}({','.join(types_of(arguments))})" for name, arguments in re.findall(pattern, text)
    }


def types_of(arguments):
    """Types of a list of arguments, with names (`a varchar`) or without."""
    return [argument.split()[-1] for argument in arguments.split(",") if argument.strip()]


def test_every_function_is_granted_and_dropped_with_its_own_types():
    created = functions_of("05_external_functions.sql", r"external function x\.x\.(\w+)\(([^)]*)\)")
    granted = functions_of("06_grants.sql", r"on function x\.x\.(\w+)\(([^)]*)\)")
    dropped = functions_of("99_drop_functions.sql", r"function if exists x\.x\.(\w+)\(([^)]*)\)")
    assert created == granted == dropped
    assert len(created) == len(FUNCTIONS)
