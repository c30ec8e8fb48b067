import pytest

# Failed assertions in these modules are explained as those in tests are. Any test may import them
# first, so they are registered before all tests.
pytest.register_assert_rewrite("tests.support.model_contract", "tests.support.trainings")
