"""Films found by words, and neighbours of films, on ml-latest-small with The Movies Dataset.

Two hundred films with an overview are drawn. Each is looked for by its title in lower case, by the
title with a letter of its longest word left out or two changed, and by paraphrases of the first
sentence of its overview: stop words dropped, the words in another order, and a share of the words
in another form (singular for plural, -ed for -ing and the other way round) or left out. The goals
are those of the first ten finds.

Neighbours are evaluated on collections: the share of a film's collection among its ten neighbours,
without the field that names it; and how often the ten are rated, beside the film itself.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from recommender.artifact.artifact import Artifact
from recommender.artifact.manifest import Manifest
from recommender.content.words import words_of
from recommender.serving.item_search import ItemSearch
from recommender.serving.neighbours import Neighbours
from recommender.training.fit import fit_models, with_new_items
from recommender.training.option_table import parse_options

from benchmarks import film_texts
from benchmarks.film_texts import Films
from benchmarks.goals import Figure, report

FILMS, FIRST, TITLE_GOAL, PARAPHRASE_GOAL = 200, 10, 0.9, 0.6
#: A first sentence that is shorter says too little.
_LEAST_CHARACTERS = 60
#: Shares of words in another form, and of words left out.
PARAPHRASES = ((0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (0.0, 0.3), (0.5, 0.3), (1.0, 0.5))
_STOP_WORDS = """
a about after an and are as at be been before but by for from had has have he her him his in into
is it its no not of on or out over she so than that the their them then they this to up was were
when where which while who whom with
"""
#: Endings, and those that take their place.
_FORMS = (("ies", "y"), ("ing", "ed"), ("ed", "ing"), ("ss", "sses"), ("s", ""), ("", "s"))

Query = Callable[[int, np.random.Generator], str]


def main() -> int:
    """Measure, print a table, write JSON; exit code 1 when a goal is missed."""
    films = film_texts.load()
    artifact = model_of(films, "ease")
    figures = _found(films, artifact)
    for ranking in ("ease", "als"):
        figures += _neighbours(films, replace(artifact, ranker=model_of(films, ranking).ranker))
    return report("words", figures)


def model_of(films: Films, ranking: str) -> Artifact:
    """A model of all ratings, with the films' content."""
    options = parse_options({"ranking": ranking})
    models = fit_models(films.ratings, films.features, options)
    models = with_new_items(models, films.ratings, films.features)
    counts = {
        "users": len(films.ratings.user_ids),
        "items": len(films.ratings.item_ids),
        "factors": models.estimator.item_factors.shape[1],
        "ratings": len(films.ratings),
    }
    manifest = Manifest(
        algorithm=options.algorithm,
        ranking=models.ranker.name,
        hyperparameters={},
        rating_scale=films.ratings.scale,
        metrics={},
        counts=counts,
        training_job="benchmark",
        model_artifact="s3://benchmark/training/benchmark/output/model.tar.gz",
        created_at="2026-01-01T00:00:00+00:00",
        library_versions={},
    )
    return Artifact.of(manifest, films.ratings, films.features, models)


def _found(films: Films, artifact: Artifact) -> list[Figure]:
    search = ItemSearch(artifact)
    told = [n for n, text in enumerate(films.overviews) if len(_first(text)) >= _LEAST_CHARACTERS]
    drawn = np.random.default_rng(0).choice(told, FILMS, replace=False).tolist()

    def share(query: Query) -> float:
        random = np.random.default_rng(1)
        found = [_is_found(search, artifact, film, query(film, random)) for film in drawn]
        return float(np.mean(found))

    figures = [
        Figure("title", share(lambda film, _: films.titles[film].lower()), TITLE_GOAL),
        Figure("title with a wrong letter", share(lambda f, r: misspelled(films.titles[f], r))),
    ]
    for changed, left_out in PARAPHRASES:
        found = share(lambda f, r: paraphrase(films.overviews[f], changed, left_out, r))  # noqa: B023
        name = f"paraphrase, {changed:.0%} in another form, {left_out:.0%} left out"
        figures.append(Figure(name, found, PARAPHRASE_GOAL))
    return figures


def _is_found(search: ItemSearch, artifact: Artifact, film: int, text: str) -> bool:
    found = search.answer(text, FIRST)["items"]
    return artifact.item_ids[film] in {each["item_id"] for each in found}


def paraphrase(text: str, changed: float, left_out: float, random: np.random.Generator) -> str:
    """The words of the first sentence, shuffled, some of them changed, some left out."""
    words = [word for word in words_of(_first(text)) if word not in _STOP_WORDS.split()]
    order = random.permutation(len(words))
    kept = order[: max(3, round(len(words) * (1 - left_out)))].tolist()
    return " ".join(_form(words[n]) if random.random() < changed else words[n] for n in kept)


def misspelled(text: str, random: np.random.Generator) -> str:
    """The words of a text, with an inner letter of the longest one left out or moved."""
    words = words_of(text)
    longest = max(range(len(words)), key=lambda n: len(words[n]))
    word = words[longest]
    if len(word) < 4:
        return " ".join(words)
    place = int(random.integers(1, len(word) - 1))
    letters = "" if random.random() < 0.5 else word[place + 1] + word[place]
    words[longest] = word[:place] + letters + word[place + (2 if letters else 1) :]
    return " ".join(words)


def _first(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text)[0]


def _form(word: str) -> str:
    fitting = (pair for pair in _FORMS if word.endswith(pair[0]) and len(word) > len(pair[0]) + 2)
    old, new = next(fitting, ("", ""))
    return word.removesuffix(old) + new


def _neighbours(films: Films, artifact: Artifact) -> list[Figure]:
    content = artifact.content
    assert content is not None
    weights = np.array(content.field_weights, np.float64)
    weights[content.field_names.index("COLLECTION")] = 0
    neighbours = Neighbours(replace(artifact, content=replace(content, field_weights=weights)))
    pairs = [(film, others - {film}) for others in films.collections for film in sorted(others)]
    numbers = {id_: number for number, id_ in enumerate(artifact.item_ids.tolist())}
    lists = [[numbers[e["item_id"]] for e in neighbours.of(film, FIRST)] for film, _ in pairs]
    recall = [
        len(others & set(found)) / min(FIRST, len(others))
        for (_, others), found in zip(pairs, lists, strict=True)
    ]
    name = artifact.ranker.name
    return [
        Figure(f"{name}: share of a collection among ten neighbours", float(np.mean(recall))),
        Figure(f"{name}: ratings of neighbours, of films", *_popularity(artifact, pairs, lists)),
    ]


def _popularity(
    artifact: Artifact, pairs: Sequence[tuple[int, frozenset[int]]], lists: list[list[int]]
) -> tuple[float]:
    """Median number of ratings of the neighbours, times that of the films themselves."""
    ratings = np.bincount(artifact.users.items, minlength=len(artifact.item_ids))
    beside = np.median(ratings[[film for film, _ in pairs]])
    return (float(np.median(ratings[np.concatenate(lists)]) / beside),)


if __name__ == "__main__":
    sys.exit(main())
