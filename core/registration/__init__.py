"""二(二) 教师资格定期注册试点: periodic registration of teachers in service, the survey before an area's first one."""
