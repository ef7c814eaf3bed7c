"""三(二) 防止信息泄露: a person's own data, how long each kind is kept, and the trail that auditors search."""
