"""Before anything is made: sign-ins, roles, quotas."""

from cli.verify.site import Site, StepError

#: Quotas of SageMaker that a first model and its update need, and how much of each.
#: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
_QUOTAS = {
    "Maximum number of serverless endpoints": 1,
    "Total concurrency across all serverless endpoints": 2,
    "ml.m5.large for training job usage": 1,
}


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
    pages = site.client("service-quotas").get_paginator("list_service_quotas")
    found = {
        quota["QuotaName"]: quota["Value"]
        for page in pages.paginate(ServiceCode="sagemaker")
        for quota in page["Quotas"]
    }
    small = [
        f"{name}: {found[name]:.0f}, {need} needed"
        for name, need in _QUOTAS.items()
        if found.get(name, need) < need
    ]
    if small:
        raise StepError(
            f"SageMaker's quotas are too small ({'; '.join(small)}): ask for more in the console "
            "of Service Quotas, then run the same command."
        )
    return ", ".join(f"{name}: {found.get(name, 'not listed')}" for name in _QUOTAS)
