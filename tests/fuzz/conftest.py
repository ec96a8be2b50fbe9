"""How hard the parsers are tried: the same few examples everywhere, or new and more of them to hunt.

``FUZZ_EXAMPLES=20000 python -m pytest tests/fuzz`` hunts; what it finds becomes an ``@example``.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, configuration, settings

HUNT = int(os.environ.get("FUZZ_EXAMPLES", "0"))

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir(), "next-distroless-hypothesis"))
settings.register_profile(
    "fuzz",
    max_examples=HUNT or 100,
    derandomize=not HUNT,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile("fuzz")
