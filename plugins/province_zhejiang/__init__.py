"""浙江省 (33): criminal checks over signed HTTPS with call-backs, a site feed of notices, a meeting system."""
