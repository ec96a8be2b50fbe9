"""What variables hold of redis, and the example of the app's Secret: names, and no values. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes import redis
from ci.decide.bundle.kubernetes.names import metadata
from ci.decide.bundle.kubernetes.workload import by_file, secret_name
from ci.decide.bundle.variables import Variable

NO_PASSWORD = "PASSWORD-OF-REDIS"  # noqa: S105  stands for the value of another key


def of_redis(deployment: Deployment, one: Variable) -> str:
    """The value of a variable that says where redis is; its own for any other."""
    name = redis.host(deployment)
    parts = {
        "url": f"redis://:{NO_PASSWORD}@{name}:{redis.PORT}",
        "host": name,
        "port": str(redis.PORT),
        "password": NO_PASSWORD,
    }
    return parts.get(deployment.variables.redis.get(one.name, ""), one.value)


def example(deployment: Deployment) -> dict[str, Any]:
    """The Secret with empty values: one file for node, or a key for each variable."""
    values = {one.name: of_redis(deployment, one) for one in deployment.variables.secrets}
    data = (
        {"app.env": "".join(f"{name}={value}\n" for name, value in values.items())} if by_file(deployment) else values
    )
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret_name(deployment), "labels": metadata(deployment)["labels"]},
        "type": "Opaque",
        "stringData": {**data, **({redis.PASSWORD: ""} if deployment.redis else {})},
    }
