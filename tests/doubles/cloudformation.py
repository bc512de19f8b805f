"""CloudFormation's refusals over time: an account in which versions of the app follow each other.

It makes nothing. It knows which stacks, exports and names there are, and refuses what AWS refuses:

- an export in use neither changes nor goes, and its stack stays:
  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
- a replacement is made before the old resource goes, so a fixed name is taken:
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
- the function behind a custom resource stays the same one:
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
- what exists is imported where that is asked for, under its conditions:
  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
"""

from collections.abc import Callable, Iterator, Sequence

from stack_versions import Name, StackVersion, is_custom

_RETAINED = ("Retain", "RetainExceptOnCreate")


class RefusalError(Exception):
    """CloudFormation refuses a change of a stack, which stays or rolls back to what it was."""


class Account:
    """An AWS account in which stacks are made, updated and deleted."""

    def __init__(self, *, import_existing: bool = False) -> None:
        #: What `cdk deploy --import-existing-resources` asks for.
        self.import_existing = import_existing
        self.stacks: dict[tuple[str, str], StackVersion] = {}
        #: Names of what stays though its stack has gone, or has it no more.
        self.kept: set[Name] = set()

    def deploy(self, stacks: Sequence[StackVersion]) -> None:
        """Create or update the stacks, one after the other, until one is refused."""
        for stack in stacks:
            self.update(stack)

    def destroy(self, stacks: Sequence[StackVersion]) -> None:
        """Delete the stacks, the last one first; others are left alone, as the CLI does."""
        for stack in reversed(stacks):
            self._delete(stack)

    def update(self, new: StackVersion) -> None:
        """Create a stack, or bring it to another version."""
        old = self.stacks.get(_key(new))
        self._need_imports(new)
        self._check_names(old, new)
        if old is not None:
            self._keep_exports(old, new)
            _keep_functions(old, new)
            self._release(old, lambda logical_id: logical_id not in new.resources)
        self.kept -= set(_names(new))
        self.stacks[_key(new)] = new

    def _delete(self, stack: StackVersion) -> None:
        deployed = self.stacks.get(_key(stack))
        if deployed is None:
            return
        for name in deployed.exports:
            self._refuse_if_used(deployed, name, "deleted")
        self._release(deployed, lambda _: True)
        del self.stacks[_key(stack)]

    def _need_imports(self, new: StackVersion) -> None:
        exports = {name for stack in self._others(new) for name in stack.exports}
        for name in sorted(new.imports - exports):
            raise RefusalError(f"No export named {name} found.")

    def _keep_exports(self, old: StackVersion, new: StackVersion) -> None:
        for name, value in old.exports.items():
            if name not in new.exports:
                self._refuse_if_used(new, name, "deleted")
            elif new.exports[name] != value:
                self._refuse_if_used(new, name, "updated")

    def _refuse_if_used(self, stack: StackVersion, export: str, change: str) -> None:
        users = [other.name for other in self._others(stack) if export in other.imports]
        if users:
            raise RefusalError(
                f"Export {export} cannot be {change} as it is in use by {', '.join(users)}"
            )

    def _check_names(self, old: StackVersion | None, new: StackVersion) -> None:
        owned = {name for stack in self.stacks.values() for name in _names(stack)}
        for logical_id in new.resources:
            name = new.unique_name(logical_id)
            if name is None or not _is_made(old, new, logical_id):
                continue
            is_imported = self.import_existing and _may_be_imported(new, logical_id)
            if name in owned or (name in self.kept and not is_imported):
                raise RefusalError(f"{new.name}: {name[0]} {name[2]} already exists")

    def _release(self, old: StackVersion, goes: Callable[[str], bool]) -> None:
        for logical_id, resource in old.resources.items():
            name = old.unique_name(logical_id)
            if goes(logical_id) and name and resource.get("DeletionPolicy") in _RETAINED:
                self.kept.add(name)

    def _others(self, stack: StackVersion) -> Iterator[StackVersion]:
        return (
            other
            for key, other in self.stacks.items()
            if key != _key(stack) and other.region == stack.region
        )


def _key(stack: StackVersion) -> tuple[str, str]:
    return stack.region, stack.name


def _names(stack: StackVersion) -> Iterator[Name]:
    for logical_id in stack.resources:
        name = stack.unique_name(logical_id)
        if name is not None:
            yield name


def _is_made(old: StackVersion | None, new: StackVersion, logical_id: str) -> bool:
    """True if the resource is a new one, or replaces the one of its logical id."""
    if old is None or logical_id not in old.resources:
        return True
    return old.identity(logical_id) != new.identity(logical_id)


def _may_be_imported(stack: StackVersion, logical_id: str) -> bool:
    name = stack.unique_name(logical_id)
    is_static = name is not None and not name[2].startswith("{")
    return is_static and stack.resources[logical_id].get("DeletionPolicy") in _RETAINED


def _keep_functions(old: StackVersion, new: StackVersion) -> None:
    for logical_id in old.resources.keys() & new.resources.keys():
        both = [version.resources[logical_id] for version in (old, new)]
        if not all(map(is_custom, both)):
            continue
        before, after = (
            version.text(resource["Properties"]["ServiceToken"])
            for version, resource in zip((old, new), both, strict=True)
        )
        if before != after:
            raise RefusalError(
                f"{new.name}: Modifying service token of {logical_id} is not allowed."
            )
