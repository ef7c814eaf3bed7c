"""河南省 (41): criminal checks by exchanged workbooks over a drop folder or SFTP, and its own record of meetings."""
