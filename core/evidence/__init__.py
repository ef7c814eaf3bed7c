"""一(一) 一(四) 证明材料与电子比对: registers, electronic comparison, and what may still be asked on paper."""
