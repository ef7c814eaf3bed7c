"""A whole invented year of any size, played through the same verbs that people use; one seed, one report."""
