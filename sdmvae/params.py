"""Typed, validated view of params.yaml: the one place that knows its shape.

Only shape and ranges are checked here; whether a corpus, a model and a model's arguments exist
is for those who load them.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

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

LEAST_FLOOR = 1e-37  # frames are kept in single precision, which has nothing much below
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
        if not all(type(each) in (int, str) and str(each).strip() for each in value):
            raise ValueError("a list of speakers holds their names")
        return _distinct([str(each) for each in value])
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ValueError("give a count of speakers, at least 1, or a list of them")


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


Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
PositiveReal = Annotated[float, BeforeValidator(_real), Field(gt=0, allow_inf_nan=False)]
LatentDimension = Annotated[int | str, PlainValidator(_latent_dimension)]
LatentDimensions = Annotated[
    list[LatentDimension], Field(min_length=1), AfterValidator(_distinct_dimensions)
]
Speakers = Annotated[int | list[str], PlainValidator(_speakers)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Corpus(_Section):
    """Which speech: `root` is the folder of a corpus on disk, `sentences` a speaker if made."""

    name: Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
    root: Annotated[str, Field(min_length=1)] | None = None
    sentences: Annotated[int, Field(ge=1, le=1000)] = 4


class Split(_Section):
    """Speakers of each part: how many, drawn under `seed`, or a list of them."""

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


class Stft(_Section):
    """Sine window of `window` samples, `hop`, power `floor`, `trim` in dB below the peak."""

    window: Annotated[int, Field(ge=16, le=65536, multiple_of=2)]
    hop: Positive
    floor: Annotated[PositiveReal, Field(ge=LEAST_FLOOR)]
    trim: PositiveReal

    @model_validator(mode="after")
    def _overlapping(self) -> "Stft":
        if self.hop > self.window // 2:
            raise ValueError(f"hop {self.hop} is over half the window {self.window}")
        return self


class Train(_Section):
    """How every model is trained, and what of a power frame it models."""

    encoder_input: Literal["log-power", "power"]
    likelihood: Literal["itakura-saito", "gaussian"]
    representation: Literal["power", "magnitude", "log-power"]
    learning_rate: PositiveReal
    batch_size: Positive
    epochs: Positive
    patience: Positive
    seed: Natural
    device: Annotated[str, Field(pattern=r"^(cpu|cuda(:\d+)?)$")]

    @model_validator(mode="after")
    def _of_power(self) -> "Train":
        if self.likelihood == "itakura-saito" and self.representation != "power":
            raise ValueError(
                f"likelihood itakura-saito is of power, not of {self.representation}; "
                "take representation power, or likelihood gaussian"
            )
        return self


class Resynthesize(_Section):
    """What test speech is decoded from, and K of the importance-weighted bound."""

    decode: Literal["mean", "sample"]
    importance_samples: Positive


class Network(_Section):
    """The hidden layers of encoder and decoder: the width of each, from the frame's side."""

    hidden: Annotated[list[Positive], Field(min_length=1)]


class Variant(BaseModel):
    """A model by the name of its file, that model's own arguments, and perhaps its own network."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    model: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    network: Network | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """Everything but the model's name and its network."""
        return dict(self.model_extra or {})


class Cell(BaseModel):
    """A variant at one latent dimension, a row of the table.

    Attributes:
        name: As files and stages are named, ``sdm-dct64-m32``.
        variant: The key under ``variants``.
        m: The latent dimension.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    variant: str
    m: int

    @property
    def seed_name(self) -> str:
        """What seeds are drawn for: the variant and m, however the cell's name is written."""
        return f"{self.variant}-m{self.m}"


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
    """

    model: str
    arguments: dict[str, Any]
    m: Positive
    bins: Positive
    hidden: list[Positive]
    encoder_input: str
    likelihood: str
    representation: str


class Params(_Section):
    """All of params.yaml."""

    corpus: Corpus
    split: Split
    stft: Stft
    train: Train
    resynthesize: Resynthesize
    network: Network
    latent_dims: Annotated[
        list[LatentDimension], Field(min_length=1), AfterValidator(_distinct_dimensions)
    ]
    variants: Annotated[dict[str, Variant], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _plain_variant_names(cls, values: Any) -> Any:
        variants = values.get("variants") if isinstance(values, dict) else None
        for name in variants if isinstance(variants, dict) else ():
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise ValueError(
                    f"variants.{name!r}: a variant's name is made of letters, digits, - and _"
                )
        return values

    @property
    def cells(self) -> list[Cell]:
        """All cells, latent dimension by latent dimension, in the order they are declared."""
        return [
            Cell(name=f"{variant}-{label}", variant=variant, m=_number(label))
            for label in self.latent_dims
            for variant in self.variants
        ]

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
        )


def read(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml.

    Raises:
        ParameterError: in one line, the key, the value found and what would do.
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
        complaints = map(_complaint, error.errors(include_url=False))
        raise ParameterError(f"{path}: " + " ".join("; ".join(complaints).split())) from error


def _complaint(error: ErrorDetails) -> str:
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key; there are {', '.join(_keys_beside(error['loc']))}"
    if error["type"] == "missing":
        return f"{key}: is missing"
    message = error["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    whole_section = error["type"] == "value_error" and isinstance(error["input"], dict)
    whole_section = whole_section and len(error["loc"]) < 2
    found = [] if whole_section else [_shown(error["input"])]
    return ": ".join([*([key] if key else []), *found, message])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    section: type[BaseModel] = Params
    for step in location[:-1]:
        section = section.model_fields[str(step)].annotation  # type: ignore[assignment]
    return list(section.model_fields)
