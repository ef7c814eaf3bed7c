"""三(二): the officers' manual, a chapter a role in Chinese and English, for signed-in officers alone."""
