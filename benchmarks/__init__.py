"""Measurements that are not tests. They compute with the settings of the stages."""

import stages  # noqa: F401  (this import sets the number of threads and the instructions)
