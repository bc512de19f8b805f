"""Passes of rewrites over a parsed statement, as quick as they can be in Python.

fakesnow sends each statement through seventy rewrites, each a pass over the whole tree by
`Expression.transform`, which asks two generators for each node. Most of a statement's time went
there.
"""

from collections.abc import Callable
from typing import Any

from sqlglot import Expr

#: What most arguments of a node are; asking for their class is quicker than for an instance.
_LEAVES = frozenset({str, bool, int, type(None)})


class RewritePasses:
    """An expression whose `transform` visits the same nodes in the same order, in one loop."""

    def __init__(self, root: Expr) -> None:
        self.root = root

    def transform(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        copy: bool = False,  # noqa: ARG002 - sqlglot's signature: fakesnow never asks for one
        **options: Any,
    ) -> "RewritePasses":
        """Replace each node by what `function` makes of it; nodes below a new one are not visited.

        Args:
            function: Takes a node, gives it or another one.
            *arguments: Passed on.
            copy: Of sqlglot's signature; the tree is always changed in place.
            **options: Passed on.
        """
        stack = [self.root]
        while stack:
            node = stack.pop()
            parent, key, index = node.parent, node.arg_key, node.index
            made = function(node, *arguments, **options)
            if made is node:
                for value in reversed(node.args.values()):
                    if value.__class__ is list:
                        stack += [each for each in reversed(value) if isinstance(each, Expr)]
                    elif value.__class__ not in _LEAVES and isinstance(value, Expr):
                        stack.append(value)
            elif node is self.root:
                self.root = made
            elif parent and key:
                parent.set(key, made, index)
        return self
