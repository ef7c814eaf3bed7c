"""示范省 (00): the smallest complete province. Copy it, change the code, and begin with `plugin.py`."""
