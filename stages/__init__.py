"""One thin script a DVC stage, and what makes all compute the same bytes on every machine.

This runs before any of them loads a numerical library. A library that finds AVX-512, another maker
or more cores would sum in another order, so each is told to use what every processor with AVX2
and FMA has, and one thread; processes run side by side instead. A machine without these keeps the
libraries' own choice.
"""

import os
import platform
from pathlib import Path

SAME_EVERYWHERE = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own kernels
    "OPENBLAS_CORETYPE": "Haswell",  # NumPy's products
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # NumPy's other functions
    "MKL_CBWR": "COMPATIBLE",  # exp, log and tanh of PyTorch, by MKL; one value for all makers
}
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def has_avx2() -> bool:
    """Whether the processor has AVX2 and FMA, as far as the system tells."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return False
    return platform.machine() == "x86_64" and {"avx2", "fma"} <= flags


os.environ.update(ONE_THREAD)
if has_avx2():
    os.environ.update(SAME_EVERYWHERE)
