-- Removes the database with its films, ratings, viewers and recommendations. Nothing runs this on a
-- database that held data before; to remove it for good, an administrator does, by hand.

drop database if exists <% database %>;
