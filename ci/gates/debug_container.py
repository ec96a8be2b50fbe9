"""A container to look into after a gate failed: the app as it is in the image, with a shell beside it."""

import dagger

from ci.decide.config.model import Scenario
from ci.decide.plan.model import APP, Plan
from ci.engine.containers import image


def debug_container(plan: Plan, failed: dagger.Container, scenario: Scenario) -> dagger.Container:
    """The app's files, variables and services on the Node.js image with a shell, where `node` starts the app by hand.

    Args:
        plan: variables, user and services.
        failed: the image that did not pass.
        scenario: whose variables and services are there.
    """
    container = image(plan.install.image).with_directory(APP, failed.directory(APP), owner="0:0")
    for name, wanted in scenario.services.items():
        container = container.with_service_binding(name, image(plan.smoke.services[wanted]).as_service())
    for name, value in {**plan.image.env, **scenario.env}.items():
        container = container.with_env_variable(name, value)
    return container.with_workdir(APP).with_default_terminal_cmd(["/bin/bash"])
