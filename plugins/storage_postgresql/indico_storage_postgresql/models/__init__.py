"""The tables, where Indico looks for the models of a plugin."""
