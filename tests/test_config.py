from __future__ import annotations

import pytest

from pipeline import config
from pipeline.config import Config, OptionError


@pytest.mark.parametrize("name", config.presets())
def test_every_preset_can_be_loaded(name: str) -> None:
    assert isinstance(config.load(name), Config)


def test_the_presets_are_those_that_are_documented() -> None:
    assert set(config.presets()) >= {"demo", "original", "tiny"}


def every_option(model: type, prefix: str = "") -> list[tuple[str, str | None]]:
    found = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and hasattr(kind, "model_fields"):
            found += every_option(kind, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", field.description))
    return found


@pytest.mark.parametrize(("name", "description"), every_option(Config))
def test_every_option_says_what_it_is(name: str, description: str | None) -> None:
    assert description, name
    assert description.endswith("."), name


def test_the_original_has_the_published_hyperparameters() -> None:
    chosen = config.load("original")
    assert chosen.embed_artists.vector_size == 128
    assert chosen.embed_artists.window == 5
    assert chosen.embed_artists.negative == 0
    assert chosen.embed_artists.epochs == 1
    assert chosen.embed_artists.repeat_by_plays
    assert (chosen.train.logistic.l2, chosen.train.logistic.max_iterations) == (0.01, 10)
    flat = chosen.train.flat
    assert (flat.learning_rate, flat.leaves, flat.min_in_leaf, flat.rounds) == (0.05, 63, 50, 100)
    assert (flat.weight_cap, chosen.train.within.weight_cap) == (5.0, 3.0)
    assert chosen.train.region.min_in_leaf == 100
    assert chosen.train.top_regions == 3
    assert chosen.clean.min_listeners == 51


def test_single_options_come_last() -> None:
    chosen = config.load("tiny", ["embed_artists.epochs=9", "regions=m49", "seed=4"], name="world")
    assert chosen.embed_artists.epochs == 9
    assert chosen.embed_artists.vector_size == 16
    assert (chosen.regions, chosen.seed) == ("m49", 4)


def test_a_path_given_as_a_plain_word_is_text() -> None:
    chosen = config.load(None, ["source.users_path=data/users.csv"])
    assert str(chosen.source.users_path) == "data/users.csv"


def test_all_wrong_options_are_listed_at_once() -> None:
    with pytest.raises(OptionError) as caught:
        config.load(None, ["clean.min_listener=5", "split.train=2", "nothing.at_all=1"])
    message = str(caught.value)
    for words in ("clean.min_listener:", "split.train:", "nothing:", "clean.min_listeners"):
        assert words in message


@pytest.mark.parametrize("assignment", ["seed", "=4", ""])
def test_what_is_no_assignment_is_refused(assignment: str) -> None:
    with pytest.raises(OptionError, match=r"expected stage\.option=value"):
        config.load(None, [assignment])


def test_an_unknown_preset_names_those_that_there_are() -> None:
    with pytest.raises(OptionError, match=r"there are: demo, large, original, tiny"):
        config.load("huge")


def test_options_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load("tiny").seed = 3  # type: ignore[misc]


def test_one_option_of_a_group_leaves_the_others_as_the_group_has_them() -> None:
    """The second layer learns more slowly than trees do by default; asking for fewer rounds of it
    changes nothing else."""
    within = config.load(None, ["train.within.rounds=7"]).train.within
    assert within.rounds == 7
    assert (within.learning_rate, within.weight_cap) == (0.03, 3.0)
