"""The cloud's own life: deploy, change the image, go back, destroy, look for what is left."""

from pathlib import Path

from cli.verify.site import Site, StepError

ROOT = Path(__file__).parents[3]
_DOCKERFILE = ROOT / "containers" / "recommender" / "Dockerfile"
_MARK = "# snowreel verify: another image"
_UNASKED = "--require-approval never --ci"


def deploy(site: Site) -> str:
    """Make or update all stacks; those of somebody else are never made ready to be destroyed."""
    restore_image()
    mark = _mark(site)
    found = [] if mark.exists() else _stacks(site)
    if found and not site.keeps:
        raise StepError(
            f"{', '.join(found)} exist already, and the verification would destroy them at its "
            "end: say KEEP=--keep to leave them, or run `make destroy` first."
        )
    if not found:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    site.make("deploy", _UNASKED, "deploy.log")
    return "all stacks are complete"


def change_image(site: Site) -> str:
    """Deploy an image that differs in a comment: another digest, the same program."""
    restore_image()
    with _DOCKERFILE.open("a") as file:
        file.write(f"{_MARK}\n")
    try:
        site.make("deploy", _UNASKED, "change-image.log")
    finally:
        restore_image()
    return "the image with another comment is deployed"


def revert_image(site: Site) -> str:
    """Deploy the image of before again."""
    restore_image()
    site.make("deploy", _UNASKED, "revert-image.log")
    return "the image of before is deployed again"


def destroy(site: Site) -> str:
    """Remove all stacks that this verification made."""
    if not _mark(site).exists():
        return "no stack is of this verification: `make destroy` removes those of others"
    site.make("destroy", "--force --ci", "destroy.log")
    _mark(site).unlink(missing_ok=True)
    return "all stacks are gone"


def leftovers(site: Site) -> str:
    """List what carries the deployment's tags in AWS and its names in Snowflake."""
    names = site.names
    pages = site.client("resourcegroupstaggingapi").get_paginator("get_resources")
    filters = [
        {"Key": "project", "Values": ["snowreel"]},
        {"Key": "environment", "Values": [names.environment]},
    ]
    left = [
        resource["ResourceARN"]
        for page in pages.paginate(TagFilters=filters)
        for resource in page["ResourceTagMappingList"]
    ]
    with site.session(names.owner_role, in_schema=False) as session:
        for kind, name in (("databases", names.database), ("integrations", names.api_integration)):
            left += [str(row["name"]) for row in session.records(f"show {kind} like '{name}'")]
    return f"{len(left)} left: {', '.join(left)}" if left else "nothing is left"


def restore_image() -> None:
    """Take the comment out of the Dockerfile, should a run have been killed in between."""
    text = _DOCKERFILE.read_text()
    if _MARK in text:
        _DOCKERFILE.write_text(text.replace(f"{_MARK}\n", ""))


def _mark(site: Site) -> Path:
    """File that says that the stacks were made by this verification."""
    return site.folder / "deployed-here"


def _stacks(site: Site) -> list[str]:
    """Names of the deployment's stacks that exist.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    pages = site.client("cloudformation").get_paginator("describe_stacks").paginate()
    names = [str(stack["StackName"]) for page in pages for stack in page["Stacks"]]
    return sorted(name for name in names if name.startswith(f"{site.names.prefix}-"))
