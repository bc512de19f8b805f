from cli.demo.training_summary import summary

TRAINED = {"status": "Completed", "training_job": "job", "users": 943, "rows": 9430}
FIGURES = {
    "ratings": 100_000.0, "items": 1682.0, "rmse": 0.9342, "mae": 0.7371, "ndcg_at_10": 0.3,
    "recall_at_10": 0.2419, "popular_ndcg_at_10": 0.12, "cold_0_ndcg_at_10": 0.1234567890123,
}  # fmt: skip


def test_a_training_is_told_in_words_for_a_newcomer() -> None:
    told = summary(TRAINED | {"metrics": FIGURES})
    assert told[0] == (
        "Trained on 100,000 ratings of 1,682 films by 943 viewers, and wrote 9,430 recommendations."
    )
    assert "off by 0.74 stars" in told[1]
    assert "hold 24% of the films" in told[2]
    assert "2.5 times as good" in told[3]
    assert "All 8 figures are in the file" in told[4]
    assert not any("{" in sentence or "cold_0" in sentence for sentence in told)


def test_what_a_training_warns_of_is_told() -> None:
    told = summary(TRAINED | {"metrics": FIGURES, "warnings": ["307 ratings repeat a user."]})
    assert "307 ratings repeat a user." in told


def test_figures_that_a_training_does_not_have_are_not_told() -> None:
    told = summary(TRAINED | {"metrics": {"ratings": 3.0, "items": 2.0}})
    assert len(told) == 2
