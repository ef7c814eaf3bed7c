"""一(二) 无犯罪记录核查: asked in batches, returned by three doors, reviewed; clear and fresh, or no recognition."""
