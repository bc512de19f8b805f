-- Removes the API integration, once no function uses it any more.

drop api integration if exists <% api_integration %>;
