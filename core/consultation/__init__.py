"""一(五) 咨询服务: enquiry lines and mailboxes, answers in time, escalation to the centre."""
