"""Xingtan: the national platform for teacher qualification. Holds no code; see the areas below."""
