"""The permission that an API integration gives: which addresses functions may call."""

from snowflake_local.model.errors import SqlError
from snowflake_local.objects.catalog import Catalog


def check_call(catalog: Catalog, integration: str, url: str) -> None:
    """Refuse a URL that the integration does not allow; blocked prefixes win."""
    definition = catalog.get("INTEGRATION", integration)
    if definition is None:
        raise SqlError.missing("Integration", integration)
    if not definition["ENABLED"]:
        raise SqlError.compilation(
            f"API integration '{integration}' is not enabled.", 3506, "42501"
        )
    allowed = any(url.startswith(p) for p in definition["API_ALLOWED_PREFIXES"])
    blocked = any(url.startswith(p) for p in definition.get("API_BLOCKED_PREFIXES", ()))
    if not allowed or blocked:
        raise SqlError.compilation(
            f"The API integration '{integration}' does not allow the URL '{url}': "
            "see its API_ALLOWED_PREFIXES and API_BLOCKED_PREFIXES.",
            3507,
            "42501",
        )
