"""一(五) 二(三) 培训会议: the yearly meeting of a province, its three contents, and who attended."""
