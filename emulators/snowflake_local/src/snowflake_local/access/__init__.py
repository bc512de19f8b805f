"""Access control: securables, grants, roles, and what each statement needs of them."""
