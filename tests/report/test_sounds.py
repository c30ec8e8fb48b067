import base64
import io

import numpy as np
import soundfile

from sdmvae.report import sounds


def test_a_sound_with_16_bits_is_kept_exactly():
    samples = np.round(np.linspace(-1, 0.999, 3000) * 2**15) / 2**15
    content = base64.b64decode(sounds.embed_sound(samples).partition(",")[2])
    found, rate = soundfile.read(io.BytesIO(content))
    assert rate == 16_000
    assert soundfile.info(io.BytesIO(content)).subtype == "PCM_16"
    np.testing.assert_array_equal(found, samples)
