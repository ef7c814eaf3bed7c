"""二(三) 教师资格证书: numbers, blanks, the record of each certificate and its public verification."""
