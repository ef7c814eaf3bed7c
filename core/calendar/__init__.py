"""二(一) 三(一) 开放时间、系统维护与工作日: when the system is open, and how working days are counted."""
