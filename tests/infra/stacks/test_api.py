"""Promises of the API's stack."""

import json

import pytest

from functions.lambdas import HANDLERS, LAMBDA_TIMEOUT_SECONDS
from functions.routes import ROUTES, STAGE
from functions.settings import SETTINGS, read, variables

API_GATEWAY_SECONDS = 29


def methods(deployment):
    return list(deployment.resources("AWS::ApiGateway::Method").values())


def paths(deployment):
    """Path part of each resource, by logical id."""
    resources = deployment.resources("AWS::ApiGateway::Resource", "Api")
    return {name.split("/")[1]: item["Properties"]["PathPart"] for name, item in resources.items()}


def test_every_method_requires_iam(deployment):
    kinds = {method["Properties"]["AuthorizationType"] for method in methods(deployment)}
    assert kinds == {"AWS_IAM"}


def test_every_function_has_a_resource_with_post_and_get(deployment):
    named = paths(deployment)
    found = {
        (f"/{named[method['Properties']['ResourceId']['Ref']]}", method["Properties"]["HttpMethod"])
        for method in methods(deployment)
    }
    assert found == {(route.path, verb) for route in ROUTES for verb in ("POST", "GET")}


def test_every_method_calls_the_function_of_its_route(deployment):
    named = paths(deployment)
    by_path = {route.path.removeprefix("/"): route.lambda_name for route in ROUTES}
    for method in methods(deployment):
        path = named[method["Properties"]["ResourceId"]["Ref"]]
        integration = method["Properties"]["Integration"]
        assert integration["Type"] == "AWS_PROXY"
        assert f"Functions{by_path[path].title()}" in json.dumps(integration["Uri"])


def test_the_gateway_validates_post_bodies_and_the_batch_id_of_get(deployment):
    validators = deployment.resources("AWS::ApiGateway::RequestValidator")
    ids = {
        name.split("/")[1]
        for name, item in validators.items()
        if item["Properties"]["ValidateRequestBody"]
        and item["Properties"]["ValidateRequestParameters"]
    }
    models = deployment.resources("AWS::ApiGateway::Model")
    schemas = {name.split("/")[1]: item["Properties"]["Schema"] for name, item in models.items()}
    batch_id = "method.request.header.sf-external-function-query-batch-id"
    for method in methods(deployment):
        properties = method["Properties"]
        assert properties["RequestValidatorId"]["Ref"] in ids
        if properties["HttpMethod"] == "GET":
            assert properties["RequestParameters"] == {batch_id: True}
        else:
            schema = schemas[properties["RequestModels"]["application/json"]["Ref"]]
            assert schema["type"] == "object"
            assert schema["required"] == ["data"]


def test_the_api_is_regional_and_never_compresses(deployment):
    properties = deployment.the("AWS::ApiGateway::RestApi")["Properties"]
    assert properties["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    # With a minimum above zero the gateway leaves small gzip bodies of Snowflake as they are.
    assert "MinimumCompressionSize" not in properties


def test_only_the_callers_may_invoke_and_everybody_else_is_denied(deployment):
    policy = deployment.the("AWS::ApiGateway::RestApi")["Properties"]["Policy"]
    allow, deny = policy["Statement"]
    assert (allow["Effect"], deny["Effect"]) == ("Allow", "Deny")
    assert allow["Action"] == deny["Action"] == "execute-api:Invoke"
    assert deny["Principal"] == {"AWS": "*"}
    assert deny["Resource"] == "execute-api:/*"
    allowed = allow["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    assert allowed == deny["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert "*" not in json.dumps(allowed)
    assert "-snowflake-caller" in json.dumps(allowed)
    assert len(json.dumps(policy)) < 8_192


def test_integrators_are_let_in_by_arn(prod, dev):
    def allowed(deployment):
        policy = deployment.the("AWS::ApiGateway::RestApi")["Properties"]["Policy"]
        return json.dumps(policy["Statement"][0]["Condition"])

    assert "arn:aws:iam::123456789012:role/integrator" in allowed(prod)
    assert "integrator" not in allowed(dev)


def test_the_gateways_own_answers_have_the_shape_of_ours(deployment):
    responses = deployment.resources("AWS::ApiGateway::GatewayResponse").values()
    kinds = {response["Properties"]["ResponseType"] for response in responses}
    assert kinds == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for response in responses:
        assert "StatusCode" not in response["Properties"]
        template = response["Properties"]["ResponseTemplates"]["application/json"]
        filled = template.replace("$context.error.messageString", '"Forbidden"')
        assert set(json.loads(filled)["error"]) == {"code", "message", "request_id"}


def test_the_stage_throttles_traces_and_logs_without_bodies(deployment):
    properties = deployment.the("AWS::ApiGateway::Stage")["Properties"]
    assert properties["StageName"] == STAGE
    assert properties["TracingEnabled"] is True
    assert properties["AccessLogSetting"]["DestinationArn"]
    assert json.loads(properties["AccessLogSetting"]["Format"])["request_id"]
    (settings,) = properties["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert settings["ThrottlingRateLimit"] > 0
    assert settings["ThrottlingBurstLimit"] > 0
    assert settings["LoggingLevel"] == "ERROR"
    assert settings["DataTraceEnabled"] is False


def test_no_metric_of_a_single_method_is_paid_for(deployment):
    """No alarm and no graph reads them; each is a metric of its own on the bill."""
    (settings,) = deployment.the("AWS::ApiGateway::Stage")["Properties"]["MethodSettings"]
    assert settings["MetricsEnabled"] is False


def test_the_role_that_all_apis_of_the_region_log_with_outlives_the_stack(deployment):
    """One for each account and region: without it the other APIs would lose their logs."""
    account = deployment.the("AWS::ApiGateway::Account")
    (role_id,) = (
        name.split("/")[1]
        for name in deployment.resources("AWS::IAM::Role", "Api")
        if "CloudWatchRole" in name
    )
    role = deployment.templates["Api"]["Resources"][role_id]
    for resource in (account, role):
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    outputs = deployment.templates["Api"]["Outputs"].values()
    (output,) = (each for each in outputs if each["Value"] == {"Ref": role_id})
    assert "Kept by cdk destroy" in output["Description"]


def test_the_execution_log_is_made_before_the_stage_with_a_retention(deployment):
    groups = deployment.resources("AWS::Logs::LogGroup", "Api")
    (name,) = (
        name
        for name, group in groups.items()
        if "API-Gateway-Execution-Logs_" in json.dumps(group["Properties"].get("LogGroupName"))
    )
    stage = deployment.the("AWS::ApiGateway::Stage")
    assert name.split("/")[1] in stage["DependsOn"]


def test_every_log_group_has_a_retention_and_goes_with_its_stack(deployment):
    groups = deployment.resources("AWS::Logs::LogGroup")
    assert groups
    for name, group in groups.items():
        assert group["Properties"].get("RetentionInDays"), name
        assert group["DeletionPolicy"] == "Delete", name


def functions(deployment):
    return {
        function["Properties"]["Handler"]: function["Properties"]
        for function in deployment.resources("AWS::Lambda::Function", "Api").values()
    }


#: Functions that there are in any case.
OF_THE_API = sorted({route.lambda_name for route in ROUTES})


@pytest.mark.parametrize("name", OF_THE_API)
def test_functions_answer_before_the_gateway_gives_up(deployment, name):
    function = functions(deployment)[HANDLERS[name]]
    assert function["Timeout"] == LAMBDA_TIMEOUT_SECONDS < API_GATEWAY_SECONDS
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["LoggingConfig"]["LogGroup"]["Ref"]


@pytest.mark.parametrize("name", OF_THE_API)
def test_the_powertools_layer_is_pinned_by_version(deployment, name):
    (layer,) = functions(deployment)[HANDLERS[name]]["Layers"]
    assert ":layer:AWSLambdaPowertoolsPythonV3-python313-arm64:" in layer
    assert layer.rsplit(":", 1)[1].isdecimal()


@pytest.mark.parametrize("name", SETTINGS)
def test_functions_have_exactly_the_variables_they_read(prod, name):
    given = functions(prod)[HANDLERS[name]]["Environment"]["Variables"]
    own = {key: value for key, value in given.items() if key.startswith("SNOWREEL_")}
    # References become text in the cloud; here any text will do.
    texts = {key: v if isinstance(v, str) else "reference" for key, v in own.items()}
    assert variables(read(SETTINGS[name], texts)) == texts
    assert set(given) - set(own) == {"POWERTOOLS_SERVICE_NAME"}


def test_the_training_connection_fits_sagemakers_limit(deployment):
    train = functions(deployment)[HANDLERS["train"]]
    text = train["Environment"]["Variables"]["SNOWREEL_SNOWFLAKE_CONNECTION"]
    assert len(text) <= 512
    assert {"account", "user", "role", "warehouse", "authenticator"} <= set(json.loads(text))


def test_concurrency_is_reserved_only_where_the_setting_says_so(dev, prod):
    def reserved(deployment):
        ours = [functions(deployment)[HANDLERS[name]] for name in OF_THE_API]
        return {function.get("ReservedConcurrentExecutions") for function in ours}

    assert reserved(dev) == {None}
    assert reserved(prod) == {20}
