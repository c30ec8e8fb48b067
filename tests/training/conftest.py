import pytest

# A failed assertion in this module is explained as one in a test is.
pytest.register_assert_rewrite("tests.support.trainings")

from tests.support.networks import one_thread  # noqa: E402

__all__ = ["one_thread"]
