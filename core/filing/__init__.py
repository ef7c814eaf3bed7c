"""一(五) 三(二) 认定机构与实名备案: institutions and their competence; the named users of the system."""
