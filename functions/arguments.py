"""Arguments of the API's functions: each with its name in SQL, its rule, and its JSON schema."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.argument_values import (
    LONGEST_ID,
    MAX_RECOMMENDATIONS,
    MOST_ITEMS,
    MOST_MEMBERS,
    MOST_RATINGS,
    MOST_TEXT_BYTES,
    count,
    filters,
    force,
    id_text,
    items,
    members,
    ratings,
    text,
)
from functions.names import LONGEST_MODEL_NAME, MODEL_NAME_RULE, check_model_name

Schema = dict[str, Any]


def _unread(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True, eq=False)
class Argument:
    """An argument of a SQL function."""

    name: str
    #: Of its values, in the API's document.
    schema: Schema
    #: The value as a model is asked with it; raises RefusedError.
    read: Callable[[Any], Any] = _unread
    #: Column of the values in a request to a model's container.
    column: str = ""


_WORDS: Schema = {"type": "array", "items": {"type": "string"}}
_WORD_FILTERS = ("genres", "exclude_genres", "countries", "exclude_countries")
_ID: Schema = {
    "type": ["string", "number", "boolean", "null"],
    "maxLength": LONGEST_ID,
    "description": (
        "Numbers are read as Snowflake casts them to text: 196, 196.0 and `196` are one id."
    ),
}

MODEL_NAME = Argument(
    name="model_name",
    schema={
        "type": "string",
        "pattern": f"^{MODEL_NAME_RULE.pattern}$",
        "maxLength": LONGEST_MODEL_NAME,
        "description": "Name that the model is, or will be, deployed under.",
    },
    read=check_model_name,
)
USER_ID = Argument(name="user_id", schema=_ID, read=id_text, column="user_ids")
ITEM_ID = Argument(name="item_id", schema=_ID, read=id_text, column="item_ids")
N = Argument(
    name="n",
    schema={
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_RECOMMENDATIONS,
        "description": "Number of recommendations.",
    },
    read=count,
    column="counts",
)
RATINGS = Argument(
    name="ratings",
    schema={
        "type": ["object", "null"],
        "description": "Ratings of the moment on the scale of the data, by item id; null is none.",
        "additionalProperties": {"type": "number"},
        "maxProperties": MOST_RATINGS,
    },
    read=ratings,
    column="ratings",
)
ITEMS = Argument(
    name="items",
    schema={
        "type": ["array", "null"],
        "description": "Ids of items; one that is given again counts once.",
        "items": {"type": ["string", "number", "boolean"], "maxLength": LONGEST_ID},
        "maxItems": MOST_ITEMS,
    },
    read=items,
    column="item_ids",
)
_DIAL: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_LIST_OPTIONS: Schema = {
    "diversity": _DIAL | {"description": "How much the list avoids items that are alike."},
    "familiarity": _DIAL
    | {"description": "How far it is drawn to items as popular as those that were rated."},
    "allow_seen": {
        "type": ["boolean", "integer"],
        "description": "True lists rated items, too.",
    },
}
FILTERS = Argument(
    name="filters",
    schema={
        "type": ["object", "null"],
        "description": "What may be recommended, and what a new viewer said; null filters nothing.",
        "properties": {
            "exclude_items": {"type": "array", "items": {"type": ["string", "number"]}},
            **dict.fromkeys(_WORD_FILTERS, _WORDS),
            "years": {
                "type": "array",
                "items": {"type": ["integer", "null"]},
                "minItems": 2,
                "maxItems": 2,
                "description": "First and last year of release; null for no limit.",
            },
            "viewer": {
                "type": "object",
                "properties": {
                    "favourite_genres": _WORDS,
                    "country": {"type": "string"},
                    "birth_year": {"type": "integer"},
                    "season": {"type": "string", "enum": ["winter", "spring", "summer", "autumn"]},
                },
                "additionalProperties": False,
                "description": "Answers at sign-up: they count while there are few ratings.",
            },
            **_LIST_OPTIONS,
        },
        "additionalProperties": False,
    },
    read=filters,
    column="filters",
)
TEXT = Argument(
    name="text",
    schema={
        "type": ["string", "null"],
        "maxLength": MOST_TEXT_BYTES,
        "description": "A title, or what an item is about, in words.",
    },
    read=text,
    column="texts",
)
_CONDITIONS: Schema = {
    name: schema
    for name, schema in FILTERS.schema["properties"].items()
    if name not in _LIST_OPTIONS
}
MEMBERS = Argument(
    name="members",
    schema={
        "type": ["array", "null"],
        "description": (
            "Each member as ratings of the moment by item id, or as an object with `ratings` and"
            " `filters` of the member's own; null is a member without either."
        ),
        "items": {
            "anyOf": [
                RATINGS.schema,
                {
                    "type": "object",
                    "properties": {
                        "ratings": RATINGS.schema,
                        "filters": FILTERS.schema | {"properties": _CONDITIONS},
                    },
                    "additionalProperties": False,
                },
            ]
        },
        "minItems": 1,
        "maxItems": MOST_MEMBERS,
    },
    read=members,
    column="members",
)
GROUP_FILTERS = Argument(
    name="filters",
    schema=FILTERS.schema
    | {
        "description": "What may be recommended to all, and how the members are brought together.",
        "properties": _CONDITIONS
        | {
            "rule": {
                "type": "string",
                "enum": ["least_misery", "average", "without_misery"],
                "description": (
                    "`least_misery`: the member who would like an item least counts most;"
                    " `average`: all alike; `without_misery`: the average, without what a member"
                    " would rate below the own mean."
                ),
            },
            "allow_seen": {
                "type": ["boolean", "integer"],
                "description": "True lists items that a member has rated, too.",
            },
        },
    },
    read=filters,
    column="filters",
)
INPUT_TABLE = Argument(
    name="input_table",
    schema={
        "type": "string",
        "minLength": 1,
        "description": (
            "Table or view of ratings: `table`, `schema.table`, `database.schema.table` or"
            " `database..table`. Bare"
            " names are resolved in the headers `sf-context-current-database` and"
            " `sf-context-current-schema`, without them in the stack's own schema."
        ),
    },
)
OUTPUT_TABLE = Argument(
    name="output_table",
    schema={
        "type": "string",
        "minLength": 1,
        "description": "Table whose content the recommendations replace.",
    },
)
FORCE = Argument(
    name="options",
    schema={
        "type": ["object", "null"],
        "description": "`force`: let it serve even if it fails the gate, and say so for ever.",
        "properties": {"force": {"type": "boolean"}},
        "additionalProperties": False,
    },
    read=force,
)
TRAINING_JOB = Argument(
    name="training_job",
    schema={"type": "string", "description": "Name out of a training's answer."},
)
