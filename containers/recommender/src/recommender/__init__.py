"""Training and inference programs of the recommender, as Amazon SageMaker runs them."""
