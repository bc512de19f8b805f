-- The ranking model's list for somebody with these ratings, within filters, both JSON objects.
select recommend_for(?, parse_json(?)::object, ?, parse_json(?)::object) as answer
