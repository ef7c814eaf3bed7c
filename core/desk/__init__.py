"""规则台: the rulebook's judgements for whoever asks without a case, on the command line, page and API."""
