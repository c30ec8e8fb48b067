"""The scores of a cell, each with its name, label, description and unit."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Score:
    """One score, as tables, charts and the report show it.

    Attributes:
        name: The key in metrics and tables.
        label: The name that a reader sees.
        description: What the score measures.
        unit: Its unit; empty for a number without one.
        better: Whether higher or lower figures are better; None where neither is.
        digits: How many decimals are shown.
        per: What the score of a cell is a mean over; "cell" for a score of the whole cell.
        in_table: Whether the main table has a column for it.
        published: The field of the published figures that it is compared with.
    """

    name: str
    label: str
    description: str
    unit: str = ""
    better: Literal["higher", "lower"] | None = "higher"
    digits: int = 2
    per: Literal["utterance", "frame", "cell"] = "utterance"
    in_table: bool = False
    published: Literal["pesq", "stoi", "hoyer"] | None = None


NATS = "nats per frame"
LIST = (
    Score(
        "pesq",
        "PESQ",
        "speech quality: raw score of P.862, −0.5 to 4.5",
        in_table=True,
        published="pesq",
    ),
    Score("pesq_wb", "PESQ wide-band", "speech quality: P.862.2, 1 to 4.64"),
    Score("stoi", "STOI", "intelligibility, at most 1", in_table=True, published="stoi"),
    Score(
        "estoi",
        "ESTOI",
        "extended STOI, which is stricter when speech loses its modulation; at most 1",
        in_table=True,
    ),
    Score("si_sdr", "SI-SDR", "scale-invariant signal-to-distortion ratio", unit="dB", digits=1),
    Score(
        "hoyer",
        "Hoyer",
        "Hoyer sparsity of the code: 0 when all dimensions are equally large, 1 when only one "
        "dimension is not zero",
        per="frame",
        in_table=True,
        published="hoyer",
    ),
    Score(
        "hoyer_normalised",
        "Hoyer normalised",
        "Hoyer sparsity after each dimension is divided by its standard deviation",
        per="frame",
        in_table=True,
    ),
    Score(
        "reconstruction",
        "reconstruction",
        "negative log-likelihood of a frame given its code",
        unit=NATS,
        better="lower",
        digits=1,
        per="frame",
    ),
    Score(
        "kl",
        "KL",
        "KL divergence of the posterior from the prior",
        unit=NATS,
        better="lower",
        digits=1,
        per="frame",
    ),
    Score(
        "elbo",
        "bound (ELBO)",
        "evidence lower bound on the log-likelihood",
        unit=NATS,
        digits=1,
        per="frame",
    ),
    Score(
        "iwae",
        "bound (IWAE)",
        "importance-weighted bound on the log-likelihood",
        unit=NATS,
        digits=0,
        per="frame",
        in_table=True,
    ),
)
SCORES = {score.name: score for score in LIST}
