"""The plugin keeps the contract."""

from plugins.province_template.conformance import TestTemplate

__all__ = ["TestTemplate"]
