"""Measurements that are no tests, of processes that compute as the stages do."""

import stages  # noqa: F401
