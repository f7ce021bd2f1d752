"""What the workload is told of the s3 relation."""

import json

from paas_charm.app import generate_s3_env
from paas_charm.s3 import PaaSS3RelationData


def environment(relation_data: PaaSS3RelationData | None = None) -> dict[str, str]:
    """Make the environment variables of the s3 relation.

    paas-charm 1.12.3 passes the CA chain on only where there are attributes too.

    Args:
        relation_data: what the relation says, if there is one.

    Returns:
        The framework's variables, and S3_TLS_CA_CHAIN wherever there is a chain.
    """
    variables = generate_s3_env(relation_data)
    if relation_data and relation_data.tls_ca_chain:
        variables["S3_TLS_CA_CHAIN"] = json.dumps(relation_data.tls_ca_chain)
    return variables
