"""The Movies Dataset (Kaggle): films of TMDB with credits, keywords, links and ratings."""
