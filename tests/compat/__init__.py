"""The published image, in the hands of other people's programs."""

import pytest

pytest.register_assert_rewrite("tests.compat.contract", "tests.compat.sandbox")
