"""The app's one way to Snowflake, as Streamlit's connection `snowflake`."""

from functools import lru_cache
from typing import Any

import streamlit as st
from streamlit.connections import BaseConnection

from webapp.base.settings import settings
from webapp.warehouse.warehouse import Warehouse


class SnowflakePool(BaseConnection[Warehouse]):
    """Streamlit's own type shares one session among all viewers, and so their transactions."""

    def _connect(self, **_: Any) -> Warehouse:
        return shared_warehouse()

    @property
    def warehouse(self) -> Warehouse:
        """The connections that all viewers share."""
        return self._instance


@lru_cache
def shared_warehouse() -> Warehouse:
    """This process's warehouse: pages and routes use the same one."""
    return Warehouse(settings().connection)


def warehouse() -> Warehouse:
    """The warehouse, for pages."""
    return st.connection("snowflake", type=SnowflakePool).warehouse
