"""一(二) 一(五) 二(一) 与各省的约定: the contract with the provinces, one plugin manager for each."""
