"""二(一) 三(一) 全国年度规则: the nation's numbers as data, each with clause and reading. Pure."""
