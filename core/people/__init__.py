"""一(三) 三(二) 申请人与限制: persons of the nation, their documents, and what bars them."""
