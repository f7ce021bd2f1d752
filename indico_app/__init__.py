"""Indico as a twelve-factor application: environment variables in, a running Indico out."""
