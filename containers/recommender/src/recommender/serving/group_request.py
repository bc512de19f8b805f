"""Requests for lists of several people, read from JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.arrays import UNKNOWN, Bools
from recommender.data.features import NO_ANSWERS, Answers, ItemFeatures
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.errors import RecommenderError
from recommender.ranking.group_rules import RULES
from recommender.serving.columns import RequestError
from recommender.serving.filters import FilterError, Filters
from recommender.serving.label_names import UnknownLabelError
from recommender.serving.list_options import ALLOW_SEEN, allows_seen
from recommender.serving.moment import MomentRatings

#: Option of a group beside the filters and ALLOW_SEEN.
_RULE = "rule"


class GroupError(RecommenderError):
    """A request of a group is malformed, or asks for features that the model does not have."""


@dataclass(frozen=True)
class GroupRequest:
    """Members, and what may be listed for them.

    Attributes:
        members: A history for each, of users whom the model has not seen.
        answers: Of each member at sign-up.
        allowed: Shape (items,), true for what neither the filters of the group nor those of a
            member leave out, and, unless they allow it, nobody has rated.
        rule: One of RULES.
    """

    members: UserHistories
    answers: tuple[Answers, ...]
    allowed: Bools
    rule: str


@dataclass(frozen=True)
class GroupReader:
    """Reader of the groups of one model.

    Attributes:
        features: Of the items.
        indices: Of items by id.
        moment: Reads ratings.
    """

    features: ItemFeatures
    indices: IdIndex
    moment: MomentRatings

    def read(self, members: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> GroupRequest:
        """The request of one group.

        Args:
            members: Each with `ratings` by item id, and `filters` of the member's own.
            given: Filters of the group, and its options `rule` and `allow_seen`.

        Raises:
            GroupError: A rating, filter or option is malformed; names the member whose it is.
        """
        rule, seen = _rule(given.get(_RULE)), _allows_seen(given)
        own = {name: v for name, v in given.items() if name not in {_RULE, ALLOW_SEEN}}
        of_group = self._conditions(own, Answers())
        found = list(self._members(members, of_group.filters.viewer))
        unknown = np.full(len(found), UNKNOWN)
        histories = UserHistories.of_each(unknown, [each.history for each in found])
        allowed = np.logical_and.reduce([of_group.allowed, *(each.allowed for each in found)])
        if not seen:
            allowed[histories.items] = False
        return GroupRequest(histories, tuple(each.answers for each in found), allowed, rule)

    def _members(self, members: Sequence[Mapping[str, Any]], usual: Answers) -> Iterator["_Member"]:
        for number, member in enumerate(members):
            try:
                history = self.moment.history(member["ratings"])
                own = self._conditions(member.get("filters"), usual)
            except (RequestError, GroupError) as error:
                raise GroupError(f"Member {number}: {error}") from error
            yield _Member(history, own.allowed, own.answers)

    def _conditions(self, given: Mapping[str, Any] | None, usual: Answers) -> "_Conditions":
        """Filters, and the answers at sign-up, `usual` where they have none."""
        try:
            filters = Filters.parse(given)
            if filters.viewer == NO_ANSWERS:
                filters = replace(filters, viewer=usual)
            allowed = filters.allowed(self.features, self.indices)
            return _Conditions(filters, allowed, filters.answers(self.features))
        except (FilterError, UnknownLabelError) as error:
            raise GroupError(str(error)) from error


@dataclass(frozen=True)
class _Conditions:
    filters: Filters
    allowed: Bools
    answers: Answers


@dataclass(frozen=True)
class _Member:
    history: UserHistories
    allowed: Bools
    answers: Answers


def _rule(value: Any) -> str:
    if value is None:
        return next(iter(RULES))
    if not isinstance(value, str) or value not in RULES:
        raise GroupError(f"The rule of a group must be {' or '.join(RULES)}, not {value!r:.60}.")
    return value


def _allows_seen(given: Mapping[str, Any]) -> bool:
    try:
        return allows_seen(given)
    except FilterError as error:
        raise GroupError(str(error)) from error
