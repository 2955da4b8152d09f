"""What holds for every reader and service that is declared, and for those not written yet."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from export_samples import SAMPLES, Sample, as_json, as_lines, extended, packed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import UserError
from pipeline.exports import MOST, READERS, SERVICES, OwnList, read, reader
from pipeline.exports._shared.reading import recognise
from pipeline.exports._shared.unpacking import Unpacking

EVERY_SAMPLE = [
    pytest.param(name, sample, id=f"{name}-{sample.name}")
    for name, samples in SAMPLES.items()
    for sample in samples
]


def told(found: OwnList) -> tuple[Any, dict[str, int]]:
    """Artists with plays, and entries left out by reason."""
    artists = tuple((a.artist_name, a.playcount) for a in found.artists)
    return artists, {left.reason: left.entries for left in found.left_out}


@pytest.mark.parametrize("name", list(READERS))
def test_every_reader_has_a_sample_and_says_what_it_is(name: str) -> None:
    assert SAMPLES.get(name), f"there is no sample of {name} in export_samples.py"
    declared = READERS[name]
    assert declared.name == name
    assert declared.label and declared.how.endswith(".")
    assert set(declared.replaces) <= set(READERS)


@pytest.mark.parametrize("name", list(SERVICES))
def test_every_service_says_what_it_is(name: str) -> None:
    declared = SERVICES[name]
    assert declared.label and declared.how.endswith(".")
    assert declared.base_url.startswith("https://")
    assert declared.needs_key == (declared.key_variable is not None)


def test_labels_are_told_apart() -> None:
    labels = [r.label for r in READERS.values()] + [s.label for s in SERVICES.values()]
    assert len(labels) == len(set(labels))


def test_the_kinds_that_were_promised_are_there() -> None:
    assert set(READERS) >= set(SAMPLES)
    assert set(SERVICES) >= {"lastfm", "listenbrainz"}


@pytest.mark.parametrize(("name", "sample"), EVERY_SAMPLE)
def test_a_sample_is_read(name: str, sample: Sample) -> None:
    found = read(sample.content, sample.name)
    assert told(found) == (sample.artists, sample.left_out)
    assert found.label == READERS[name].label
    assert found.files_without_plays == ()


@pytest.mark.parametrize(("name", "sample"), EVERY_SAMPLE)
def test_a_sample_is_recognised_by_one_special_reader_alone(name: str, sample: Sample) -> None:
    parts = Unpacking().parts(sample.content, sample.name)
    known = {r.name for part in parts if (r := recognise(part)) is not None}
    assert name in known
    assert known == {name} or all(READERS[n].general for n in known - {name})


@pytest.mark.parametrize(("name", "sample"), EVERY_SAMPLE)
def test_a_file_is_read_from_its_start_whoever_read_it_before(name: str, sample: Sample) -> None:
    file = io.BytesIO(sample.content)
    file.read()
    assert read(file, sample.name) == read(sample.content, sample.name)


@pytest.mark.parametrize(("name", "sample"), EVERY_SAMPLE)
def test_a_reader_alone_counts_what_it_reads(name: str, sample: Sample) -> None:
    found = read(sample.content, sample.name)
    assert found.rows_read == found.rows_used + sum(sample.left_out.values())
    assert found.rows_used >= len(found.artists)


def test_nothing_else_of_an_entry_is_kept() -> None:
    found = repr(read(as_json([extended("múm", 40_000), extended(None, 40_000)]), "x.json"))
    for secret in ("192.0.2.1", "somebody", "android", "IS", "2023", "Title", "Episode"):
        assert secret not in found


def test_a_reader_is_declared_once() -> None:
    declared = READERS["text"]
    declare = reader("text", label="x", how="x.", fits=declared.fits, names="x")
    with pytest.raises(ValueError, match="declared twice"):
        declare(declared.read)


def test_the_first_fifty_count() -> None:
    lines = "\n".join(f"Artist {i}x ({i})" for i in range(1, MOST + 11))
    found = read(lines.encode(), "x.txt")
    assert len(found.artists) == MOST + 10
    assert [a.playcount for a in found.counted] == list(range(MOST + 10, 10, -1))


# --- damage ---------------------------------------------------------------------------------------

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
ALL_SAMPLES = [sample for samples in SAMPLES.values() for sample in samples]


def survives(content: bytes, name: str) -> None:
    """A list or an error for people, and nothing else; what is read is used or left out."""
    try:
        found = read(content, name)
    except UserError as error:
        assert str(error).strip()
        return
    assert found.rows_used >= len(found.artists)
    for artist in found.artists:
        assert artist.artist_name == artist.artist_name.strip() != ""
        artist.artist_name.encode()
        assert artist.playcount is None or 0 <= artist.playcount < float("inf")


def unpacked(sample: Sample) -> tuple[bytes, str]:
    """The part of a sample that holds plays, out of its zip."""
    parts = Unpacking().parts(sample.content, sample.name)
    part = next(p for p in parts if recognise(p) is not None)
    return part.read(), part.name


@PATIENT
@given(sample=st.sampled_from(ALL_SAMPLES), data=st.data(), within=st.booleans())
def test_a_file_that_is_cut_off(sample: Sample, data: st.DataObject, within: bool) -> None:
    content, name = unpacked(sample) if within else (sample.content, sample.name)
    survives(content[: data.draw(st.integers(0, len(content)))], name)


@PATIENT
@given(sample=st.sampled_from(ALL_SAMPLES), data=st.data(), within=st.booleans())
def test_a_file_with_flipped_bytes(sample: Sample, data: st.DataObject, within: bool) -> None:
    content, name = unpacked(sample) if within else (sample.content, sample.name)
    damaged = bytearray(content)
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        damaged[place] ^= data.draw(st.integers(1, 255))
    survives(bytes(damaged), name)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "\0", "0", "١٢", "9" * 400]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def replaced(value: Any, path: list[int], new: Any) -> Any:
    """Put `new` somewhere into JSON, as deep as `path` says."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], path[1:], new)
    return copy


JSON_SAMPLES = [s for s in ALL_SAMPLES if unpacked(s)[1].endswith((".json", ".jsonl", "whatever"))]


@PATIENT
@given(
    sample=st.sampled_from(JSON_SAMPLES),
    path=st.lists(st.integers(0, 30), max_size=6),
    new=VALUES,
)
def test_json_with_another_type_at_any_level(sample: Sample, path: list[int], new: Any) -> None:
    content, name = unpacked(sample)
    if name.endswith(".jsonl"):
        lines = [json.loads(line) for line in content.splitlines()]
        changed = replaced(lines, path, new)
        lines = changed if isinstance(changed, list) else [changed]
        content = "\n".join(json.dumps(line) for line in lines).encode()
    else:
        content = json.dumps(replaced(json.loads(content), path, new)).encode()
    survives(content, name)


@PATIENT
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(["x.csv", "x.tsv", "x.txt", "watch-history.json", "x.zip", "x"]),
    start=st.sampled_from([b"", b"artist,plays\n", b"artist\tplays\n", b"PK\x03\x04", b"["]),
)
def test_any_bytes_under_any_name(content: bytes, name: str, start: bytes) -> None:
    survives(start + content, name)


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 10_000, '{"a":' * 100_000])
def test_deep_or_endless_json(value: str) -> None:
    survives(f'[{{"artistName": "x", "msPlayed": 40000}}, {value}'.encode(), "x.json")
    survives(as_lines("listened_at", "track_metadata") + value.encode(), "listens/2023/1.jsonl")


def test_an_unknown_file_is_told_all_that_can_be_read() -> None:
    with pytest.raises(UserError) as caught:
        read(packed({"holiday.jpg": b"x"}), "photos.zip")
    assert str(caught.value).startswith("photos.zip holds no listening history")
    assert "photos.zip/holiday.jpg" in str(caught.value)
    for declared in READERS.values():
        assert declared.label in str(caught.value)
