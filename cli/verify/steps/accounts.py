"""Before anything is made: sign-ins, roles, quotas."""

from cli.doctor import quotas as doctor
from cli.doctor.checks import CheckError
from cli.verify.site import Site, StepError


def credentials(site: Site) -> str:
    """Ask both clouds who is asking."""
    arn = site.client("sts").get_caller_identity()["Arn"]
    with site.session(site.names.operator_role, in_schema=False) as session:
        ((user, role),) = session.rows("select current_user(), current_role()")
    return f"AWS: {arn}; Snowflake: {user} as {role}"


def bootstrap(site: Site) -> str:
    """Look for the roles that an administrator makes, and act as each that people need."""
    names = site.names
    wanted = {names.deployer_role, names.training_role, names.operator_role, names.analyst_role}
    with site.session(names.owner_role, in_schema=False) as session:
        found = {str(row["name"]) for row in session.records("show roles")}
    if missing := sorted(wanted - found):
        raise StepError(
            f"Snowflake has no role {', '.join(missing)}: let an administrator run the script "
            "of `make -s bootstrap-sql`."
        )
    for role in (names.operator_role, names.analyst_role):
        with site.session(role, in_schema=False):
            pass
    return f"{len(wanted)} roles; this user may act as {names.operator_role}"


def quotas(site: Site) -> str:
    """Compare SageMaker's quotas of this account and region with what one model needs."""
    found = doctor.ask(site.client("service-quotas"))
    try:
        return doctor.compare(site.names.demand, found)
    except CheckError as error:
        raise StepError(
            f"SageMaker's quotas are {error}: ask for more in Service Quotas, service Amazon "
            "SageMaker, then run the same command."
        ) from error
