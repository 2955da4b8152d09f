"""How listeners are drawn: a home, a few scenes, and appetites for home and for the world.

What is known of real artists and of countries is given (see `knowledge`); everything else is
drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.sources.world.knowledge import (
    HOME_FAME_STEP,
    Artists,
    Country,
    make_artists,
    read_artists,
    read_countries,
)
from pipeline.sources.world.pools import Flags, Floats, Ints, Pools, Random, single_pool

# How hard the world is: tuned so that logistic regression on averaged word2vec vectors lands near
# the original's published .47. With 40,000 listeners, of whom those of 53 countries are kept, it
# reached accuracy .49, top-5 .76 and macro F1 .12.
HOME_APPETITE = 0.1  # mean share of a list drawn from home, where HOME_KNOWN artists are known
HOME_APPETITE_SHAPE = 0.6  # of its gamma law; the lower, the more listeners have little of it
HOME_KNOWN = 40  # real artists in world.csv of a country with the average appetite for itself
HOME_SCALE = 0.8  # a country with twice as many has 2**HOME_SCALE times the appetite
HOME_SCALE_RANGE = (0.25, 1.8)
COSMOPOLITAN_SHARE = 0.28  # listeners who seek nothing from home or its neighbours
NEIGHBOUR_APPETITE = 0.07  # mean share of a list drawn from neighbouring countries
SAME_REGION, SAME_TONGUE = 1.0, 2.0  # pull of a neighbour
COUNTRY_TILT = 0.15  # spread of the log popularity of one artist from country to country
REGION_TILT = 0.35  # the same from region to region
SCENE_LOCALITY = 0.25  # weight of home's scenes, against the world's, in what people follow
MIGRANT_SHARE = 0.04  # listeners whose home is not the country that they state
LIAR_SHARE = 0.025  # listeners who state any country at all, each equally often
MOST_LIARS = 0.8  # bound on their share in one country

# How popularity is spread.
FAME_STEP = 3.2  # abroad, one step of fame multiplies how often an artist is drawn by this

# What a listener looks like.
SCENES_A_LISTENER = 4
SCENE_FOCUS = 0.7  # Dirichlet concentration over the scenes; below 1, one of them dominates
LIST_LENGTH = 50
SHORT_LIST_SHARE = 0.06  # listeners with fewer artists than LIST_LENGTH
SHORTEST_LIST = 5
DRAWS = 128  # artists drawn per listener before repeats are dropped
SCROBBLES_MEDIAN = 14_000.0
SCROBBLES_SPREAD = 1.25  # standard deviation of ln(total scrobbles)
NO_TOTAL_SHARE = 0.003  # listeners without total scrobbles
LIST_SHARE = (5.0, 3.0)  # Beta law of the share of all scrobbles that the list holds
PLAYS_DECAY = (0.5, 1.6)  # bounds of a listener's exponent of plays by rank
DECAY_OFFSET = 2.0  # keeps the first few ranks close together

EASY_HOME_APPETITE = 0.9  # share of a list drawn from home at difficulty 0
CHUNK = 2048  # listeners drawn from one seed; changing it changes every world


@dataclass(frozen=True)
class World:
    """All that is fixed before the first listener is drawn.

    `stated` and `homes` are single pools of country indices; `scenes` and `neighbours` have a
    pool for each country; `artists_at` has, for n countries and m scenes, n * m pools of
    compatriots and then n * m pools of the whole world's artists as that country plays them.
    `local_pool` of shape (n, m) leads to the former, and round those that are empty.
    """

    countries: list[Country]
    artists: Artists
    stated: Pools
    homes: Pools
    lie_chance: Floats
    home_scale: Floats
    scenes: Pools
    neighbours: Pools
    artists_at: Pools
    local_pool: Ints
    difficulty: float


@dataclass(frozen=True)
class Listeners:
    """A chunk of listeners: `country` is what they state; -1 in `total` means unknown.

    `artist` and `plays` are of shape (n_listeners, LIST_LENGTH), best first; only the first
    `length` of each row are valid.
    """

    country: Ints
    home: Ints
    total: Ints
    length: Ints
    artist: Ints
    plays: Ints

    def head(self, count: int) -> Listeners:
        """The first `count` of them."""
        return Listeners(**{name: values[:count] for name, values in vars(self).items()})


def build_world(*, seed: int, countries: Sequence[str] | None, difficulty: float) -> World:
    """Everything that does not depend on how many listeners there will be."""
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    known = read_countries()
    chosen = _choose(known, countries)
    real = read_artists()
    scene_names = sorted({scene for _, _, scene, _ in real})
    scene_shares = _scene_shares(real, known, scene_names)
    by_country, scene = (grid.ravel() for grid in np.indices(scene_shares.shape))
    scenes = Pools.of(by_country, scene, scene_shares.ravel(), count=len(known))
    artists = make_artists(real, known, scene_names, scenes, random=random)
    homes = chosen & ~np.array([country.joke for country in known])
    counts = np.array([country.listeners for country in known], dtype=np.float64)
    artists_at, local_pool = _artist_pools(artists, known, homes, len(scene_names), random=random)
    every = np.arange(len(known))
    return World(
        countries=known,
        artists=artists,
        stated=single_pool(every[chosen], counts[chosen]),
        homes=single_pool(every[homes], counts[homes]),
        lie_chance=_lie_chance(counts, chosen, homes) * difficulty + ~homes * (1 - difficulty),
        home_scale=_home_scale(artists, len(known)),
        scenes=scenes,
        neighbours=_neighbours(known),
        artists_at=artists_at,
        local_pool=local_pool,
        difficulty=difficulty,
    )


def draw_listeners(
    world: World, *, listeners: int, seed: int
) -> Iterator[tuple[int, Listeners, Random]]:
    """Chunks of listeners: index of the first, the listeners, and the chunk's generator."""
    for number, first in enumerate(range(0, listeners, CHUNK)):
        sequence = np.random.SeedSequence(seed, spawn_key=(1, number))
        random = np.random.default_rng(sequence)
        chunk = _draw_chunk(world, random=random)
        yield first, chunk.head(listeners - first), random


def _choose(known: list[Country], codes: Sequence[str] | None) -> Flags:
    """Which countries take part."""
    if codes is None:
        return np.ones(len(known), dtype=np.bool_)
    if unknown := sorted(set(codes) - {country.code for country in known}):
        raise ValueError(
            f"the simulated world has no country {', '.join(unknown)}; expected ISO 3166-1 "
            f"alpha-2 codes among {', '.join(sorted(country.code for country in known))}"
        )
    if not any(country.code in codes and not country.joke for country in known):
        raise ValueError(
            f"nobody lives in {', '.join(codes) or 'an empty list of countries'}: "
            "name at least one country that is no joke, such as US"
        )
    return np.array([country.code in codes for country in known])


def _scene_shares(
    real: list[tuple[str, str, str, int]], known: list[Country], scenes: list[str]
) -> Floats:
    """What share of a country's taste each scene has, of shape (n_countries, n_scenes)."""
    place = {country.code: i for i, country in enumerate(known)}
    column = {scene: i for i, scene in enumerate(scenes)}
    world = np.zeros(len(scenes))
    local = np.zeros((len(known), len(scenes)))
    for _, code, scene, fame in real:
        world[column[scene]] += FAME_STEP**fame
        if code in place:
            local[place[code], column[scene]] += HOME_FAME_STEP**fame
    world /= world.sum()
    total = local.sum(axis=1, keepdims=True)
    local = np.divide(local, total, out=np.tile(world, (len(known), 1)), where=total > 0)
    mixed: Floats = SCENE_LOCALITY * local + (1 - SCENE_LOCALITY) * world
    return mixed


def _lie_chance(counts: Floats, chosen: Flags, homes: Flags) -> Floats:
    """Chance that somebody who states a country has a home drawn anew."""
    share = counts / counts[chosen].sum()
    liars = LIAR_SHARE / (chosen.sum() * share)
    chance: Floats = np.where(homes, np.minimum(MIGRANT_SHARE + liars, MOST_LIARS), 1.0)
    return chance


def _home_scale(artists: Artists, countries: int) -> Floats:
    """How much more than the average a country plays its own, by what is known of its music."""
    known = np.bincount(artists.country[artists.fame > 0] + 1, minlength=countries + 1)[1:]
    scale: Floats = np.clip((known / HOME_KNOWN) ** HOME_SCALE, *HOME_SCALE_RANGE)
    return scale


def _neighbours(known: list[Country]) -> Pools:
    """For each country, others of its region or tongue, larger ones more often."""
    region = np.array([country.region for country in known])
    tongue = np.array([country.tongue for country in known])
    size = np.sqrt([0.0 if country.joke else country.listeners for country in known])
    pull = SAME_REGION * (region[:, None] == region) + SAME_TONGUE * (tongue[:, None] == tongue)
    pull = pull * size
    np.fill_diagonal(pull, 0.0)
    alone = pull.sum(axis=1) == 0
    pull[alone, alone] = 1.0
    country, other = (grid.ravel() for grid in np.indices(pull.shape))
    return Pools.of(country, other, pull.ravel(), count=len(known))


def _artist_pools(
    artists: Artists, known: list[Country], homes: Flags, scenes: int, *, random: Random
) -> tuple[Pools, Ints]:
    """Pools of compatriots and of the world, and the way to the former; see `World`."""
    n = len(known)
    at_home = np.flatnonzero(artists.country >= 0)
    local = artists.country[at_home] * scenes + artists.scene[at_home]
    famous = np.flatnonzero(artists.fame > 0)
    region = np.unique([country.region for country in known], return_inverse=True)[1]
    tilt = COUNTRY_TILT * random.standard_normal((n, len(famous)))
    tilt += REGION_TILT * random.standard_normal((region.max() + 1, len(famous)))[region]
    weight = FAME_STEP ** artists.fame[famous] * np.exp(tilt)
    abroad = (n + np.arange(n)[:, None]) * scenes + artists.scene[famous]
    pools = Pools.of(
        np.concatenate([local, abroad[homes].ravel()]),
        np.concatenate([at_home, np.tile(famous, int(homes.sum()))]),
        np.concatenate([artists.popularity[at_home], weight[homes].ravel()]),
        count=2 * n * scenes,
    )
    size = np.bincount(local, weights=artists.popularity[at_home], minlength=n * scenes)
    size = size.reshape(n, scenes)
    own = np.arange(n * scenes).reshape(n, scenes)
    fullest = np.arange(n) * scenes + size.argmax(axis=1)
    return pools, np.where(size > 0, own, fullest[:, None])


def _draw_chunk(world: World, *, random: Random) -> Listeners:
    """CHUNK listeners."""
    nowhere = np.zeros(CHUNK, dtype=np.int64)
    stated = world.stated.draw(nowhere, random=random)
    elsewhere = random.random(CHUNK) < world.lie_chance[stated]
    home = np.where(elsewhere, world.homes.draw(nowhere, random=random), stated)
    length = np.where(
        random.random(CHUNK) < SHORT_LIST_SHARE,
        random.integers(SHORTEST_LIST, LIST_LENGTH, CHUNK),
        LIST_LENGTH,
    )
    artist, distinct = _first_distinct(_draw_artists(world, home, random=random))
    length = np.minimum(length, distinct)
    total = np.exp(random.normal(np.log(SCROBBLES_MEDIAN), SCROBBLES_SPREAD, CHUNK))
    total = np.maximum(total, 1).astype(np.int64)
    plays = _draw_plays(total, length, random=random)
    total[random.random(CHUNK) < NO_TOTAL_SHARE] = -1
    return Listeners(stated, home, total, length, artist, plays)


def _draw_appetites(world: World, home: Ints, *, random: Random) -> tuple[Floats, Floats]:
    """Shares of a listener's draws that go to home and to its neighbours."""
    mean = HOME_APPETITE * world.home_scale[home]
    own = random.gamma(HOME_APPETITE_SHAPE, mean / HOME_APPETITE_SHAPE)
    near = random.exponential(NEIGHBOUR_APPETITE, len(home))
    local = random.random(len(home)) >= COSMOPOLITAN_SHARE
    own, near = np.minimum(own * local, EASY_HOME_APPETITE), near * local
    own = world.difficulty * own + (1 - world.difficulty) * EASY_HOME_APPETITE
    return own, np.minimum(near * world.difficulty, 1 - own)


def _draw_artists(world: World, home: Ints, *, random: Random) -> Ints:
    """DRAWS artists for each listener, with repeats."""
    shape = (len(home), DRAWS)
    followed = world.scenes.draw(
        np.broadcast_to(home[:, None], (len(home), SCENES_A_LISTENER)), random=random
    )
    focus = np.cumsum(random.gamma(SCENE_FOCUS, size=followed.shape), axis=1)
    focus /= focus[:, -1:]
    which = (random.random(shape)[:, :, None] >= focus[:, None, :-1]).sum(axis=2)
    scene = np.take_along_axis(followed, which, axis=1)
    own, near = _draw_appetites(world, home, random=random)
    chance = random.random(shape)
    neighbourly = (chance >= own[:, None]) & (chance < (own + near)[:, None])
    place = np.tile(home[:, None], DRAWS)
    place[neighbourly] = world.neighbours.draw(place[neighbourly], random=random)
    worldly = world.local_pool.size + place * world.local_pool.shape[1] + scene
    local = chance < (own + near)[:, None]
    pool = np.where(local, world.local_pool[place, scene], worldly)
    return world.artists_at.draw(pool, random=random)


def _first_distinct(drawn: Ints) -> tuple[Ints, Ints]:
    """The first LIST_LENGTH distinct artists of each row, in order, and how many there are."""
    order = np.argsort(drawn, axis=1, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=1)
    new = np.ones(drawn.shape, dtype=np.bool_)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.empty_like(new)
    np.put_along_axis(first, order, new, axis=1)
    front = np.argsort(~first, axis=1, kind="stable")[:, :LIST_LENGTH]
    return np.take_along_axis(drawn, front, axis=1), np.minimum(first.sum(axis=1), LIST_LENGTH)


def _draw_plays(total: Ints, length: Ints, *, random: Random) -> Ints:
    """Plays by rank, never rising, of shape (n_listeners, LIST_LENGTH); 0 past the length."""
    rank = np.arange(LIST_LENGTH)
    decay = random.uniform(*PLAYS_DECAY, (len(total), 1))
    step = random.exponential(size=(len(total), LIST_LENGTH)) * decay / (rank + DECAY_OFFSET)
    weight = np.exp(-np.cumsum(step, axis=1)) * (rank < length[:, None])
    weight /= weight.sum(axis=1, keepdims=True)
    held = total * random.beta(*LIST_SHARE, len(total))
    plays = np.maximum(np.floor(held[:, None] * weight), 1).astype(np.int64)
    valid: Ints = plays * (rank < length[:, None])
    return valid
