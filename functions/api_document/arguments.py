"""The arguments of the API's functions, as JSON schemas made from the rules that check them."""

from typing import Any

from functions.arguments import LONGEST_ID, MAX_RECOMMENDATIONS, MOST_RATINGS
from functions.names import LONGEST_MODEL_NAME, MODEL_NAME
from functions.training_options import OPTIONS, Range, Words

Schema = dict[str, Any]

_TABLE = {"type": "string", "minLength": 1}
_ID = {
    "type": ["string", "number", "boolean", "null"],
    "maxLength": LONGEST_ID,
    "description": (
        "Numbers are read as Snowflake casts them to text: 196, 196.0 and `196` are one id."
    ),
}


_WORD_FILTERS = ("exclude_items", "genres", "exclude_genres", "countries", "exclude_countries")


def _option(allowed: Range | Words) -> Schema:
    if isinstance(allowed, Words):
        return {"type": "string", "enum": list(allowed.allowed)}
    kind = "integer" if allowed.whole else "number"
    return {"type": kind, "minimum": allowed.minimum, "maximum": allowed.maximum}


ARGUMENTS: dict[str, Schema] = {
    "input_table": _TABLE
    | {
        "description": (
            "Table or view of ratings: `table`, `schema.table` or `database.schema.table`. Bare"
            " names are resolved in the headers `sf-context-current-database` and"
            " `sf-context-current-schema`, without them in the stack's own schema."
        )
    },
    "output_table": _TABLE | {"description": "Table whose content the recommendations replace."},
    "options": {
        "type": ["object", "null"],
        "description": "Hyperparameters; null or {} for the defaults.",
        "properties": {name: _option(allowed) for name, allowed in OPTIONS.items()},
        "additionalProperties": False,
    },
    "training_job": {"type": "string", "description": "Name out of a training's answer."},
    "model_name": {
        "type": "string",
        "pattern": f"^{MODEL_NAME.pattern}$",
        "maxLength": LONGEST_MODEL_NAME,
        "description": "Name that the model is, or will be, deployed under.",
    },
    "model_artifact": {
        "type": "string",
        "description": "A training job's name, or its artifact's S3 address.",
    },
    "user_id": _ID,
    "item_id": _ID,
    "ratings": {
        "type": ["object", "null"],
        "description": "Ratings of the moment on the scale of the data, by item id; null is none.",
        "additionalProperties": {"type": "number"},
        "maxProperties": MOST_RATINGS,
    },
    "filters": {
        "type": ["object", "null"],
        "description": "What may be recommended, and what a new viewer said; null filters nothing.",
        "properties": {
            **{name: {"type": "array", "items": {"type": "string"}} for name in _WORD_FILTERS},
            "years": {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 2,
                "maxItems": 2,
                "description": "First and last year of release.",
            },
            "viewer": {
                "type": "object",
                "properties": {
                    "favourite_genres": {"type": "array", "items": {"type": "string"}},
                    "country": {"type": "string"},
                    "birth_year": {"type": "integer"},
                    "season": {"type": "string", "enum": ["winter", "spring", "summer", "autumn"]},
                },
                "additionalProperties": False,
                "description": "Answers at sign-up: they count while there are few ratings.",
            },
        },
        "additionalProperties": False,
    },
    "n": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_RECOMMENDATIONS,
        "description": "Number of recommendations.",
    },
}
