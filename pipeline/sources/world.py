"""The simulated world: invented listeners of real and invented artists, written as files.

The files have the layout of the ``lastfm_500k`` source, flaws included (missing play counts,
mis-decoded names, joke countries), so that a fresh machine has something to build from. What is
known of real artists stands in ``world.csv`` (from general knowledge), what is known of countries
in ``world_countries.csv``; everything else is drawn. A listener has a home, a few scenes, and an
appetite for music from home, from the neighbours, and for what the whole world plays.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Random = np.random.Generator

HERE = Path(__file__).parent
USERS = "users"
PLAYS = "user_top_artists"

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
HOME_FAME_STEP = 1.6  # the same among compatriots, who know their small names too
INVENTED_SHARE = 0.4  # share of the draws from a country that goes to its invented artists
ZIPF_EXPONENT = 0.85  # the n-th invented artist is drawn as often as (n + ZIPF_OFFSET)**-exponent
ZIPF_OFFSET = 8.0
INVENTED_LEAST = 300  # invented artists of the smallest country
INVENTED_PER_LISTENER = 0.8  # more of them for each listener counted there

# What a listener looks like.
SCENES_A_LISTENER = 4
SCENE_FOCUS = 0.7  # Dirichlet concentration over the scenes; below 1, one of them dominates
LIST_LENGTH = 50
SHORT_LIST_SHARE = 0.06  # listeners with fewer artists than LIST_LENGTH
SHORTEST_LIST = 5
DRAWS = 128  # artists drawn per listener before repeats are dropped
SCROBBLES_MEDIAN = 14_000.0
SCROBBLES_SPREAD = 1.25  # standard deviation of ln(total scrobbles)
LIST_SHARE = (5.0, 3.0)  # Beta law of the share of all scrobbles that the list holds
PLAYS_DECAY = (0.5, 1.6)  # bounds of a listener's exponent of plays by rank
DECAY_OFFSET = 2.0  # keeps the first few ranks close together

# Flaws of the original files.
UNLABELLED_SHARE = 0.03  # listeners without a country, in one of the spellings below
UNLABELLED: tuple[str | None, ...] = (None, "", "none", "null")
NO_TOTAL_SHARE = 0.003  # listeners without total scrobbles
NO_PLAYCOUNT_SHARE = 0.004  # plays without a count
MOJIBAKE_SHARE = 0.04  # plays whose name, where not ASCII, was read as Mac Roman, not UTF-8
MBID_SHARE = (0.25, 0.85)  # invented and real artists that have a MusicBrainz id
NO_MBID_SHARE = 0.05  # plays that lack the id that their artist has

EASY_HOME_APPETITE = 0.9  # share of a list drawn from home at difficulty 0

FIRST_USER_ID = 1_000_001
CHUNK = 2048  # listeners drawn from one seed; changing it changes every world
NAME_STRIDE = 1_000_003  # a prime above the count of any part of a name: scatters numbers


@dataclass(frozen=True)
class Tongue:
    """Parts of invented names, parted by spaces (frames: by ``|``); `joint` joins the parts.

    A name is a frame around a beginning, one or two middles and an ending.
    """

    frames: str
    beginnings: str
    middles: str
    endings: str
    joint: str = ""

    def names(self, count: int) -> list[str]:
        """`count` names, mostly distinct; ValueError when there are not so many."""
        frames, endings = self.frames.split("|"), self.endings.split()
        beginnings, middles = self.beginnings.split(), self.middles.split()
        capacity = len(frames) * len(beginnings) * len(endings) * len(middles)
        if count > capacity:
            capacity *= len(middles) + 1
        if count > capacity:
            raise ValueError(f"{count:,} names asked of a tongue that has {capacity:,}: {self}")
        rest = np.arange(count, dtype=np.int64) * NAME_STRIDE % capacity
        rest, frame = np.divmod(rest, len(frames))
        rest, beginning = np.divmod(rest, len(beginnings))
        rest, ending = np.divmod(rest, len(endings))
        second, first = np.divmod(rest, len(middles))
        heads = [f"{b}{self.joint}{m}{self.joint}" for b in beginnings for m in middles]
        tails = ["", *(f"{m}{self.joint}" for m in middles)]
        head = beginning * len(middles) + first
        parts = zip(frame.tolist(), head.tolist(), second.tolist(), ending.tolist(), strict=True)
        return [frames[f].format(heads[h] + tails[t] + endings[e]) for f, h, t, e in parts]


TONGUES = {
    "african": Tongue(
        "{}|{} Band|Orchestra {}|{} Stars",
        "Aba Ade Bako Chi Dumi Eba Fola Gami Imba Jabu Kwe Lulu Mako Nda Oba Sipho Tama Zan",
        "da ka la ma na ra sha ya ndo mbe",
        "ba di ka lo mi nga ni re so wa zi tu",
    ),
    "albanian": Tongue(
        "{}|Grupi {}|{} Band",
        "Ar Besh Dri Er Fat Gje Il Kre Lu Mir Shke Ve",
        "ja li na ri ta the",
        "ni sa zi a ku shi ra",
    ),
    "arabic": Tongue(
        "{}|Firqat {}|Al-{}",
        "Ab Bad Dal Far Ghas Hay Jam Kar Lay Mar Naj Qas Raf Sal Tar Waj Zay Sham",
        "a i u aa ee ali ami",
        "dan far him la mal nour ra sim wan zat man bah",
    ),
    "baltic": Tongue(
        "{}|Grupa {}|{} Band",
        "Aus Bal Dau Gin Jur Kal Lai Mil Rū Sau Vėj Žal",
        "da gi ka li mė na ri to",
        "nis tas lė mas vis ra la sta",
    ),
    "balkan": Tongue(
        "{}|Grupa {}|{} bend|Orkestar {}",
        "Bra Cve Div Dra Gor Jad Kos Lju Mil Neš Pod Ras Sla Stan Vuk Zor Žar Šum",
        "a e i o ali eno ovo ina iva uka",
        "ber dan čić kov lja mir nik rac šta tak var vić",
    ),
    "caucasian": Tongue(
        "{}|{} Ensemble|Trio {}",
        "Ar Gev Kha Lev Mta Nar Sa Tig Va Zu",
        "a i o ura eli ane",
        "dze gva kert lani ri shvil tsa van yan",
    ),
    "chinese": Tongue(
        "{}|{}乐队|小{}",
        "白 蓝 黑 红 青 夜 云 雨 风 海 山 月 星 花 鱼 鹿 金 银 木 石",
        "色 之 上 下 中 里 外 边 前 后",
        "城 塔 桥 街 鸟 火 声 梦 光 影 站 船 路 岛",
    ),
    "cyrillic": Tongue(
        "{}|Группа {}|{} и Ко|Проект {}",
        "Бел Вол Глуб Дал Жар Зар Ил Кар Лад Мор Неб Ост Пол Рос Сев Тум Хол Чер Шум Яс",
        "а е и о ова ени ола уна ьна ера ича яга",
        "вин град дар жан кус лик мир нец рок сон тан форт ход цвет щик",
    ),
    "czech": Tongue(
        "{}|{} Band|Kapela {}",
        "Bo Čer Dou Hav Jez Klo Lip Mra Oř Pod Rych Stu Tř Vln Zub Želez",
        "a e i o ové ina ulo ení",
        "bar cha dlo ek hora ka ník pek ský tlo vec",
    ),
    "dutch": Tongue(
        "{}|De {}|{} en Zoon",
        "Ach Bak Drie Goud Hoog Jager Kool Lange Meer Noor Oud Rood Storm Veen Water Zilver",
        "e er en ing el aar ster",
        "berg dijk goot huis kade lust man molen plein sluis vogel wind",
    ),
    "english": Tongue(
        "{}|The {}|{} Club",
        "Pale Silver Hollow Northern Velvet Broken Little Electric Golden Quiet Crooked Second"
        " Paper Winter Distant Copper Faded Wooden Glass Sunday Honest Burning Lonesome Violet"
        " Static Tidal Amber Iron Midnight Plastic Marble Gentle Rusted Summer Neon Salted Borrowed"
        " Narrow Scarlet Waxen",
        "Harbour Garden Motor River Thunder Mirror Pepper Lantern Sparrow Station Orchard Canyon"
        " Window Candle Ribbon Saddle Comet Pigeon Valley Radio Timber Meadow Anchor Circus",
        "Parade Brothers Machine Kids Theory Revival Sisters Choir Letters Arcade Engine Avenue"
        " Holiday Ghosts Signal Weather Company Riot Dancers Union Fever Hearts Territory Drive"
        " Estate Ritual Wolves Collective Season Horses Sound Trust Movement Pilots Transit"
        " Method",
        joint=" ",
    ),
    "finnic": Tongue(
        "{}|{} Orkesteri|Yhtye {}",
        "Aho Hal Ilo Jär Kai Kuu Lumi Mus Nii Pih Rau Sii Suo Tuu Vii Yö",
        "ka la ma na ri sa ta va vä",
        "haukka koski lintu maa nen pelto ranta saari tuli virta",
    ),
    "french": Tongue(
        "{}|Les {}|La Bande {}|{} et Fils",
        "Beau Char Clair Dou Fleur Gran Hau Jou Lune Mar Nuit Pier Rous Sau Tour Ver",
        "a e i o elle ine ange ou",
        "bois chet dor fort lac mont nard pont rive sel teau vin",
    ),
    "german": Tongue(
        "{}|Die {}|{} Kapelle|Projekt {}",
        "Al Bach Dorn Eisen Feld Gold Herbst Klang Licht Mond Nacht Regen Silber Stern Wald Wind",
        "e er en el inger ig",
        "baum brand fels garten hall herz kind mann ruf spiel traum werk zeit",
    ),
    "greek": Tongue(
        "{}|Oi {}|{} Trio",
        "An Dim El Fil Kal Lam Mel Nik Pan Sot Thal Vas Xen Zaf",
        "a e i o ou ari eni",
        "dis karis las mos nos poulos ra sis tza vas",
    ),
    "hebrew": Tongue(
        "{}|Lehakat {}|{} Project",
        "Al Bar Dor Esh Gal Ha Kol Lev Mor Nir Or Sha Tal Ya",
        "a e i o ana eli",
        "dan gev lim mon nai rit shir tan vy zohar",
    ),
    "hungarian": Tongue(
        "{}|{} Zenekar|Trió {}",
        "Ár Bor Csil Er Föl Gyö Hol Kék Lán Mez Ny Ős Szél Tüz Vir Zöld",
        "a e i ö ala ele",
        "csa dor fi gány kő lom ngó pár rág só vár",
    ),
    "indic": Tongue(
        "{}|{} Project|The {} Band",
        "An Bha Chan Deep Gau Har In Jay Kir Lak Man Nir Pra Raj San Tar Vik Yash",
        "a i u ana ira eshi ava",
        "dev gar jeet kar lata mohan nath pal ri sen tara veer",
    ),
    "indochinese": Tongue(
        "{}|Nhóm {}|{} Band",
        "An Bình Chan Dao Giang Huong Kham Lan Minh Nong Phu Som Thanh Viet",
        "a i o ara ee on",
        "chai dee khao linh mai ngoc phat rung suk thi",
    ),
    "italian": Tongue(
        "{}|I {}|Gli Amici di {}|{} Trio",
        "Al Bel Car Dol Fer Gra Luc Mar Neb Oro Pas Ros Sal Tem Val Ver",
        "a e i o ina ello ura ami",
        "bosco china duro forte lani mondo netti ponte rella sera tano vento",
    ),
    "japanese": Tongue(
        "{}|{} Band|ザ・{}|{} Orchestra",
        "Aka Aoi Fuyu Hana Haru Hoshi Kage Kawa Kumo Midori Mori Nami Sora Tori Tsuki Umi Yama",
        "no ga mi ri ha to ku sa",
        "hashi kaze koe machi michi neko oto sakana shima yume wa zora",
    ),
    "korean": Tongue(
        "{}|{} Band|The {}",
        "Ba Cho Da Gang Ha Ji Kyu Mi Na Sae So Yeo",
        "ra neul dam byeol eun ga",
        "bi dal gil kkot ram san sori won",
    ),
    "malay": Tongue(
        "{}|Orkes {}|{} Band|Kelompok {}",
        "Ba Ci Da Gem Hu Ja Ka La Ma Nu Pa Ra Sa Te Wa",
        "ha la ma na ri ta yu ngi",
        "gara kasa lang mani ndu pura rasa tari wangi yan",
    ),
    "mongolic": Tongue(
        "{}|{} Khamtlag", "Al Bat Khu Mun Tem Sar", "a u ai ta", "gan khan tuya ral"
    ),
    "nordic": Tongue(
        "{}|De {}|{} Orkester",
        "Berg Dal Elv Fjäll Gran Hav Is Lund Måne Natt Rød Skog Snö Sol Storm Ulv",
        "e a en ar ig inga",
        "blom dans fall ström heim hund kvist lys mark ros sang stein vik",
    ),
    "persian": Tongue(
        "{}|Goruh-e {}|{} Ensemble",
        "Ar Bah Dar Far Gol Ja Kav Mah Nav Par Roz Sha Tar Zar",
        "a i e ana ami",
        "bad dar gan mehr nam rang shid tab var zad",
    ),
    "polish": Tongue(
        "{}|Zespół {}|{} i Przyjaciele|Projekt {}",
        "Brzo Ciem Dziw Gór Jas Kos Las Mgł Nie Ow Pol Rdz Smu Świt Trz Wie Zim Żół",
        "a e i o owa ina ęto ysz",
        "bor cień dło grom ka lec miń nica rak ska tor wiatr",
    ),
    "portuguese": Tongue(
        "{}|Os {}|Banda {}|Grupo {}|MC {}|Trio {}",
        "Al Bel Cam Cor Dou Es Flor Gua Ip Jac Lua Mar Nev Ouro Par Ri Sam Tam Ver Vi",
        "a e i o ara eni ira oce umbi asso ura ita",
        "bela cão doro gão leiro mar nema poeira queira rosa sina tiba valho xim zal",
    ),
    "romanian": Tongue(
        "{}|Trupa {}|{} Band",
        "Al Bră Co Dor Fă Grâ Lun Mă Nor Pă Ră Stea Ți Vân",
        "a e i ă ela inu",
        "bescu dor frunză lac mure nescu reanu sat țel vara",
    ),
    "spanish": Tongue(
        "{}|Los {}|Grupo {}|La {}|{} y su Banda",
        "Al Bar Cal Cor Dor Es Fue Gar Hor Jil Lun Mar Nor Oro Pal Que Ron Sal Tor Ver Zar",
        "a e i o ami ero ina orre ubi alle",
        "bero cielo dura gal llo mar nada piedra quillo rosa sombra tero vega zano",
    ),
    "turkic": Tongue(
        "{}|Grup {}|{} Orkestrası",
        "Ak Bul Çam Dağ Ela Gök Işık Kar Mor Nar Öz Rüz Su Taş Yel Zey",
        "a e ı i ala eni",
        "başı can dere gül kaya lar mavi oğlu sel tan yol",
    ),
}


@dataclass(frozen=True)
class Country:
    """A row of ``world_countries.csv``; `listeners` is the original's count in training."""

    code: str
    label: str
    region: str
    listeners: int
    tongue: str
    joke: bool


@dataclass(frozen=True)
class Artists:
    """Real artists, then invented ones; the arrays are of shape (n_artists,).

    `country` is an index into the list of countries, -1 for a home outside it; `fame` is 0 for
    an invented artist; `popularity` compares the artists of one country; `mbids` holds None for
    an artist without id.
    """

    names: list[str]
    country: Ints
    scene: Ints
    fame: Ints
    popularity: Floats
    mbids: list[str | None]


@dataclass(frozen=True)
class Pools:
    """Many weighted draws in one sorted array.

    The entries of pool p have a `position` in (p, p + 1], as far apart as they are likely, so
    that a uniform u is drawn from pool p by searching p + u.
    """

    position: Floats
    item: Ints
    last: Ints

    @classmethod
    def of(cls, pool: Ints, item: Ints, weight: Floats, *, count: int) -> Pools:
        """Pools from entries in any order; a pool without entries must never be drawn from."""
        order = np.argsort(pool, kind="stable")
        pool, item, weight = pool[order], item[order], weight[order]
        size = np.bincount(pool, minlength=count)
        end = np.cumsum(size)
        running = np.concatenate([[0.0], np.cumsum(weight)])
        base, total = running[end - size], running[end] - running[end - size]
        position = pool + np.minimum((running[1:] - base[pool]) / total[pool], 1.0)
        return cls(position, item, end - 1)

    def draw(self, pool: Ints, *, random: Random) -> Ints:
        """One item for each entry of `pool`, of its shape."""
        at = np.searchsorted(self.position, pool + random.random(pool.shape), side="right")
        return self.item[np.minimum(at, self.last[pool])]


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


def write_world(
    folder: Path,
    *,
    listeners: int,
    seed: int = 0,
    countries: Sequence[str] | None = None,
    difficulty: float = 1.0,
    as_parquet: bool = False,
    progress: Callable[[float, str], None] | None = None,
) -> None:
    """Write ``users`` and ``user_top_artists`` of a simulated world into `folder`.

    The same arguments give the same bytes, and the first listeners of a larger world are those
    of a smaller one.

    Parameters
    ----------
    folder : Path
        Made when absent; files of the same names are replaced.
    listeners : int
        Rows of ``users``, those without a country included.
    seed : int
        Another seed gives other listeners, other invented artists and other tastes.
    countries : sequence of str, optional
        ISO 3166-1 alpha-2 codes that listeners may live in and state; all 119 when None.
    difficulty : float
        From 0 (taste and label reveal the home) to 1 (as hard as the original).
    as_parquet : bool
        Parquet files, with playcount as text as in the original, instead of CSV.
    progress : callable, optional
        Called with the fraction done and a sentence after each chunk.

    Raises
    ------
    ValueError
        If an argument is out of bounds, a code is unknown, or all codes are jokes.
    FileExistsError
        If `folder` holds the same tables in the other format, which a reader would mix up.
    """
    _check(folder, listeners=listeners, difficulty=difficulty, as_parquet=as_parquet)
    world = build_world(seed=seed, countries=countries, difficulty=difficulty)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        users, plays = (
            stack.enter_context(_writer(folder, name, schema, as_parquet=as_parquet))
            for name, schema in _schemas(as_parquet=as_parquet).items()
        )
        vocabulary = _vocabulary(world.artists)
        for first, chunk, random in draw_listeners(world, listeners=listeners, seed=seed):
            users.write_table(_users(world, chunk, first=first, random=random))
            table = _plays(vocabulary, chunk, first=first, random=random)
            plays.write_table(table.cast(plays.schema) if as_parquet else table)
            if progress is not None:
                done = first + len(chunk.home)
                progress(done / listeners, f"simulated {done:,} of {listeners:,} listeners")


def build_world(*, seed: int, countries: Sequence[str] | None, difficulty: float) -> World:
    """Everything that does not depend on how many listeners there will be."""
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    known = read_countries()
    chosen = _choose(known, countries)
    real = _read_artists()
    scene_names = sorted({scene for _, _, scene, _ in real})
    scene_shares = _scene_shares(real, known, scene_names)
    by_country, scene = (grid.ravel() for grid in np.indices(scene_shares.shape))
    scenes = Pools.of(by_country, scene, scene_shares.ravel(), count=len(known))
    artists = _make_artists(real, known, scene_names, scenes, random=random)
    homes = chosen & ~np.array([country.joke for country in known])
    counts = np.array([country.listeners for country in known], dtype=np.float64)
    artists_at, local_pool = _artist_pools(artists, known, homes, len(scene_names), random=random)
    every = np.arange(len(known))
    return World(
        countries=known,
        artists=artists,
        stated=_single_pool(every[chosen], counts[chosen]),
        homes=_single_pool(every[homes], counts[homes]),
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


def read_countries() -> list[Country]:
    """The countries that a listener may state, largest first."""
    with (HERE / "world_countries.csv").open(encoding="utf-8", newline="") as file:
        return [
            Country(
                code=row["country"],
                label=row["label"],
                region=row["region"],
                listeners=int(row["listeners"]),
                tongue=row["tongue"],
                joke=row["joke"] == "true",
            )
            for row in csv.DictReader(file)
        ]


def _read_artists() -> list[tuple[str, str, str, int]]:
    """Name, country, scene and fame of each real artist."""
    with (HERE / "world.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["artist_name"], row["country"], row["scene"], int(row["fame"]))
            for row in csv.DictReader(file)
        ]


def _check(folder: Path, *, listeners: int, difficulty: float, as_parquet: bool) -> None:
    """Complain of all arguments out of bounds at once, then of files in the way."""
    problems = []
    if listeners < 1:
        problems.append(f"listeners must be at least 1, not {listeners}")
    if not 0 <= difficulty <= 1:
        problems.append(f"difficulty must be from 0 to 1, not {difficulty}")
    if problems:
        raise ValueError("cannot simulate this world: " + "; ".join(problems))
    other = "csv" if as_parquet else "parquet"
    there = [str(p) for name in (USERS, PLAYS) if (p := folder / f"{name}.{other}").exists()]
    if there:
        raise FileExistsError(
            f"the folder already holds the same tables as {other}: {', '.join(there)}; "
            "delete them or choose another folder"
        )


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


def _make_artists(
    real: list[tuple[str, str, str, int]],
    known: list[Country],
    scenes: list[str],
    scenes_of: Pools,
    *,
    random: Random,
) -> Artists:
    """Real artists, then each country's invented ones, most popular first."""
    place = {country.code: i for i, country in enumerate(known)}
    column = {scene: i for i, scene in enumerate(scenes)}
    real_country = np.array([place.get(code, -1) for _, code, _, _ in real])
    real_fame = np.array([fame for *_, fame in real])
    sizes = np.array(
        [
            0 if c.joke else INVENTED_LEAST + round(INVENTED_PER_LISTENER * c.listeners)
            for c in known
        ]
    )
    country = np.repeat(np.arange(len(known)), sizes)
    order = np.arange(len(country)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    popularity = [
        _shares(HOME_FAME_STEP**real_fame, real_country + 1) * (1 - INVENTED_SHARE),
        _shares((order + ZIPF_OFFSET) ** -ZIPF_EXPONENT, country) * INVENTED_SHARE,
    ]
    names = _distinct([name for name, *_ in real], _coin(known, country))
    scene = scenes_of.draw(country, random=random)
    fame = np.concatenate([real_fame, np.zeros_like(country)])
    return Artists(
        names=names,
        country=np.concatenate([real_country, country]),
        scene=np.concatenate([[column[scene] for _, _, scene, _ in real], scene]),
        fame=fame,
        popularity=np.concatenate(popularity),
        mbids=_mbids(fame > 0, random=random),
    )


def _shares(weight: Floats, group: Ints) -> Floats:
    """Each weight's share of its group's sum."""
    share: Floats = weight / np.bincount(group, weights=weight)[group]
    return share


def _coin(known: list[Country], country: Ints) -> list[str]:
    """A name in its country's tongue for each entry of `country`, which is sorted."""
    tongues = [known[i].tongue for i in range(len(known))]
    sizes = np.bincount(country, minlength=len(known)).tolist()
    supply = {
        tongue: iter(
            TONGUES[tongue].names(
                sum(s for s, t in zip(sizes, tongues, strict=True) if t == tongue)
            )
        )
        for tongue in sorted(set(tongues))
    }
    return [next(supply[tongues[i]]) for i in country.tolist()]


def _distinct(taken: list[str], coined: list[str]) -> list[str]:
    """All names; a coined one that is taken, whatever its case, gets a number behind it."""
    seen = {name.casefold() for name in taken}
    names = list(taken)
    for name in coined:
        distinct, number = name, 2
        while distinct.casefold() in seen:
            distinct, number = f"{name} {number}", number + 1
        seen.add(distinct.casefold())
        names.append(distinct)
    return names


def _mbids(real: Flags, *, random: Random) -> list[str | None]:
    """A random (version 4) UUID for some of the artists, None for the others."""
    has = random.random(len(real)) < np.array(MBID_SHARE)[real.astype(np.int64)]
    digits = random.bytes(16 * len(real)).hex()
    return [
        f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:]}" if given else None
        for i, given in enumerate(has.tolist())
        for d in [digits[32 * i : 32 * i + 32]]
    ]


def _single_pool(item: Ints, weight: Floats) -> Pools:
    return Pools.of(np.zeros(len(item), dtype=np.int64), item, weight, count=1)


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


@dataclass(frozen=True)
class _Vocabulary:
    """Names, each as it is and then each as a wrong decoder shows it; and ids."""

    names: pa.Array
    mbids: pa.Array
    count: int
    beyond_ascii: Flags


def _vocabulary(artists: Artists) -> _Vocabulary:
    import pyarrow as pa

    spoilt = [n if n.isascii() else n.encode().decode("mac_roman") for n in artists.names]
    return _Vocabulary(
        names=pa.array(artists.names + spoilt, pa.string()),
        mbids=pa.array(artists.mbids, pa.string()),
        count=len(artists.names),
        beyond_ascii=np.array([not name.isascii() for name in artists.names]),
    )


def _users(world: World, chunk: Listeners, *, first: int, random: Random) -> pa.Table:
    """Rows of ``users`` of a chunk.

    Flaws are drawn for a whole chunk, so that a world cut short has the same ones.
    """
    import pyarrow as pa

    labels = pa.array([*(country.label for country in world.countries), *UNLABELLED], pa.string())
    missing = random.random(CHUNK) < UNLABELLED_SHARE
    spelling = len(world.countries) + random.integers(0, len(UNLABELLED), CHUNK)
    n = len(chunk.home)
    label = np.where(missing[:n], spelling[:n], chunk.country)
    return pa.table(
        {
            "user_id": pa.array(FIRST_USER_ID + first + np.arange(n)),
            "country": labels.take(pa.array(label)),
            "total_scrobbles": pa.array(chunk.total, mask=chunk.total < 0),
        }
    )


def _plays(vocabulary: _Vocabulary, chunk: Listeners, *, first: int, random: Random) -> pa.Table:
    """Rows of ``user_top_artists`` of a chunk."""
    import pyarrow as pa

    flaw = random.random((3, CHUNK, LIST_LENGTH), dtype=np.float32)[:, : len(chunk.home)]
    row, column = np.nonzero(np.arange(LIST_LENGTH) < chunk.length[:, None])
    artist = chunk.artist[row, column]
    no_count, spoilt, no_mbid = (flaw[i][row, column] for i in range(3))
    misread = (spoilt < MOJIBAKE_SHARE) & vocabulary.beyond_ascii[artist]
    return pa.table(
        {
            "user_id": pa.array(FIRST_USER_ID + first + row),
            "rank": pa.array((column + 1).astype(np.int32)),
            "artist_name": vocabulary.names.take(pa.array(artist + misread * vocabulary.count)),
            "playcount": pa.array(chunk.plays[row, column], mask=no_count < NO_PLAYCOUNT_SHARE),
            "mbid": vocabulary.mbids.take(pa.array(artist, mask=no_mbid < NO_MBID_SHARE)),
        }
    )


def _schemas(*, as_parquet: bool) -> dict[str, pa.Schema]:
    """Columns of both files; playcount is text in Parquet, as in the original."""
    import pyarrow as pa

    return {
        USERS: pa.schema(
            [("user_id", pa.int64()), ("country", pa.string()), ("total_scrobbles", pa.int64())]
        ),
        PLAYS: pa.schema(
            [
                ("user_id", pa.int64()),
                ("rank", pa.int32()),
                ("artist_name", pa.string()),
                ("playcount", pa.string() if as_parquet else pa.int64()),
                ("mbid", pa.string()),
            ]
        ),
    }


def _writer(folder: Path, name: str, schema: pa.Schema, *, as_parquet: bool) -> Any:
    """An Arrow writer of one file, to be used as a context manager."""
    if as_parquet:
        import pyarrow.parquet as pq

        return pq.ParquetWriter(folder / f"{name}.parquet", schema)
    from pyarrow import csv as arrow_csv

    options = arrow_csv.WriteOptions(quoting_header="none")
    return arrow_csv.CSVWriter(folder / f"{name}.csv", schema, write_options=options)
