"""二(一) 工作计划: a province's yearly table of windows, and its institutions' plans within it."""
