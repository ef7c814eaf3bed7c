"""All that a province may import from the core.

`values` is pure (findings, border values, the rule set) and made for a province's `rules.py`; `actions`
declares the province, marks its hooks, guards its routes and records what its systems say. The rest of `core`
may change without notice; `core.testing` is for a province's tests.
"""
