"""The built-in templates as pybars compiles them. Made by `make wordings`; not edited by hand."""
