"""The schema of a data frame."""

import polars as pl

#: The type of each column, in their order.
Schema = dict[str, type[pl.DataType]]
