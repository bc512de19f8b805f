"""The cleaning report: the place of every input row, and the rules that were applied."""

from collections.abc import Mapping
from dataclasses import dataclass

from film_data.pipeline.rules import Rule


@dataclass(frozen=True)
class TableCount:
    """Rows of one table: read, and loaded, merged or rejected."""

    rows_in: int
    loaded: int
    merged: int
    rejected: int

    @property
    def balances(self) -> bool:
        """True when every input row is in exactly one place."""
        return self.rows_in == self.loaded + self.merged + self.rejected


@dataclass(frozen=True)
class Report:
    """Report of a load: its tables, the rules that were applied, and notes."""

    dataset: str
    edition: str
    tables: Mapping[str, TableCount]
    #: The rules that were applied, each with its count.
    rules: tuple[tuple[Rule, int], ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report for programs."""
        return {
            "dataset": self.dataset,
            "edition": self.edition,
            "tables": {
                name: {
                    "in": count.rows_in,
                    "loaded": count.loaded,
                    "merged": count.merged,
                    "rejected": count.rejected,
                }
                for name, count in self.tables.items()
            },
            "rules": [
                {
                    "name": rule.name,
                    "outcome": rule.outcome.value,
                    "sentence": rule.sentence,
                    "count": count,
                }
                for rule, count in self.rules
            ],
            "notes": list(self.notes),
        }

    def as_text(self) -> str:
        """The report for people."""
        lines = [f"{self.dataset} ({self.edition})", "", _TABLE_HEADER]
        lines += [_table_line(name, count) for name, count in self.tables.items()]
        if self.rules:
            lines += ["", "Rules applied:"]
            lines += [
                f"  {count:>12,}  {rule.outcome}: {rule.sentence}" for rule, count in self.rules
            ]
        if self.notes:
            lines += ["", *self.notes]
        return "\n".join(lines)


_TABLE_HEADER = f"  {'table':<14}{'rows in':>12}{'loaded':>12}{'merged':>12}{'rejected':>12}"


def _table_line(name: str, count: TableCount) -> str:
    return (
        f"  {name:<14}{count.rows_in:>12,}{count.loaded:>12,}"
        f"{count.merged:>12,}{count.rejected:>12,}"
    )
