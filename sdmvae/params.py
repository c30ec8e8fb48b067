"""A typed and validated view of params.yaml; this is the one place that knows its shape.

Only the shape and the ranges of values are checked here. Whether a corpus, a model or a likelihood
exists, and which arguments it takes, is checked where it is loaded.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

RATE: Literal[16_000] = 16_000  # of all speech, in Hz
LEAST_FLOOR = 1e-37  # frames are in single precision, which has no much smaller number
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class ParameterError(ValueError):
    """A parameter cannot be used; the message is one line that names it."""


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("lists a value twice")
    return values


def _distinct_dimensions(values: list[int | str]) -> list[int | str]:
    _distinct([_number(value) for value in values])
    return values


def _number(label: int | str) -> int:
    return int(str(label).removeprefix("m"))


def _speakers(value: object) -> object:
    if isinstance(value, list) and value:
        if not all(type(name) in (int, str) and str(name).strip() for name in value):
            raise ValueError("give the names of the speakers in a list")
        return _distinct([str(name) for name in value])
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ValueError("give a number of speakers, at least 1, or a list of their names")


def _latent_dimension(value: object) -> object:
    number = value[1:] if isinstance(value, str) and value[:1] == "m" else value
    if isinstance(number, str) and number.isdecimal() and number[0] != "0":
        return value
    if isinstance(number, int) and not isinstance(number, bool) and number >= 1:
        return value
    raise ValueError("give a latent dimension as m32, or as a number that is at least 1")


def _real(value: object) -> object:
    try:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    except OverflowError:
        raise ValueError("is too large") from None


Name = Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
PositiveReal = Annotated[float, BeforeValidator(_real), Field(gt=0, allow_inf_nan=False)]
LatentDimension = Annotated[int | str, PlainValidator(_latent_dimension)]
LatentDimensions = Annotated[
    list[LatentDimension], Field(min_length=1), AfterValidator(_distinct_dimensions)
]
Speakers = Annotated[int | list[str], PlainValidator(_speakers)]
Seeds = Annotated[list[Natural], Field(min_length=1), AfterValidator(_distinct)]
Probability = Annotated[float, Field(gt=0, lt=1)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Corpus(_Section):
    """Which speech is used.

    Attributes:
        name: The name of the corpus.
        root: The folder of a corpus on disk.
        utterances: How many utterances of each speaker are used at most; None means all.
    """

    name: Name
    root: Annotated[str, Field(min_length=1)] | None = None
    utterances: Positive | None = None


class Split(_Section):
    """The speakers of each part: their number, or a list of their names.

    Attributes:
        train: Speakers of training speech.
        validation: Speakers of validation speech.
        test: Speakers of test speech.
        seed: The seed with which speakers are chosen where a number is given.
    """

    train: Speakers
    validation: Speakers
    test: Speakers
    seed: Natural

    @model_validator(mode="after")
    def _disjoint(self) -> "Split":
        seen: dict[str, str] = {}
        for part in ("train", "validation", "test"):
            value = getattr(self, part)
            for speaker in value if isinstance(value, list) else ():
                if speaker in seen:
                    raise ValueError(f"speaker {speaker} is in both {seen[speaker]} and {part}")
                seen[speaker] = part
        return self


class _Frames(_Section):
    window: Annotated[int, Field(ge=16, le=65536, multiple_of=2)]
    hop: Positive
    floor: Annotated[PositiveReal, Field(ge=LEAST_FLOOR)]

    @model_validator(mode="after")
    def _overlapping(self) -> Self:
        if self.hop > self.window // 2:
            raise ValueError(f"hop {self.hop} is more than half the window {self.window}")
        return self


class Stft(_Frames):
    """The short-time Fourier transform of 16 kHz speech.

    Attributes:
        window: The length of the sine window, in samples.
        hop: The step between frames, in samples.
        floor: The least power of a bin.
        trim: Training speech is cut at both ends where it is so many dB below its peak frame.
        frames: Whether frames of training speech are stored, or made of stored waveforms each time
            that they are needed. They are the same frames.
    """

    trim: PositiveReal
    frames: Literal["stored", "waveforms"] = "stored"


class Transform(_Frames):
    """What makes frames of speech; it is saved with every cell, whose weights fit no other frames.

    Attributes:
        window: The length of the sine window, in samples.
        hop: The step between frames, in samples.
        floor: The least power of a bin.
        rate: The sample rate of the speech, in Hz.
    """

    rate: Literal[16_000]


class Train(_Section):
    """How every model is trained, and what of a frame is modelled.

    Attributes:
        encoder_input: What the encoder is given of a frame.
        likelihood: The name of the likelihood.
        representation: What of a frame the likelihood is of.
        learning_rate: Adam's learning rate.
        decay: The share of the epochs, at the end, in which the learning rate falls to zero.
        beta2: Adam's decay rate of the second moment.
        batch_size: Frames per batch.
        epochs: The largest number of epochs.
        patience: Training stops after as many epochs without a lower validation loss.
        seeds: Every cell is trained once with each of these seeds, which are of everything random
            but the split.
        device: "cpu" or a CUDA device.
    """

    encoder_input: Literal["log-power", "power"]
    likelihood: Name
    representation: Name
    learning_rate: PositiveReal
    decay: Annotated[float, BeforeValidator(_real), Field(ge=0, le=1, allow_inf_nan=False)]
    beta2: Annotated[float, BeforeValidator(_real), Field(ge=0, lt=1, allow_inf_nan=False)]
    batch_size: Positive
    epochs: Positive
    patience: Positive
    seeds: Seeds
    device: Annotated[str, Field(pattern=r"^(cpu|cuda(:\d+)?)$")]


class Resynthesize(_Section):
    """How test speech is decoded.

    Attributes:
        decode: Whether the posterior mean or a sample from the posterior is decoded.
        importance_samples: K of the importance-weighted bound.
    """

    decode: Literal["mean", "sample"]
    importance_samples: Positive


class Margins(_Section):
    """The loss of a score, against the VAE, from which on quality counts as lost.

    Attributes:
        pesq: The loss of PESQ.
        estoi: The loss of ESTOI.
    """

    pesq: PositiveReal
    estoi: PositiveReal


class Compare(_Section):
    """How cells are compared.

    Attributes:
        error: The probability of one wrong verdict, or more, in a family of comparisons.
        margins: The losses from which on quality counts as lost.
    """

    error: Probability
    margins: Margins


class Network(_Section):
    """The network that every model has.

    Attributes:
        hidden: The widths of the encoder's hidden layers; the decoder has them in reverse.
    """

    hidden: Annotated[list[Positive], Field(min_length=1)]


class Variant(BaseModel):
    """A model with its arguments, which are all other keys.

    Attributes:
        model: The name of the model's file.
        beta: The factor of the KL divergence in the loss that training minimises.
        network: A network for this variant alone; None means the network of all.
    """

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    model: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    beta: PositiveReal = 1.0
    network: Network | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the model takes: everything but its name, beta and the network."""
        return dict(self.model_extra or {})

    @property
    def settings(self) -> dict[str, Any]:
        """What tells it from others with its model: the arguments, and beta if it is not 1."""
        return self.arguments | ({} if self.beta == 1 else {"beta": self.beta})


class Cell(BaseModel):
    """A variant at one latent dimension, a row of the table.

    Attributes:
        name: The name in files and stages, such as ``sdm-dct64-m32``.
        variant: The key under ``variants``.
        m: The latent dimension.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    variant: str
    m: int

    @property
    def seed_name(self) -> str:
        """What seeds are drawn for: variant and m, whether a label is written 32 or m32."""
        return f"{self.variant}-m{self.m}"


class Training(BaseModel):
    """A cell that is trained with one seed.

    Attributes:
        cell: The cell.
        seed: The seed.
    """

    model_config = ConfigDict(frozen=True)

    cell: Cell
    seed: int

    @property
    def name(self) -> str:
        """The name in stages, such as ``sdm-dct64-m32-0``."""
        return f"{self.cell.name}-{self.seed}"

    @property
    def folder(self) -> Path:
        """Where its outputs lie in a folder of outputs of one kind."""
        return Path(self.cell.name, str(self.seed))


class CellConfiguration(_Section):
    """All that it takes to build the network of a cell; it is saved beside the weights.

    Attributes:
        model: The name of the model.
        arguments: The model's own arguments.
        m: The latent dimension.
        bins: The number of frequency bins of a frame.
        hidden: The widths of the hidden layers, from the frame's side.
        encoder_input: What the encoder is given of a frame.
        likelihood: The name of the likelihood.
        representation: What of a frame the likelihood is of.
        transform: What made the frames; None for frames that the pipeline did not make.
    """

    model: str
    arguments: dict[str, Any]
    m: Positive
    bins: Positive
    hidden: list[Positive]
    encoder_input: str
    likelihood: str
    representation: str
    transform: Transform | None

    @model_validator(mode="after")
    def _bins_of_transform(self) -> "CellConfiguration":
        if self.transform and self.bins != self.transform.window // 2 + 1:
            raise ValueError(f"{self.bins} bins do not come of a window of {self.transform.window}")
        return self


class Params(_Section):
    """All of params.yaml."""

    corpus: Corpus
    split: Split
    stft: Stft
    train: Train
    resynthesize: Resynthesize
    compare: Compare
    network: Network
    latent_dims: LatentDimensions
    variants: Annotated[dict[str, Variant], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _plain_variant_names(cls, values: Any) -> Any:
        variants = values.get("variants") if isinstance(values, dict) else None
        for name in variants if isinstance(variants, dict) else ():
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise ValueError(
                    f"variants.{name!r}: a variant's name has letters, digits, - and _ only"
                )
        return values

    @property
    def cells(self) -> list[Cell]:
        """All cells in the order of the table: by latent dimension, then by variant."""
        return [
            Cell(name=f"{variant}-{label}", variant=variant, m=_number(label))
            for label in self.latent_dims
            for variant in self.variants
        ]

    @property
    def trainings(self) -> list[Training]:
        """All trainings: of every seed, the cells in the order of the table."""
        return [Training(cell=cell, seed=seed) for seed in self.train.seeds for cell in self.cells]

    @property
    def transform(self) -> Transform:
        """What makes the frames of speech."""
        stft = self.stft
        return Transform(rate=RATE, window=stft.window, hop=stft.hop, floor=stft.floor)

    def configuration(self, cell: Cell, bins: int) -> CellConfiguration:
        """Return what it takes to build the network of a cell for frames of `bins` bins."""
        variant = self.variants[cell.variant]
        return CellConfiguration(
            model=variant.model,
            arguments=variant.arguments,
            m=cell.m,
            bins=bins,
            hidden=(variant.network or self.network).hidden,
            encoder_input=self.train.encoder_input,
            likelihood=self.train.likelihood,
            representation=self.train.representation,
            transform=self.transform,
        )


def read(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml.

    Raises:
        ParameterError: The message is one line with the key, the value found and what would do.
    """
    try:
        values = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path}: not UTF-8 text") from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        what = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise ParameterError(f"{path}{where}: not YAML: {what}") from error
    except ValueError as error:
        raise ParameterError(f"{path}: not YAML: {error}") from error
    if not isinstance(values, dict):
        raise ParameterError(f"{path}: has no sections; found {values!r}")
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        problems = map(_describe_problem, error.errors(include_url=False))
        raise ParameterError(f"{path}: " + " ".join("; ".join(problems).split())) from error


def _describe_problem(error: ErrorDetails) -> str:
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key; there are {', '.join(_keys_beside(error['loc']))}"
    if error["type"] == "missing":
        return f"{key}: is missing"
    message = error["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    # The value of a whole section would be too long to print.
    is_section = error["type"] == "value_error" and isinstance(error["input"], dict)
    value = [] if is_section and len(error["loc"]) < 2 else [_shorten(error["input"])]
    return ": ".join([*([key] if key else []), *value, message])


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the section in which an unknown key stands."""
    if len(location) == 1:
        return list(Params.model_fields)
    # Only a section, a section of a section, or the network of a variant refuses unknown keys.
    sections = {"network": Network, "margins": Margins}
    name = str(location[-2])
    section = sections.get(name) or Params.model_fields[name].annotation
    return list(section.model_fields)  # type: ignore[union-attr]
