// Decodes codes to power spectra and to speech, with the arithmetic of the pipeline.
// `data` is what the section's module packs; see sdmvae/report/dimensions.py.

function unpackBytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

// Numbers in half precision (IEEE 754, little-endian); they are finite.
function unpackHalves(text) {
  const { buffer } = unpackBytes(text);
  const view = new DataView(buffer);
  const numbers = new Float32Array(buffer.byteLength / 2);
  for (let place = 0; place < numbers.length; place += 1) {
    const half = view.getUint16(2 * place, true);
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
    numbers[place] = half & 0x8000 ? -size : size;
  }
  return numbers;
}

function unpackCell(cell) {
  const layers = cell.layers.map(({ weight, bias }) => (
    { weight: unpackHalves(weight), bias: unpackHalves(bias) }
  ));
  const dictionary = cell.dictionary && unpackHalves(cell.dictionary);
  return { ...cell, layers, dictionary, codes: unpackHalves(cell.codes) };
}

const TO_POWER = {
  exponential: Math.exp,
  clipped: (value) => Math.max(value, 0),
  squared: (value) => Math.max(value, 0) ** 2,
};

// W x + b; the rows of W lie one after another.
function applyLinear(weight, bias, x) {
  const y = new Float64Array(weight.length / x.length);
  for (let row = 0; row < y.length; row += 1) {
    let sum = bias ? bias[row] : 0;
    const start = row * x.length;
    for (let column = 0; column < x.length; column += 1) sum += weight[start + column] * x[column];
    y[row] = sum;
  }
  return y;
}

// Codes in which only the `keep` largest dimensions of every frame are left, and one dimension is
// multiplied by `scale`.
function changeCodes({ codes, dims }, dimension, scale, keep) {
  const changed = Float64Array.from(codes);
  for (let start = 0; start < codes.length; start += dims) {
    if (keep < dims) {
      const size = (place) => Math.abs(codes[start + place]);
      const order = Array.from({ length: dims }, (_, place) => place);
      order.sort((a, b) => size(b) - size(a) || a - b);
      for (const place of order.slice(keep)) changed[start + place] = 0;
    }
    changed[start + dimension] *= scale;
  }
  return changed;
}

// The power spectra of codes, frame by frame.
function decodeCodes(cell, codes, data) {
  const bins = data.window / 2 + 1;
  const power = new Float64Array(data.frames * bins);
  const last = cell.layers.length - 1;
  for (let frame = 0; frame < data.frames; frame += 1) {
    let x = codes.subarray(frame * cell.dims, (frame + 1) * cell.dims);
    if (cell.dictionary) x = applyLinear(cell.dictionary, null, x);
    cell.layers.forEach(({ weight, bias }, place) => {
      x = applyLinear(weight, bias, x);
      if (place < last) x = x.map(Math.tanh);
    });
    power.set(x.map(TO_POWER[data.power]), frame * bins);
  }
  return power;
}

// The real part of the inverse discrete Fourier transform. Even sizes are halved again and again.
function makeInverseTransform(size) {
  const cosines = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: size }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  // Transforms `count` numbers, every `step`-th one, where step * count is the size.
  function transform(re, im, from, step, count, to) {
    if (count % 2) {
      for (let k = 0; k < count; k += 1) {
        let [sumRe, sumIm] = [0, 0];
        for (let n = 0; n < count; n += 1) {
          const turn = ((k * n) % count) * step;
          const at = from + n * step;
          sumRe += re[at] * cosines[turn] - im[at] * sines[turn];
          sumIm += re[at] * sines[turn] + im[at] * cosines[turn];
        }
        real[to + k] = sumRe;
        imaginary[to + k] = sumIm;
      }
      return;
    }
    const half = count / 2;
    transform(re, im, from, 2 * step, half, to);
    transform(re, im, from + step, 2 * step, half, to + half);
    for (let k = to; k < to + half; k += 1) {
      const turn = (k - to) * step;
      const other = k + half;
      const oddRe = real[other] * cosines[turn] - imaginary[other] * sines[turn];
      const oddIm = real[other] * sines[turn] + imaginary[other] * cosines[turn];
      real[other] = real[k] - oddRe;
      imaginary[other] = imaginary[k] - oddIm;
      real[k] += oddRe;
      imaginary[k] += oddIm;
    }
  }
  return (re, im) => {
    transform(re, im, 0, 1, size, 0);
    return real.map((value) => value / size);
  };
}

// The signal of power spectra with the phase of the original (Griffin and Lim 1984, Eq. 6).
function synthesise(power, data) {
  const { window: size, hop, frames, length } = data;
  const bins = size / 2 + 1;
  const phase = unpackBytes(data.phase);
  const turn = (step) => (2 * Math.PI * step) / 256;
  const cosines = Float64Array.from({ length: 256 }, (_, step) => Math.cos(turn(step)));
  const sines = Float64Array.from({ length: 256 }, (_, step) => Math.sin(turn(step)));
  const weights = Float64Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size));
  const signal = new Float64Array((frames - 1) * hop + size);
  const energy = new Float64Array(signal.length);
  const invert = makeInverseTransform(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let bin = 0; bin < bins; bin += 1) {
      const magnitude = Math.sqrt(power[frame * bins + bin]);
      const step = phase[frame * bins + bin];
      const mirrored = bin > 0 && bin < size / 2;
      re[bin] = magnitude * cosines[step];
      im[bin] = mirrored ? magnitude * sines[step] : 0;
      if (mirrored) {
        re[size - bin] = re[bin];
        im[size - bin] = -im[bin];
      }
    }
    const samples = invert(re, im);
    for (let i = 0; i < size; i += 1) {
      signal[frame * hop + i] += samples[i] * weights[i];
      energy[frame * hop + i] += weights[i] ** 2;
    }
  }
  const start = size / 2;
  return signal.map((value, place) => (data.peak * value) / energy[place]).slice(start, start + length);
}

// A WAV file with 16 bits. A signal that would be clipped is turned down.
function encodeWave(samples, rate) {
  const largest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gain = 32767 / Math.max(1, largest);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const write = (at, text) => [...text].forEach((each, i) => view.setUint8(at + i, each.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, place) => view.setInt16(44 + 2 * place, Math.round(gain * value), true));
  return new Blob([view], { type: "audio/wav" });
}
