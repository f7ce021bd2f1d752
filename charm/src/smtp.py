"""What the workload is told of the smtp relation."""

from charms.smtp_integrator.v0.smtp import SmtpRelationData
from paas_charm.app import generate_smtp_env


def environment(relation_data: SmtpRelationData | None = None) -> dict[str, str]:
    """Make the environment variables of the smtp relation.

    paas-charm 1.12.3 leaves out what is a part of the word "none", such as a user called "no".

    Args:
        relation_data: what the relation says, if there is one.

    Returns:
        The framework's variables, and the user and the password whatever they are.
    """
    variables = generate_smtp_env(relation_data)
    if relation_data and relation_data.user:
        variables["SMTP_USER"] = relation_data.user
    if relation_data and relation_data.password:
        variables["SMTP_PASSWORD"] = relation_data.password
    return variables
