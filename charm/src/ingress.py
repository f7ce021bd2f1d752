"""What the ingress is told, so that it sends no request to a unit that is not ready."""

_INTERVAL = 2

#: The parameters of the traefik library. nginx answers on this path, whatever the host.
HEALTH_CHECK = {"path": "/health", "interval": f"{_INTERVAL}s", "timeout": "5s"}

#: nginx answers within two seconds, the next check comes after the interval, and a second is for
#: what the ingress makes of it.
SECONDS_TO_NOTICE = 2 + _INTERVAL + 1
