"""二(一) 二(三) 工作通知: a province's notices, drafted, filed with the centre, then shown to the public."""
