"""Streamlit's connection `snowflake`, for pages."""

from typing import Any

import streamlit as st
from streamlit.connections import BaseConnection

from webapp.warehouse.connection import shared_warehouse
from webapp.warehouse.warehouse import Warehouse


class SnowflakePool(BaseConnection[Warehouse]):
    """Connection over the shared pool: Streamlit's own type would mix viewers' transactions."""

    def _connect(self, **_: Any) -> Warehouse:
        return shared_warehouse()

    @property
    def warehouse(self) -> Warehouse:
        """The connections that all viewers share."""
        return self._instance


def warehouse() -> Warehouse:
    """The warehouse, for pages."""
    return st.connection("snowflake", type=SnowflakePool).warehouse
