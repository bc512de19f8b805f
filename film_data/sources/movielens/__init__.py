"""MovieLens, as GroupLens publishes it: films, links, tags, viewers and ratings."""
