select list_models() as models
