"""一(一) 一(二) 一(四) 二(三) 教师资格认定: recognition cases from draft to conclusion."""
