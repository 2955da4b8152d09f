"""From files to the tables of a source: judging rows, numbering listeners, counting everything.

Files are loaded into DuckDB block by block; every row is kept with the number of the first rule
that it breaks, or none. What concerns several rows (a listener twice, a rank twice) is judged
afterwards. Text of the rows that were set aside is fetched at the end, in one more pass over
their files, so that good rows never carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from pipeline.core.progress import Progress
from pipeline.core.tables.sql import quoted
from pipeline.sources import SourceError
from pipeline.sources._shared.delimited import Fault, lines_at, read_blocks
from pipeline.sources._shared.files import Part

if TYPE_CHECKING:
    import duckdb

    from pipeline.core.tables.store import Rows

LISTENERS, PLAYS = "listeners", "plays"

UNKNOWN_WORDS = ("", "null", "none", "nan", "na", "n/a", "\\n")
"""What stands, in any case, where a number or a MusicBrainz id is unknown."""

LISTENER_TWICE = "listener twice"
TWO_COUNTRIES = "listener in two countries"
RANK_TWICE = "rank twice"
NOT_A_USER = "listener not in the users file"
SET_ASIDE = "listener set aside"

_LARGEST_RANK = 2**31 - 1
_LARGEST_COUNT = 2**63 - 1
_BLANKS = " \t\u00a0"
_FAULT_COLUMNS = "rows_of VARCHAR, part SMALLINT, row_number BIGINT, reason VARCHAR, "
_FAULT_COLUMNS += "expected VARCHAR, content VARCHAR"

_numbers = count()


class Ranking(StrEnum):
    """Where ranks come from."""

    GIVEN = "given"
    BY_PLAYS = "by plays"  # most plays first, then by the artist's name; unknown plays last
    BY_APPEARANCE = "by appearance"  # in the order of the rows


@dataclass(frozen=True)
class Rule:
    """A rule of one row: SQL that is true where it is broken, the reason and what is expected."""

    broken: str
    reason: str
    expected: str
    settles: bool = True  # whether it must be looked at to know that a row breaks no rule


def _text(column: str) -> str:
    return f"trim({column}, {quoted(_BLANKS)})"


def _blank(column: str) -> str:
    """Give SQL that is true of a text without visible characters; its first one settles most."""
    blanks = ", ".join(str(ord(c)) for c in _BLANKS)
    return (
        f"CASE WHEN {column} = '' THEN TRUE WHEN unicode({column}) NOT IN ({blanks}) THEN FALSE "
        f"ELSE {_text(column)} = '' END"
    )


def _unknown(column: str) -> str:
    words = ", ".join(quoted(word) for word in UNKNOWN_WORDS)
    return f"CASE WHEN {column} = '' THEN TRUE ELSE lower({_text(column)}) IN ({words}) END"


def _whole(column: str) -> str:
    """Give SQL for the whole number in a text, ``12`` or ``12.0``, or null.

    The cast alone would take fractions and exponents too; the usual spelling is settled first.
    """
    number = f"TRY_CAST({column} AS BIGINT)"
    spelt = f"regexp_full_match({_text(column)}, '[0-9]+([.]0*)?')"
    whole = f"TRY_CAST(split_part({_text(column)}, '.', 1) AS BIGINT)"
    return f"""CASE WHEN {column} = '' THEN NULL
        WHEN CAST({number} AS VARCHAR) = {column} AND {number} >= 0 THEN {number}
        WHEN {spelt} THEN {whole} END"""


def _count_rules(column: str, name: str) -> list[Rule]:
    """Give the rules of a text that is a whole number or unknown, as `name` in its file."""
    expected = f"a whole number from 0 to {_LARGEST_COUNT}, or nothing"
    wrong = f"CASE WHEN {column}_number IS NOT NULL THEN FALSE ELSE NOT {_unknown(column)} END"

    def rule(pattern: str, what: str) -> Rule:
        broken = f"{wrong} AND regexp_full_match({_text(column)}, {quoted(pattern)})"
        return Rule(broken, f"{name} {what}", expected, settles=False)

    return [
        rule("-[0-9]+([.][0-9]*)?", "is negative"),
        rule("[0-9]+([.]0*)?", "is beyond 64 bits"),
        rule("[0-9]*[.][0-9]+", "is a fraction"),
        Rule(wrong, f"{name} is not a number", expected),
    ]


def _filled(column: str, name: str, what: str) -> Rule:
    return Rule(_blank(column), f"{name} is empty", f"{what} in every row")


def _user_rules(names: Mapping[str, str]) -> list[Rule]:
    rules = [_filled("user_id", names["user_id"], "a listener")]
    if "total_scrobbles" in names:
        rules += _count_rules("total_scrobbles", names["total_scrobbles"])
    return rules


def _play_rules(names: Mapping[str, str]) -> list[Rule]:
    rules = [_filled("user_id", names["user_id"], "a listener")]
    if "rank" in names:
        broken = f"coalesce(rank_number NOT BETWEEN 1 AND {_LARGEST_RANK}, TRUE)"
        rules.append(
            Rule(
                broken,
                f"{names['rank']} is not a positive whole number",
                f"a whole number from 1 to {_LARGEST_RANK}",
            )
        )
    rules.append(_filled("artist_name", names["artist_name"], "an artist"))
    if "playcount" in names:
        rules += _count_rules("playcount", names["playcount"])
    return rules


def _text_rule(names: Mapping[str, str]) -> Rule:
    broken = " OR ".join(f"contains({column}, chr(0))" for column in names)
    return Rule(f"({broken})", "not text", "text in UTF-8 without NUL bytes")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_text(name: str, sql_type: str) -> str:
    """Give SQL for a Parquet column as text, "" where it is null.

    Whole floats lose their fraction, so that 7.0 names the same listener as 7.
    """
    column = _identifier(name)
    text = f"CAST({column} AS VARCHAR)"
    if sql_type in ("FLOAT", "DOUBLE"):
        whole = f"{column} = trunc({column}) AND abs({column}) < 9e15"
        text = (
            f"CASE WHEN {whole} THEN CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
        )
    if sql_type == "BLOB":
        text = f"CASE WHEN {column} IS NOT NULL THEN coalesce(TRY(decode({column})), chr(0)) END"
    return f"coalesce({text}, '')"


@dataclass(frozen=True)
class _Kind:
    """How the rows of one kind are loaded: columns, with SQL for the value of each if it is there.

    ``{}`` stands for the column.
    """

    rows_of: str
    values: Mapping[str, tuple[str, str]]  # column: (SQL type, SQL)
    rules: Callable[[Mapping[str, str]], list[Rule]]


_COUNTRY = ("VARCHAR", f"CASE WHEN NOT {_blank('{}')} THEN {{}} END")
_USERS = _Kind(
    LISTENERS,
    {
        "user_id": ("VARCHAR", _text("{}")),
        "country_label": _COUNTRY,
        "total_scrobbles": ("BIGINT", "{}_number"),
    },
    _user_rules,
)
_PLAYS = _Kind(
    PLAYS,
    {
        "user_id": ("VARCHAR", _text("{}")),
        "rank": ("INTEGER", f"CASE WHEN {{}}_number <= {_LARGEST_RANK} THEN {{}}_number END"),
        "artist_name": ("VARCHAR", "{}"),
        "playcount": ("BIGINT", "{}_number"),
        "mbid": ("VARCHAR", f"CASE WHEN length({{}}) = 36 OR NOT {_unknown('{}')} THEN {{}} END"),
        "country_label": _COUNTRY,
    },
    _play_rules,
)
_NUMBERS = ("rank", "playcount", "total_scrobbles")


class Reading:
    """Tables of one reading, in the connection's temporary schema under names of their own.

    They stay until the connection is closed.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where rows are loaded.
    progress : Progress
        Told how far the files are read.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
        self._prefix = f"reading_{next(_numbers)}"
        self._parts: list[Part] = []
        self._wanted: list[Mapping[str, str]] = []
        self._read = {LISTENERS: 0, PLAYS: 0}
        self._run(f"CREATE TEMP TABLE {self._table('faults')} ({_FAULT_COLUMNS})")
        for kind, name in ((_USERS, "users"), (_PLAYS, "rows")):
            columns = ", ".join(f"{c} {sql_type}" for c, (sql_type, _) in kind.values.items())
            places = "sound BOOLEAN, part SMALLINT, row_number BIGINT"
            self._run(f"CREATE TEMP TABLE {self._table(name)} ({columns}, {places})")

    def _table(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def _run(self, query: str) -> None:
        self._connection.execute(query)

    def _value(self, query: str) -> int:
        return int(self._connection.sql(query).fetchall()[0][0])

    # --- loading ---------------------------------------------------------------------------------

    def load_users(self, parts: Sequence[Part], wanted: Mapping[str, str]) -> None:
        """Load listeners; `wanted` maps user_id, country_label and total_scrobbles to columns."""
        self._load(_USERS, "users", parts, wanted)

    def load_plays(self, parts: Sequence[Part], wanted: Mapping[str, str]) -> None:
        """Load plays; `wanted` maps user_id, artist_name and what else there is to columns."""
        self._load(_PLAYS, "rows", parts, wanted)

    def _load(
        self, kind: _Kind, name: str, parts: Sequence[Part], wanted: Mapping[str, str]
    ) -> None:
        for done, part in enumerate(parts):
            self._parts.append(part)
            self._wanted.append(wanted)
            load = self._load_parquet if part.layout is None else self._load_delimited
            for share in load(kind, name, part, wanted):
                self._progress((done + share) / len(parts), f"reading {part.name}")

    def _load_delimited(
        self, kind: _Kind, name: str, part: Part, wanted: Mapping[str, str]
    ) -> Iterator[float]:
        block_name = self._table("block")
        rules = kind.rules(wanted)
        assert part.layout is not None
        for block in read_blocks(part.path, part.layout, wanted):
            self._read[kind.rows_of] += len(block.rows) + len(block.faults)
            if len(block.rows):
                self._connection.register(block_name, block.rows)
                query = f"SELECT * FROM {block_name}"
                self._judge(kind, name, query, wanted, rules, first_row=block.first_row)
                self._connection.unregister(block_name)
            self._add_faults(kind.rows_of, block.faults)
            yield block.share

    def _load_parquet(
        self, kind: _Kind, name: str, part: Part, wanted: Mapping[str, str]
    ) -> Iterator[float]:
        import duckdb

        file = f"read_parquet({quoted(str(part.path))}, file_row_number = true)"
        try:
            self._read[kind.rows_of] += self._value(f"SELECT count(*) FROM {file}")
            rows = self._connection.sql(f"SELECT * FROM {file} LIMIT 0")
            types = dict(zip(rows.columns, map(str, rows.types), strict=True))
            texts = ", ".join(
                f"{_as_text(column, types[column])} AS {name_}" for name_, column in wanted.items()
            )
            query = f"SELECT {texts}, file_row_number + 1 AS row_number FROM {file}"
            self._judge(kind, name, query, wanted, [_text_rule(wanted), *kind.rules(wanted)])
        except duckdb.Error as error:
            raise SourceError(
                [f"{part.name}: expected a readable Parquet file: {error}"]
            ) from error
        yield 1.0

    def _judge(
        self,
        kind: _Kind,
        name: str,
        query: str,
        wanted: Mapping[str, str],
        rules: Sequence[Rule],
        *,
        first_row: int = 1,
    ) -> None:
        """Load the rows of `query`, in which the wanted columns are texts, as the next of a part.

        Only where some row is not sound is it asked which rule each of them breaks. No row has a
        number below `first_row`, which spares a look at those loaded before.
        """
        part = len(self._parts) - 1
        numbered = "".join(f", {_whole(c)} AS {c}_number" for c in wanted if c in _NUMBERS)
        rows = f"(SELECT *{numbered} FROM ({query}))"
        sound = f"NOT ({' OR '.join(rule.broken for rule in rules if rule.settles)})"
        values = ", ".join(
            sql.replace("{}", column) if column in wanted else "NULL"
            for column, (_, sql) in kind.values.items()
        )
        self._run(f"""
            INSERT INTO {self._table(name)}
            SELECT {values}, {sound}, {part}, row_number FROM {rows}""")
        unsound = f"""
            SELECT row_number FROM {self._table(name)}
            WHERE part = {part} AND row_number >= {first_row} AND NOT sound"""
        if not self._value(f"SELECT count(*) FROM ({unsound})"):
            return
        cases = " ".join(f"WHEN {rule.broken} THEN {i}" for i, rule in enumerate(rules))
        described = ", ".join(
            f"({i}, {quoted(rule.reason)}, {quoted(rule.expected)})" for i, rule in enumerate(rules)
        )
        self._run(f"""
            INSERT INTO {self._table("faults")}
            SELECT {quoted(kind.rows_of)}, {part}, row_number, reason, expected, NULL
            FROM (SELECT row_number, CASE {cases} END AS broken
                  FROM {rows} SEMI JOIN ({unsound}) USING (row_number))
            JOIN (VALUES {described}) AS rules(broken, reason, expected) USING (broken)""")

    def _add_faults(self, rows_of: str, faults: Sequence[Fault]) -> None:
        import pyarrow as pa

        if not faults:
            return
        name = self._table("block")
        columns = dict(zip(Fault._fields, zip(*faults, strict=True), strict=True))
        self._connection.register(name, pa.table({k: pa.array(v) for k, v in columns.items()}))
        self._run(f"""
            INSERT INTO {self._table("faults")}
            SELECT {quoted(rows_of)}, {len(self._parts) - 1}, row_number, reason, expected, content
            FROM {name}""")
        self._connection.unregister(name)

    # --- judging several rows together -----------------------------------------------------------

    def _set_users_aside(self) -> None:
        """Set aside listeners in two countries (all rows) and twice in one (all but one row).

        The row that is kept is the first, or the first with a country where others have none.
        """
        users = f"(FROM {self._table('users')} WHERE sound)"
        contradictory = self._contradictory(self._table("users"))
        self._note(
            LISTENERS,
            f"FROM {users} SEMI JOIN ({contradictory}) USING (user_id)",
            TWO_COUNTRIES,
            "one country a listener",
        )
        self._note(
            LISTENERS,
            f"""
            FROM {users} ANTI JOIN ({contradictory}) USING (user_id)
            QUALIFY row_number() OVER (
                PARTITION BY user_id ORDER BY country_label IS NULL, part, row_number
            ) > 1""",
            LISTENER_TWICE,
            "one row a listener",
        )
        self._number_listeners(f"""
            SELECT user_id, country_label, total_scrobbles FROM {users}
            ANTI JOIN (FROM {self._table("faults")} WHERE rows_of = {quoted(LISTENERS)})
                USING (part, row_number)""")

    def _set_players_aside(self) -> None:
        """Find the listeners among the plays; those in two countries are set aside.

        The row that is noted is the first that contradicts the listener's first country.
        """
        rows = f"(FROM {self._table('rows')} WHERE sound)"
        contradictory = self._contradictory(self._table("rows"))
        first = "first_value(country_label) OVER (PARTITION BY user_id ORDER BY part, row_number)"
        self._note(
            LISTENERS,
            f"""
            FROM (
                SELECT user_id, part, row_number, country_label <> {first} AS other
                FROM {rows} SEMI JOIN ({contradictory}) USING (user_id)
                WHERE country_label IS NOT NULL
            )
            WHERE other
            QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY part, row_number) = 1""",
            TWO_COUNTRIES,
            "one country a listener",
        )
        self._run(f"""
            INSERT INTO {self._table("users")} (user_id)
            SELECT user_id FROM ({contradictory})""")
        self._number_listeners(f"""
            SELECT user_id, max(country_label) AS country_label, NULL AS total_scrobbles
            FROM {rows} ANTI JOIN ({contradictory}) USING (user_id)
            GROUP BY user_id""")
        self._read[LISTENERS] = self._value(f"SELECT count(DISTINCT user_id) FROM {rows}")

    @staticmethod
    def _contradictory(table: str) -> str:
        return f"""
            SELECT user_id FROM {table} WHERE sound
            GROUP BY user_id HAVING min(country_label) <> max(country_label)"""

    def _note(self, rows_of: str, rows: str, reason: str, expected: str) -> None:
        """Set the rows of `rows`, a FROM clause, aside."""
        self._run(f"""
            INSERT INTO {self._table("faults")}
            SELECT {quoted(rows_of)}, part, row_number, {quoted(reason)}, {quoted(expected)}, NULL
            {rows}""")

    def _number_listeners(self, query: str) -> None:
        """Number the listeners by user_id: as numbers if all are whole numbers, else as text."""
        self._run(f"""
            CREATE TEMP TABLE {self._table("listeners")} AS
            WITH chosen AS ({query}),
            numbered AS (
                SELECT *, CASE WHEN regexp_full_match(user_id, '-?[0-9]+')
                    THEN TRY_CAST(user_id AS HUGEINT) END AS number
                FROM chosen
            ),
            ordered AS (
                SELECT *, CASE WHEN (SELECT bool_and(number IS NOT NULL) FROM numbered)
                    THEN number END AS place
                FROM numbered
            )
            SELECT CAST(row_number() OVER (ORDER BY place, user_id) - 1 AS INTEGER) AS listener,
                user_id, country_label, CAST(total_scrobbles AS BIGINT) AS total_scrobbles
            FROM ordered
            ORDER BY listener""")

    def _known_plays(self) -> str:
        return f"""(
            SELECT listener, rank, artist_name, playcount, mbid, part, row_number
            FROM {self._table("rows")} JOIN {self._table("listeners")} USING (user_id)
            WHERE sound)"""

    def _set_ranks_aside(self) -> int:
        """Set aside plays whose rank the listener has before; give their number."""
        self._note(
            PLAYS,
            f"""
            FROM {self._known_plays()}
            QUALIFY row_number() OVER (PARTITION BY listener, rank ORDER BY part, row_number) > 1
            """,
            RANK_TWICE,
            "each rank once a listener; the first row is kept",
        )
        return self._value(f"""
            SELECT count(*) FROM {self._table("faults")} WHERE reason = {quoted(RANK_TWICE)}""")

    # --- the tables ------------------------------------------------------------------------------

    def tables(self, ranking: Ranking, *, listeners_apart: bool) -> dict[str, Rows]:
        """Give the tables listeners, plays, quarantine and ingest_counts.

        `listeners_apart` says whether listeners were loaded from files of their own. SourceError
        when no listener or no play is left.
        """
        self._progress(1.0, "checking listeners and ranks")
        if listeners_apart:
            self._set_users_aside()
        else:
            self._set_players_aside()
        plays = self._known_plays()
        if ranking is Ranking.GIVEN and self._set_ranks_aside():
            plays = f"""(
                FROM {plays} ANTI JOIN (
                    FROM {self._table("faults")} WHERE reason = {quoted(RANK_TWICE)}
                ) USING (part, row_number))"""
        counts = self._counts(plays)
        self._fetch_contents()
        return {
            LISTENERS: self._connection.sql(f"FROM {self._table('listeners')} ORDER BY listener"),
            PLAYS: self._connection.sql(f"""
                SELECT listener, {self._rank(ranking)} AS rank, artist_name, playcount, mbid
                FROM {plays} ORDER BY listener, rank"""),
            "quarantine": self._quarantine(),
            "ingest_counts": counts,
        }

    def _rank(self, ranking: Ranking) -> str:
        if ranking is Ranking.GIVEN:
            return "rank"
        order = "part, row_number"
        if ranking is Ranking.BY_PLAYS:
            order = f"playcount DESC NULLS LAST, artist_name, {order}"
        return f"CAST(row_number() OVER (PARTITION BY listener ORDER BY {order}) AS INTEGER)"

    def has_playcounts(self) -> bool:
        """Tell whether any play that was loaded has a play count."""
        return bool(self._value(f"SELECT count(playcount) FROM {self._table('rows')}"))

    def _stranded(self) -> list[tuple[str, int]]:
        """Count the plays whose listener is not kept, by reason."""
        return self._connection.sql(f"""
            SELECT CASE WHEN user_id IN (SELECT user_id FROM {self._table("users")})
                THEN {quoted(SET_ASIDE)} ELSE {quoted(NOT_A_USER)} END AS reason, count(*)
            FROM {self._table("rows")} ANTI JOIN {self._table("listeners")} USING (user_id)
            WHERE sound
            GROUP BY reason""").fetchall()

    def _counts(self, plays: str) -> Rows:
        import pyarrow as pa

        kept = {
            LISTENERS: self._value(f"SELECT count(*) FROM {self._table('listeners')}"),
            PLAYS: self._value(f"SELECT count(*) FROM {plays}"),
        }
        aside = self._connection.sql(
            f"SELECT rows_of, reason, count(*) FROM {self._table('faults')} GROUP BY ALL"
        ).fetchall()
        aside += [(PLAYS, reason, n) for reason, n in self._stranded()]
        self._refuse_nothing_kept(kept, aside)
        rows = [("ingest", of, "read", "", n) for of, n in self._read.items()]
        rows += [("ingest", of, "kept", "", n) for of, n in kept.items()]
        rows += [("ingest", of, "set aside", reason, n) for of, reason, n in aside]
        names = ["step", "rows_of", "outcome", "reason", "rows"]
        columns = [list(column) for column in zip(*sorted(rows), strict=True)]
        types = [pa.string()] * 4 + [pa.int64()]
        return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)

    def _refuse_nothing_kept(
        self, kept: Mapping[str, int], aside: Sequence[tuple[str, str, int]]
    ) -> None:
        problems = []
        for rows_of in (of for of, n in kept.items() if not n):
            reasons = "; ".join(f"{n} {reason}" for of, reason, n in aside if of == rows_of)
            files = ", ".join(part.name for part in self._parts)
            problems.append(
                f"expected {rows_of} in {files}; none of {self._read[rows_of]} rows could be kept: "
                f"{reasons or 'there are none'}{self._example(rows_of)}"
            )
        if problems:
            raise SourceError(problems)

    def _example(self, rows_of: str) -> str:
        found = self._connection.sql(f"""
            SELECT part, row_number, reason, expected FROM {self._table("faults")}
            WHERE rows_of = {quoted(rows_of)} ORDER BY part, row_number LIMIT 1""").fetchall()
        if not found:
            return ""
        part, row, reason, expected = found[0]
        return f" (first {self._parts[part].name}, row {row}: {reason}; expected {expected})"

    def _fetch_contents(self) -> None:
        """Look the text of rows up that were set aside after they were parsed."""
        import pyarrow as pa

        contents = self._table("contents")
        self._run(
            f"CREATE TEMP TABLE {contents} (part SMALLINT, row_number BIGINT, content VARCHAR)"
        )
        wanted = self._connection.sql(f"""
            SELECT part, list(DISTINCT row_number) FROM {self._table("faults")}
            WHERE content IS NULL GROUP BY part ORDER BY part""").fetchall()
        for number, rows in wanted:
            part = self._parts[number]
            if part.layout is None:
                self._fetch_parquet(number, rows)
                continue
            found = lines_at(part.path, rows)
            block = pa.table({"row_number": list(found), "content": list(found.values())})
            self._connection.register(self._table("block"), block)
            self._run(f"INSERT INTO {contents} SELECT {number}, * FROM {self._table('block')}")
            self._connection.unregister(self._table("block"))

    def _fetch_parquet(self, number: int, rows: Sequence[int]) -> None:
        """Write rows of a Parquet file with commas, as there is no text to show."""
        import pyarrow as pa

        wanted = self._wanted[number].values()
        cells = ", ".join(f"coalesce(CAST({_identifier(c)} AS VARCHAR), '')" for c in wanted)
        file = f"read_parquet({quoted(str(self._parts[number].path))}, file_row_number = true)"
        block = self._table("block")
        self._connection.register(block, pa.table({"row_number": pa.array(rows, pa.int64())}))
        self._run(f"""
            INSERT INTO {self._table("contents")}
            SELECT {number}, row_number, concat_ws(',', {cells})
            FROM {file} AS file JOIN {block} ON file.file_row_number + 1 = {block}.row_number""")
        self._connection.unregister(block)

    def _quarantine(self) -> duckdb.DuckDBPyRelation:
        names = ", ".join(f"({i}, {quoted(part.name)})" for i, part in enumerate(self._parts))
        return self._connection.sql(f"""
            SELECT file, row_number, reason, expected,
                coalesce(faults.content, contents.content) AS content
            FROM {self._table("faults")} AS faults
            JOIN (VALUES {names}) AS files(part, file) USING (part)
            LEFT JOIN {self._table("contents")} AS contents USING (part, row_number)
            ORDER BY file, row_number, reason""")
