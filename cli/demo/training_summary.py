"""The answer of a training in words: of its forty figures, those that a newcomer asks for."""

from collections.abc import Iterator, Mapping
from typing import Any


def summary(answer: Mapping[str, Any]) -> list[str]:
    """A sentence for each figure that the training has."""
    return list(_sentences(answer, answer["metrics"]))


def _sentences(answer: Mapping[str, Any], metrics: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Trained on {metrics['ratings']:,.0f} ratings of {metrics['items']:,.0f} films by "
        f"{answer['users']:,} viewers, and wrote {answer['rows']:,} recommendations."
    )
    if "mae" in metrics:
        yield (
            "Of ratings that were held back from the model, its estimates are off by "
            f"{metrics['mae']:.2f} stars on average."
        )
    if "recall_at_10" in metrics:
        yield (
            f"Its lists of ten hold {metrics['recall_at_10']:.0%} of the films that viewers were "
            "known to have seen, when a fifth of them was held back."
        )
    if metrics.get("popular_ndcg_at_10"):
        times = metrics["ndcg_at_10"] / metrics["popular_ndcg_at_10"]
        yield f"That is {times:.1f} times as good (NDCG) as lists of the most rated films."
    yield from answer.get("warnings", [])
    yield (
        f"All {len(metrics)} figures are in the file that is named below; docs/recommendations.md "
        "explains them."
    )
