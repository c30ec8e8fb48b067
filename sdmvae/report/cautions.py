"""What a reader has to know before drawing conclusions from a run."""

from sdmvae.evaluation import tables
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS
from sdmvae.figures.training_curves import find_best_epoch
from sdmvae.report import variants


def list_sentences(results: Results) -> list[str]:
    """Return the cautions, one paragraph each; those that hold for every run come first."""
    return [
        *_about_seeds(results),
        *_about_intervals(results),
        *_about_narrow_speech(results),
        "Hoyer sparsity depends on the scales of the dimensions, and rises with their number and "
        "when dimensions hardly vary. For Hoyer above Gaussian each dimension is divided by its "
        "standard deviation, and a Gaussian code, which is not sparse at all, has 0. So this is "
        "the sparsity to believe.",
        *_about_fitted_priors(results),
        *_about_decoders(results),
        *_about_beta(results),
        *_about_last_epochs(results),
        *_about_resynthesis(results),
    ]


def explain_no_verdicts(results: Results) -> str:
    """Return why a run has no verdicts on cells; an empty text if it has some."""
    seeds = len(results.settings.train.seeds)
    if seeds < FEWEST_SEEDS:
        trained = "one seed" if seeds == 1 else f"{seeds} seeds"
        return (
            f"Every cell was trained with {trained}. Verdicts on cells need {FEWEST_SEEDS} seeds "
            "or more, so this page has none: it shows figures and their intervals."
        )
    if _count_test_speakers(results) < 2:
        return (
            "There is only one test speaker. Verdicts on cells need two or more, so this page has "
            "none."
        )
    return ""


def _count_test_speakers(results: Results) -> int:
    test = results.manifest[results.manifest["split"] == "test"]
    return int(test["speaker"].nunique())


def _about_seeds(results: Results) -> list[str]:
    seeds = results.settings.train.seeds
    if len(seeds) > 1:
        return [
            f"Every cell was trained with {len(seeds)} seeds. Scores are means over them. Speech, "
            f"codes and training curves are those of seed {results.seed}."
        ]
    return [
        f"Every cell was trained once, with seed {results.seed}. Training the same cell with "
        "another seed may change its scores by more than the differences between cells on this "
        "page. Nothing here measures that."
    ]


def _about_intervals(results: Results) -> list[str]:
    seeds, speakers = len(results.settings.train.seeds), _count_test_speakers(results)
    if speakers < 2:
        return ["There is only one test speaker, so there are no intervals."]
    if seeds == 1:
        covered = (
            f"It says how much the score of these weights would change with other speakers than "
            f"the {speakers} test speakers. It does not cover other seeds."
        )
    else:
        covered = (
            f"It covers other seeds and other speakers: it is computed from {seeds} seeds and "
            f"{speakers} test speakers."
        )
    return [
        f"± is half the width of a 95 % interval, unless another level is given. {covered}",
        "The intervals of PESQ are wide because speakers differ. The difference of two cells is "
        "taken within the same utterances, so its interval may leave out zero even if the "
        "intervals of both cells overlap.",
        "In intervals and differences all speakers have the same weight. A figure is a mean over "
        "all utterances or frames. So a difference may be a little off the difference of the two "
        "figures.",
        *_about_verdicts(results),
    ]


def _about_verdicts(results: Results) -> list[str]:
    if explain_no_verdicts(results):
        return []
    error = f"{100 * results.settings.compare.error:g} %"
    return [
        "The words beside differences are verdicts of t tests against the VAE. For each score "
        "the tests of all cells are one family, and Holm's procedure corrects them: the "
        f"probability of one wrong verdict, or more, in a family is at most {error}. The intervals "
        "agree with the verdicts, so their level depends on the family.",
        "Not told apart does not mean equal, and not shown to keep the quality does not mean that "
        "quality is lost: more seeds or speakers may show it.",
    ]


def _about_narrow_speech(results: Results) -> list[str]:
    sentence = tables.describe_narrow_speech(results.manifest)
    return [sentence] if sentence else []


def _about_fitted_priors(results: Results) -> list[str]:
    names = _name_variants(results, "prior_is_fitted_to_each_frame")
    if not names:
        return []
    return [
        "Some variants have a prior whose variances are fitted to each frame "
        f"({', '.join(names)}). So their training objective bounds no likelihood, and their KL "
        "cannot be compared with that of other variants. The log-likelihood can: it takes a prior "
        "of the same kind for every variant, fitted after training to training speech."
    ]


def _about_decoders(results: Results) -> list[str]:
    names = _name_variants(results, "code_depends_on_the_posterior")
    if not names:
        return []
    return [
        f"The decoder of some variants sees the posterior of a frame ({', '.join(names)}), besides "
        "a sample from it. Their KL does not count this, so they have no log-likelihood."
    ]


def _about_beta(results: Results) -> list[str]:
    names = [
        f"{name}: {variant.beta:g}"
        for name, variant in results.settings.variants.items()
        if variant.beta != 1
    ]
    if not names:
        return []
    return [
        "Some variants were trained with a factor beta of the KL that is not 1 "
        f"({', '.join(names)}). Their losses contain it, and their bounds and KL do not."
    ]


def _name_variants(results: Results, attribute: str) -> list[str]:
    """Return the variants whose model has an attribute that is true."""
    return [
        name
        for name, variant in results.settings.variants.items()
        if getattr(variants.find_model(variant.model), attribute)
    ]


def _about_last_epochs(results: Results) -> list[str]:
    epochs = results.settings.train.epochs
    names = [
        cell["cell"]
        for cell in results.cells
        if find_best_epoch(results.curves[cell["cell"]]).epoch >= epochs
    ]
    if not names:
        return []
    if len(names) == len(results.cells):
        which = "Every cell"
    else:
        which = f"{len(names)} of {len(results.cells)} cells ({', '.join(names)})"
    return [
        f"{which} had the lowest validation loss in the last epoch allowed ({epochs}). Training "
        "was cut short, and longer training may change the scores, sparsity in particular."
    ]


def _about_resynthesis(results: Results) -> list[str]:
    train, sentences = results.settings.train, []
    if train.likelihood == "gaussian":
        sentences.append(
            f"The likelihood is a Gaussian likelihood of {train.representation}; the published "
            "figures were obtained with another likelihood."
        )
    if results.settings.resynthesize.decode == "sample":
        sentences.append("Speech is decoded from a sample of the posterior, not from its mean.")
    return sentences
