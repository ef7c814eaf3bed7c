"""All that a province may import from the core.

`values`: pure (findings, border values, the rule set), made for a province's `rules.py`; `actions`: declares the
province, marks its hooks and jobs, records what its systems say; `tables`: its own tables and queries; `pages`:
its own pages. The rest of `core` may change without notice; `core.testing` is for a province's tests.
"""
