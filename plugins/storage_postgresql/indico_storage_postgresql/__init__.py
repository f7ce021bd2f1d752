"""An Indico plugin that keeps files in PostgreSQL, and moves them between storages."""
