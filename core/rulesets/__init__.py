"""二(一) 三(一) 全国年度规则: the nation's numbers as data, each with its clause and our reading of it. Pure."""
