"""Hands back the tasks that a killed Celery worker had taken.

With late acknowledgement, a task that is taken from its queue in Redis lies in a hash until it is
done. Celery looks there again only after the visibility timeout, which Indico sets to two days. A
hash of each unit's own tells whose tasks they are, so that a worker that starts can hand back at
once what its predecessor took.
"""

import logging
from typing import Any

logger = logging.getLogger(__name__)


def transport_options(unit: str) -> dict[str, object]:
    """Give a unit a place of its own for the tasks that it has taken.

    Args:
        unit: what tells this unit from the others and stays the same when it restarts.

    Returns:
        Options for the Redis transport, as kombu documents them:
        https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.redis.html
    """
    return {
        "unacked_key": f"unacked:{unit}",
        "unacked_index_key": f"unacked_index:{unit}",
        "unacked_mutex_key": f"unacked_mutex:{unit}",
    }


def hand_back(celery: Any) -> int:
    """Put what an earlier worker of this unit had taken back into its queue.

    Only for a worker that has not taken anything itself yet.

    Args:
        celery: the Celery application, which has the unit's transport options.

    Returns:
        How many tasks were handed back.
    """
    with celery.connection_for_write() as connection:
        qos = connection.default_channel.qos
        with qos.channel.conn_or_acquire() as client:
            tags = client.zrange(qos.unacked_index_key, 0, -1)
            for tag in tags:
                qos.restore_by_tag(tag, client, leftmost=True)
    if tags:
        logger.warning("Handed back %d tasks that were cut off.", len(tags))
    return len(tags)
