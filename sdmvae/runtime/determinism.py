"""The same arithmetic on every processor, chosen before a numerical library is imported.

NumPy, OpenBLAS, MKL and PyTorch look at the processor and choose instructions and a number of
threads for it. Other instructions add numbers in another order, and the results differ in their
last digits. `pin_arithmetic` therefore chooses instructions that every processor with AVX2 and FMA
has, and one thread; the project uses several processors through several processes. On a processor
without AVX2, the libraries keep their own choice of instructions.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTRUCTIONS = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own kernels
    "OPENBLAS_CORETYPE": "Haswell",  # NumPy's matrix products
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # NumPy's other functions
    "MKL_CBWR": "COMPATIBLE",  # exp, log and tanh of PyTorch, which come from MKL
}
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def has_avx2() -> bool:
    """Tell whether the processor has AVX2 and FMA; False where the system does not say."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return False
    return platform.machine() == "x86_64" and {"avx2", "fma"} <= flags


def pin_arithmetic() -> None:
    """Set the environment variables that the numerical libraries read when they are imported.

    A library that has been imported already keeps the choice it made.
    """
    os.environ.update(ONE_THREAD)
    if has_avx2():
        os.environ.update(INSTRUCTIONS)


@contextmanager
def pinned_instructions() -> Iterator[None]:
    """Choose the instructions of `pin_arithmetic` inside a block, and then forget the choice.

    A library that is imported inside the block, or that computes there for the first time, keeps
    the instructions. The number of threads is not touched.
    """
    before = {name: os.environ.get(name) for name in INSTRUCTIONS}
    if has_avx2():
        os.environ.update(INSTRUCTIONS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
