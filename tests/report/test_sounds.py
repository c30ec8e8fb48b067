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


def test_fewer_bits_take_less_space_and_are_that_close():
    samples = 0.3 * np.random.default_rng(0).standard_normal(16_000).clip(-3, 3)
    sizes = []
    for bits in (16, 13, 10):
        uri = sounds.embed_sound(samples, bits)
        found = soundfile.read(io.BytesIO(base64.b64decode(uri.partition(",")[2])))[0]
        assert np.abs(found - samples).max() <= 2.0**-bits + 1e-12
        sizes.append(len(uri))
    assert sizes[1] < 0.85 * sizes[0] and sizes[2] < 0.85 * sizes[1]
