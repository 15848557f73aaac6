"""What is made ahead of time by `make grammars`; not edited by hand."""
