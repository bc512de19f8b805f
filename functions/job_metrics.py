"""Metrics of a job as SageMaker keeps them: read out of its log, as floats of 32 bits."""

from collections.abc import Iterable, Mapping

#: Those floats count up to 16,777,216: what is often more is kept in two parts.
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MetricData.html
_MILLIONS = "_millions"


def definitions(names: Iterable[str], large: Iterable[str]) -> list[dict[str, str]]:
    """The metrics that SageMaker reads out of a job's log, the large counts in two parts.

    A training job has at most 40 of them, so not every count can be large.
    """
    values = dict.fromkeys(names, "([-+0-9.eE]+)")
    values |= dict.fromkeys(large, "[0-9]*?([0-9]{1,6})(?![0-9])")
    metrics = {name: f"metric {name}={value}" for name, value in values.items()}
    metrics |= {name + _MILLIONS: f"metric {name}=([0-9]+)[0-9]{{6}}(?![0-9])" for name in large}
    return [{"Name": name, "Regex": regex} for name, regex in metrics.items()]


def count(metrics: Mapping[str, float], name: str) -> int:
    """A count whole, of the two parts that SageMaker may keep of it."""
    return int(metrics[name]) + 1_000_000 * int(metrics.get(name + _MILLIONS, 0))


def figures(
    metrics: Mapping[str, float], scores: Iterable[str], counts: Iterable[str]
) -> dict[str, float]:
    """Of these figures those that a job has: scores with the digits that last, counts whole."""
    found = {name: score(metrics[name]) for name in scores if name in metrics}
    return found | {name: count(metrics, name) for name in counts if name in metrics}


def score(value: float) -> float:
    """A figure with the digits that survive the 32 bits."""
    return float(f"{value:.6g}")
