"""What the stack tells its user when it cannot go on."""


class DevstackError(Exception):
    """The stack cannot do what was asked; the message is one line that says what to do."""


class NotActiveError(DevstackError):
    """The stack is up, but the charm waits for something; the message is the unit's status."""
