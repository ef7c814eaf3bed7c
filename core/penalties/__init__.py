"""一(三) 教师资格撤销、丧失的处理与季度统计报告: revocation and loss, and the quarterly report on them."""
