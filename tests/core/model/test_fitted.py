"""Fitted recipes: how models combine into layers, and what their files say when broken."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from pipeline.core.model import fitted
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import FittedRecipe
from pipeline.core.model.models import Constant, Linear

WORLD = {
    "countries": ("PL", "BR", "CZ"),
    "regions": ("Central / Eastern Europe", "Latin America"),
    "region_of": (0, 1, 0),
    "features": ("vectors",),
    "dimensions": 2,
}


def listeners(n=2, dimensions=2, scrobbles=None):
    vectors = np.arange(n * dimensions, dtype=np.float32).reshape(n, dimensions)
    heard = np.zeros((n, 5), dtype=np.float32)
    known = np.zeros(n, dtype=np.int32)
    return Features(vectors, scrobbles, csr_matrix((n, 5)), known, heard, heard)


def one_layer(**changes):
    models = {"countries": Constant((0.5, 0.2, 0.3))}
    return FittedRecipe(
        **{**WORLD, "recipe": "one", "models": models, "temperatures": {}, **changes}
    )


def two_layers(**changes):
    models = {
        "regions": Constant((0.8, 0.2)),
        "Central / Eastern Europe": Constant((0.9, 0.1)),
        "Latin America": Constant((1.0,)),
    }
    whole = {**WORLD, "recipe": "two", "models": models, "temperatures": {}, **changes}
    return FittedRecipe(**whole)


def test_one_layer_is_split_into_regions():
    layers = one_layer().predict(listeners())
    assert one_layer().layers == 1
    assert_allclose(layers.country, [[0.5, 0.2, 0.3]] * 2)
    assert_allclose(layers.region, [[0.8, 0.2]] * 2)
    assert_allclose(layers.within, [[0.625, 1.0, 0.375]] * 2)


def test_two_layers_are_multiplied():
    layers = two_layers().predict(listeners())
    assert two_layers().layers == 2
    assert_allclose(layers.region, [[0.8, 0.2]] * 2)
    assert_allclose(layers.within, [[0.9, 1.0, 0.1]] * 2)
    assert_allclose(layers.country, [[0.72, 0.2, 0.08]] * 2)


def test_only_the_likeliest_regions_count_where_asked():
    layers = two_layers(top_regions=1).predict(listeners())
    assert_allclose(layers.country, [[0.9, 0.0, 0.1]] * 2)
    assert_allclose(layers.region, [[0.8, 0.2]] * 2)


def test_each_model_has_its_temperature():
    # Square roots of 0.8 and 0.2 are as 2 to 1; of 0.9 and 0.1 as 3 to 1.
    temperatures = {"regions": 2.0, "Central / Eastern Europe": 2.0}
    layers = two_layers(temperatures=temperatures).predict(listeners())
    assert_allclose(layers.region, [[2 / 3, 1 / 3]] * 2)
    assert_allclose(layers.within, [[0.75, 1.0, 0.25]] * 2)
    assert_allclose(layers.country, [[0.5, 1 / 3, 1 / 6]] * 2)


def test_batches_give_what_one_does(monkeypatch):
    recipe = reading_scrobbles()
    scrobbles = np.arange(7, dtype=np.float32)
    at_once = recipe.predict(listeners(7, scrobbles=scrobbles))
    monkeypatch.setattr(fitted, "BATCH", 3)
    batched = recipe.predict(listeners(7, scrobbles=scrobbles))
    for layer in ("country", "region", "within"):
        assert_array_equal(getattr(batched, layer), getattr(at_once, layer))


def test_nobody_gets_empty_layers():
    layers = two_layers().predict(listeners(0))
    assert layers.country.shape == (0, 3) and layers.region.shape == (0, 2)


def test_vectors_of_another_length_are_refused():
    with pytest.raises(ValueError, match="reads vectors of 2 dimensions, vectors of 3 came"):
        one_layer().predict(listeners(dimensions=3))


def test_models_that_do_not_cover_the_layers_are_refused():
    with pytest.raises(ValueError, match=r"needs the models .*Latin America.*came with .'regions'"):
        two_layers(models={"regions": Constant((0.8, 0.2))})


def reading_scrobbles():
    """A recipe whose only say is log scrobbles, around a mean of 4."""
    model = Linear(
        means=np.array([0.0, 0.0, 4.0]),
        scales=np.ones(3),
        coefficients=np.array([[0, 0, 1.0], [0, 0, 0], [0, 0, 0]]),
        intercepts=np.zeros(3),
    )
    names = ("vectors", "log_scrobbles")
    return one_layer(models={"countries": model}, features=names)


def test_scrobbles_that_nobody_gave_count_as_the_mean():
    absent = reading_scrobbles().predict(listeners())
    mean = reading_scrobbles().predict(listeners(scrobbles=np.full(2, 4.0, np.float32)))
    more = reading_scrobbles().predict(listeners(scrobbles=np.full(2, 6.0, np.float32)))
    assert_array_equal(absent.country, mean.country)
    assert (more.country[:, 0] > mean.country[:, 0]).all()


def test_scrobbles_that_no_model_reads_are_left_out():
    given_ = one_layer().predict(listeners(scrobbles=np.ones(2, np.float32)))
    assert_array_equal(given_.country, one_layer().predict(listeners()).country)


@pytest.mark.parametrize("recipe", [one_layer(), two_layers(), reading_scrobbles()])
def test_files_give_the_same_recipe_back(tmp_path, recipe):
    recipe.save(tmp_path / "models" / "it")
    again = FittedRecipe.load(tmp_path / "models" / "it", threads=1)
    before, after = recipe.predict(listeners()), again.predict(listeners())
    for layer in ("country", "region", "within"):
        assert_array_equal(getattr(after, layer), getattr(before, layer))
    for name in ("recipe", "layers", *WORLD, "top_regions"):
        assert getattr(again, name) == getattr(recipe, name)


def test_temperatures_and_top_regions_are_kept(tmp_path):
    two_layers(temperatures={"regions": 1.7}, top_regions=1).save(tmp_path)
    again = FittedRecipe.load(tmp_path)
    assert again.temperatures["regions"] == 1.7
    assert again.temperatures["Latin America"] == 1.0
    assert again.top_regions == 1


def test_each_model_has_a_file_whatever_its_region_is_called(tmp_path):
    two_layers().save(tmp_path)
    files = {"recipe.json", "regions.json", "within_00.json", "within_01.json"}
    assert {path.name for path in tmp_path.iterdir()} == files


def test_an_empty_folder_is_no_recipe(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"recipe\.json is missing; train"):
        FittedRecipe.load(tmp_path)


def test_all_missing_files_are_named(tmp_path):
    two_layers().save(tmp_path)
    (tmp_path / "within_00.json").unlink()
    (tmp_path / "regions.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks regions\.json, within_00\.json; train"):
        FittedRecipe.load(tmp_path)


def broken(tmp_path, change):
    two_layers().save(tmp_path)
    path = tmp_path / "recipe.json"
    header = json.loads(path.read_text())
    change(header)
    path.write_text(json.dumps(header))
    return tmp_path


def test_all_missing_fields_are_named(tmp_path):
    def change(header):
        del header["region_of"], header["countries"], header["models"][1]["kind"]

    with pytest.raises(ValueError, match="lacks countries, region_of, models: kind; train"):
        FittedRecipe.load(broken(tmp_path, change))


def test_an_unknown_kind_of_model_is_named(tmp_path):
    def change(header):
        header["models"][0]["kind"] = "oracle"

    with pytest.raises(ValueError, match="oracle; known are: constant, linear, network, "):
        FittedRecipe.load(broken(tmp_path, change))


@pytest.mark.parametrize("text", ["{", "[1, 2]"])
def test_a_header_that_is_no_header_is_refused(tmp_path, text):
    (tmp_path / "recipe.json").write_text(text)
    with pytest.raises(ValueError, match="JSON"):
        FittedRecipe.load(tmp_path)
