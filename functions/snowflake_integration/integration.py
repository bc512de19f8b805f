"""`Custom::SnowflakeIntegration`: the API integration, and what the caller role must trust.

Created if missing and else altered: a new integration would have a new external id, and the role
would trust nobody any more. One that was not created for our role is left alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from functions.custom_resources.protocol import CustomResourceError, Request, Resource
from functions.snowflake_integration import scripts
from functions.snowflake_integration.account import account_of, last_session, refuse_to_strand
from functions.snowflake_integration.session import Session, StatementError, open_session

_MARK = "Snowreel: created for {}"
#: Both values go into a trust policy. A wildcard there would let anybody in.
_USER_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:user/[\w+=,.@/-]+", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{account_of(properties)}.{properties['Values']['api_integration']}"


def _create_or_update(request: Request) -> dict[str, str]:
    values = request.properties["Values"]
    refuse_to_strand(request)
    with open_session(request.properties["Connection"]) as session:
        _refuse_foreign(session, request)
        try:
            scripts.run(session, scripts.INTEGRATION, values)
        except StatementError as error:
            # IF NOT EXISTS hides an integration of another role; ALTER then tells.
            if error.is_missing_or_hidden or (error.is_no_privilege and _is_alter(error)):
                raise _foreign(values) from error
            raise
        return _trust(session, values["api_integration"])


def _delete(request: Request) -> None:
    name = request.properties["Values"]["api_integration"]
    leftover = f"the integration {name} (snowflake/sql/{scripts.DROP_INTEGRATION} drops it)"
    with last_session(request, leftover) as session:
        comment = _comment(session, request.properties["Values"])
        if comment is not None and comment in _own_marks(request):
            scripts.run(session, scripts.DROP_INTEGRATION, request.properties["Values"])


def _refuse_foreign(session: Session, request: Request) -> None:
    comment = _comment(session, request.properties["Values"])
    if comment is not None and comment not in _own_marks(request):
        raise _foreign(request.properties["Values"])


def _foreign(values: Mapping[str, str]) -> CustomResourceError:
    return CustomResourceError(
        f"The integration {values['api_integration']} exists and was not created for "
        f"{values['caller_role_arn']}: choose another `api_integration` in cdk.json.",
        nothing_made=True,
    )


def _is_alter(error: StatementError) -> bool:
    return "`alter " in str(error)


def _comment(session: Session, values: Mapping[str, str]) -> str | None:
    """Comment of the integration; None if there is none that this role may see."""
    name = values["api_integration"]
    for row in session.execute(f"show api integrations like '{name}'"):
        # the underscore in LIKE stands for any character
        if str(row["name"]).upper() == name.upper():
            return str(row["comment"])
    return None


def _own_marks(request: Request) -> set[str]:
    """The comments by which the resource knows its own, before an update and after it."""
    versions = (request.properties, request.old_properties)
    return {_MARK.format(version["Values"]["caller_role_arn"]) for version in versions if version}


def _trust(session: Session, name: str) -> dict[str, str]:
    rows = session.execute(f"describe integration {name}")
    found = {row["property"]: str(row["property_value"]) for row in rows}
    user_arn, external_id = found["API_AWS_IAM_USER_ARN"], found["API_AWS_EXTERNAL_ID"]
    if not _USER_ARN.fullmatch(user_arn) or not _EXTERNAL_ID.fullmatch(external_id):
        raise CustomResourceError(
            f"Snowflake described the integration {name} with an IAM user or an external id that "
            "no trust policy may hold: ask Snowflake's support."
        )
    return {"ApiAwsIamUserArn": user_arn, "ApiAwsExternalId": external_id}


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_create_or_update, delete=_delete)
