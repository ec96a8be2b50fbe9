"""Real Next.js apps of many shapes, made when a test needs them: ``app.make(directory)`` returns the source.

``CREATED`` come from create-next-app as it is, ``SHAPES`` are small apps with what others have, and ``BROKEN`` are
those that must be refused. ``GENERATED`` lacks code and fonts until something has run. Nothing that is made is ever
committed.
"""

from tests.apps.app import App, Ask
from tests.apps.broken import BROKEN
from tests.apps.configured import CONFIGURED
from tests.apps.created import CREATED
from tests.apps.generated import GENERATED
from tests.apps.native import NATIVE_ADDON, SHARP_USED
from tests.apps.workspaces import WORKSPACES

SHAPES = (*WORKSPACES, *CONFIGURED, SHARP_USED, NATIVE_ADDON)

__all__ = ["BROKEN", "CREATED", "GENERATED", "SHAPES", "App", "Ask"]
