"""For tests, province authors and the demonstration: invented photos, people, and a small agency."""
