"""A small demonstration year: invented people, one province with a plugin, one on paper."""
