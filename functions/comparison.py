"""Comparison of a candidate with the champion: the figures of both on the ratings that decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.gate_rule import Difference, RatingsOf
from functions.job_metrics import score

Figures = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Figures of two models on ratings that neither has seen.

    Attributes:
        ratings: Which these are.
        candidate: The candidate's, and those of the lists that it must beat.
        champion: Of what serves; empty where nothing does.
        differences: Of the candidate's figures to the champion's, by their names.
    """

    ratings: RatingsOf
    candidate: Figures
    champion: Figures
    differences: Mapping[str, Difference]

    @classmethod
    def of(
        cls, candidate: Figures, champion: Figures, judgement: Figures, least: int
    ) -> "Comparison":
        """The judgement's figures where it has enough new ratings, else the recorded ones.

        Args:
            candidate: What its training recorded.
            champion: What the training of what serves recorded.
            judgement: What a judgement of both found; empty where there is none.
            least: New ratings for it to decide.
        """
        if judgement.get("new_ratings", 0) >= least and "ndcg_at_10" in judgement:
            return cls._on_new(judgement)
        return cls._on_held_out(candidate, champion, judgement.get("recorded_ndcg_margin"))

    @classmethod
    def _on_new(cls, judgement: Figures) -> "Comparison":
        return cls(
            ratings="new",
            candidate=judgement,
            champion={
                name: judgement[f"champion_{name}"]
                for name in ("ndcg_at_10", "rmse")
                if f"champion_{name}" in judgement
            },
            differences={
                figure: {"low": judgement[low], "high": judgement[high]}
                for figure, low, high in (
                    ("ndcg_at_10", "ndcg_difference_low", "ndcg_difference_high"),
                    ("rmse", "rmse_difference_low", "rmse_difference_high"),
                )
                if low in judgement and high in judgement
            },
        )

    @classmethod
    def _on_held_out(
        cls, candidate: Figures, champion: Figures, margin: float | None
    ) -> "Comparison":
        name = "ndcg_at_10"
        differences: dict[str, Difference] = {}
        if margin is not None and name in candidate and name in champion:
            distance = candidate[name] - champion[name]
            differences[name] = {"low": score(distance - margin), "high": score(distance + margin)}
        return cls(
            ratings="held-out", candidate=candidate, champion=champion, differences=differences
        )
