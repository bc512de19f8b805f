"""A judgement of two models that are alike on ratings newer than both."""

COMPARED = {
    "ndcg_at_10": 0.33,
    "champion_ndcg_at_10": 0.32,
    "popular_ndcg_at_10": 0.28,
    "recently_popular_ndcg_at_10": 0.31,
    "ndcg_difference_low": -0.01,
    "ndcg_difference_high": 0.03,
    "rmse": 1.0,
    "champion_rmse": 1.0,
    "rmse_difference_low": -0.02,
    "rmse_difference_high": 0.02,
    "scale_shift": 0.01,
}
COUNTS = {"new_ratings": 5_000, "users": 170, "evaluated_users": 160, "smoke_failures": 0}
