import pytest
from recommender.errors import RecommenderError
from recommender.options import Choice
from recommender.training.hyperparameters import FORMER_NAMES, Hyperparameters
from recommender.training.option_table import OPTIONS, default_of, parse_options

ALGORITHMS = OPTIONS["algorithm"]
assert isinstance(ALGORITHMS, Choice)

ORDER = {"input_table": "d.s.ratings", "output_table": "d.s.out", "artifact_uri": "s3://b/k"}


@pytest.mark.parametrize("algorithm", ALGORITHMS.allowed)
def test_defaults_are_values_that_may_be_asked_for(algorithm):
    defaults = parse_options({"algorithm": algorithm}).as_dict()
    stated = {name for name in OPTIONS if default_of(name, algorithm) is not None}
    assert defaults.keys() == stated
    asked = parse_options({name: str(value) for name, value in defaults.items()})
    assert asked.as_dict() == defaults
    assert Hyperparameters.parse(ORDER | {"algorithm": algorithm}).options == asked
    assert all(option.meaning for option in OPTIONS.values())


def test_scikit_surprise_keeps_its_own_defaults():
    options = parse_options({"algorithm": "svd"})
    assert (options.n_factors, options.n_epochs, options.lr_all, options.reg_all) == (
        (100, 20, 0.005, 0.02)
    )
    assert (options.lr_decay, options.init_std_dev) == (1.0, 0.1)


def test_strings_become_numbers():
    strings = ORDER | {"n_factors": "7", "lr_all": "1e-2", "reg_all": ".5", "seed": "4294967295"}
    options = Hyperparameters.parse(strings).options
    assert (options.n_factors, options.lr_all, options.reg_all) == (7, 0.01, 0.5)
    assert options.seed == 2**32 - 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("algorithm", "svd++"),
        ("ranking", ""),
        ("lr_decay", "1.1"),
        ("n_factors", "0"),
        ("n_factors", "1001"),
        ("n_factors", "10.0"),
        ("n_factors", "ten"),
        ("n_factors", ""),
        ("n_factors", "1_0"),
        ("n_factors", "٣"),
        ("lr_all", "nan"),
        ("lr_all", "inf"),
        ("lr_all", "1e999"),
        ("lr_all", "0"),
        ("lr_all", "1.01"),
        ("reg_all", "-0.1"),
        ("seed", "-1"),
        ("seed", "9" * 30),
        ("top_n", "0"),
        ("folds", "1"),
    ],
)
def test_a_bad_value_is_named(name, text):
    with pytest.raises(RecommenderError, match=rf"^The option {name} must be (a|one of) .*\.$"):
        parse_options({name: text})


def test_an_unknown_option_is_named_with_the_known_ones():
    with pytest.raises(RecommenderError, match=r"no option 'n_factor'; .* n_factors"):
        parse_options({"n_factor": "10"})


@pytest.mark.parametrize("name", list(ORDER))
def test_a_missing_required_hyperparameter_is_named(name):
    with pytest.raises(RecommenderError, match=f"must pass {name}"):
        Hyperparameters.parse({key: value for key, value in ORDER.items() if key != name})


@pytest.mark.parametrize(("former", "name"), list(FORMER_NAMES.items()))
def test_a_former_name_of_a_table_is_still_understood(former, name):
    order = Hyperparameters.parse(ORDER | {former: "d.s.known"})
    assert str(getattr(order, name)) == "D.S.KNOWN"
    assert order == Hyperparameters.parse(ORDER | {name: "d.s.known"})


def test_output_may_not_be_the_input_however_it_is_spelled():
    with pytest.raises(RecommenderError, match="is the input table"):
        Hyperparameters.parse(ORDER | {"output_table": '"D"."S".ratings'})
