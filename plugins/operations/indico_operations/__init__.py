"""An Indico plugin with commands for those who run Indico."""
