"""What a reader has to know before drawing conclusions from a run."""

from sdmvae.evaluation import tables
from sdmvae.evaluation.results import Results
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
    test = results.manifest[results.manifest["split"] == "test"]
    speakers = test["speaker"].nunique()
    if speakers < 2:
        return [
            "There is only one test speaker. There are therefore no intervals, and no difference "
            "between cells can be called clear."
        ]
    return [
        f"± is half the width of a 95 % interval over {speakers} test speakers, not over seeds. "
        "The intervals of PESQ are wide because speakers differ. Cells are compared within the "
        "same utterances, so the difference between two cells can be clear even if their own "
        "intervals overlap. Each pair of cells is compared separately: if no cells differed, "
        "about one comparison in twenty would still show a clear difference."
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
