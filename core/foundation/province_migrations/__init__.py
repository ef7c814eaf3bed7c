"""Alembic's environment for every province's own tables; a plugin brings revisions alone."""
