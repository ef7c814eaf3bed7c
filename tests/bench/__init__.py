"""`make bench`: medians, and the ratio of each figure to a bare floor measured in the same run."""
