"""一(五) 总览: the home page of each officer, the operator's view of jobs, provinces and the daily work."""
