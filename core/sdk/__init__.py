"""All that a province may import: `values` (pure) for its rules, `actions` for the rest."""
