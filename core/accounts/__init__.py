"""三(二) 用户实名与登录: who signs in, applicants and officers, and what their roles let them do."""
