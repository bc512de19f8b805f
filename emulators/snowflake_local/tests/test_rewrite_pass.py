"""Passes over a tree, held against sqlglot's own."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlglot
from snowflake_local.engine.rewrite_pass import RewritePasses
from sqlglot import Expr, exp

STATEMENTS = [
    "select a, count(*) as n from t join u using (k) where x in (1, 2, -3) group by all",
    "with c as (select 1 as one) select case when one = 1 then 'x' else null end from c",
    "create table d.s.t (a varchar(10) not null comment 'first', b number(10, 2) default 1)",
    "insert into t (a, b) select f(x => 1):y::varchar, parse_json('{}') from values (1), (2) as v",
]


def unchanged(node: Expr) -> Expr:
    return node


def named_otherwise(node: Expr) -> Expr:
    return exp.to_identifier(f"{node.name}_") if isinstance(node, exp.Identifier) else node


def wrapped(node: Expr) -> Expr:
    return exp.Paren(this=node.copy()) if isinstance(node, exp.Column | exp.Literal) else node


def another_root(node: Expr) -> Expr:
    return exp.Subquery(this=node.copy()) if node.parent is None else node


def grown_in_place(node: Expr) -> Expr:
    if isinstance(node, exp.Table):
        node.set("alias", exp.TableAlias(this=exp.to_identifier("seen")))
    return node


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    "function", [unchanged, named_otherwise, wrapped, another_root, grown_in_place]
)
def test_a_pass_visits_and_makes_what_sqlglot_does(
    statement: str, function: Callable[[Expr], Expr]
) -> None:
    seen: list[list[tuple[type[Expr], str]]] = []

    def noting(node: Expr) -> Any:
        seen[-1].append((type(node), node.sql()))
        return function(node)

    seen.append([])
    expected = sqlglot.parse_one(statement, read="snowflake").transform(noting, copy=False)
    seen.append([])
    made = RewritePasses(sqlglot.parse_one(statement, read="snowflake")).transform(noting).root
    assert (made, made.sql(), seen[1]) == (expected, expected.sql(), seen[0])
