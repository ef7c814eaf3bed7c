"""示范省 (00): the smallest complete province. `xingtan province new` copies it; begin with `plugin.py`."""
