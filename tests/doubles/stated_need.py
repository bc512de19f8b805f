"""A request that nothing of the product makes itself, with the page that says who makes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aws_local.iam.request import AccessRequest, Caller
from needed_access import Need


@dataclass(frozen=True, kw_only=True)
class StatedNeed:
    """A line of a table: one action for one use."""

    #: In whose name.
    caller: str
    action: str
    resource: str
    #: For what, in a few words.
    use: str
    #: The vendor's, which says that the use takes the action.
    page: str
    context: Mapping[str, str] = field(default_factory=dict)
    #: Values of the context with which the same must be refused, by key.
    refused: Mapping[str, str] = field(default_factory=dict)

    def needs(self) -> Iterator[Need]:
        """The request that must be allowed, then those that must not."""
        yield self._need(self.context, is_allowed=True)
        for key, value in self.refused.items():
            yield self._need({**self.context, key: value}, is_allowed=False)

    def _need(self, context: Mapping[str, str], *, is_allowed: bool) -> Need:
        request = AccessRequest.of(self.action, self.resource, context)
        return Need(Caller(self.caller), request, is_allowed=is_allowed)
