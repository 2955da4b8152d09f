from __future__ import annotations

import io
import zipfile

import pytest
from export_samples import account, as_json, packed

from pipeline.exports import ExportError, read, read_all
from pipeline.exports._shared import unpacking

PLAYS = as_json([account("múm", 31_000)])
NAME = "StreamingHistory0.json"


def refused(content: bytes, name: str = "data.zip") -> str:
    with pytest.raises(ExportError) as caught:
        read(content, name)
    return str(caught.value)


def test_a_zip_within_a_zip_is_opened_and_no_deeper() -> None:
    twice = packed({"inner.zip": packed({NAME: PLAYS})})
    assert read(twice, "data.zip").rows_used == 1
    assert "Not opened: data.zip/outer.zip/inner.zip" in refused(packed({"outer.zip": twice}))


def test_a_zip_too_deep_harms_nobody_else() -> None:
    deep = packed({"a.zip": packed({"b.zip": packed({NAME: PLAYS})}), NAME: PLAYS})
    assert read(deep, "data.zip").rows_read == 1


def test_the_total_counts_over_all_zips(monkeypatch: pytest.MonkeyPatch) -> None:
    plays = as_json([account("múm", 31_000)] * 100)
    one = packed({NAME: plays})
    monkeypatch.setattr(unpacking, "LARGEST_TOTAL", 2 * len(plays))
    files = [(one, "a.zip"), (one, "b.zip"), (one, "c.zip")]
    assert read_all(files[:2]).rows_read == 200
    with pytest.raises(ExportError, match=r"c\.zip comes to"):
        read_all(files)


def test_the_total_counts_within_nested_zips(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = packed({NAME: PLAYS})
    nested = packed({"inner.zip": inner})
    monkeypatch.setattr(unpacking, "LARGEST_TOTAL", len(inner) + len(PLAYS))
    assert read(nested, "data.zip").rows_read == 1
    monkeypatch.setattr(unpacking, "LARGEST_TOTAL", len(inner) + len(PLAYS) - 1)
    assert "at most 0 MB are read" in refused(nested)


def test_files_that_hold_no_plays_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_TOTAL", 1000)
    content = packed({NAME: PLAYS, "video.mp4": bytes(100_000)})
    assert read(content, "data.zip").rows_used == 1


def test_one_file_may_not_be_larger_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_FILE", len(PLAYS) - 1)
    assert "data.zip/StreamingHistory0.json comes to" in refused(packed({NAME: PLAYS}))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "HARMLESS_BYTES", 1 << 20)
    bomb = packed({NAME: b"[" + b" " * (2 << 20)})
    unpacked = []
    real = unpacking._unpack
    monkeypatch.setattr(unpacking, "_unpack", lambda *a, **k: unpacked.append(a) or real(*a, **k))
    assert "times its size" in refused(bomb)
    assert not unpacked


def test_a_real_bomb_is_refused() -> None:
    bomb = packed({NAME: bytes(unpacking.HARMLESS_BYTES + 1)})
    assert len(bomb) < 200_000
    assert "would unpack to 100 MB" in refused(bomb)


def test_too_many_files_are_not_even_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_ENTRIES", 3)
    content = packed({f"{i}.txt": b"" for i in range(3)} | {NAME: PLAYS})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "data.zip holds 4 files; at most 3" in refused(content)


def test_a_cut_off_zip_says_so() -> None:
    assert "cut off or damaged" in refused(packed({NAME: PLAYS})[:-10])


def test_a_zip_that_is_none_within_a_zip_says_which() -> None:
    assert "data.zip/inner.zip is cut off" in refused(packed({"inner.zip": b"no zip"}))


def test_a_wrong_checksum_is_damage() -> None:
    content = packed({NAME: PLAYS}, zipfile.ZIP_STORED)
    assert "data.zip/StreamingHistory0.json is cut off" in refused(
        content.replace(b"31000", b"31001")
    )


def test_a_locked_zip_says_so() -> None:
    content = bytearray(packed({NAME: PLAYS}))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # general purpose flags of the directory
    assert "locked with a password" in refused(bytes(content))


def test_what_a_mac_adds_is_not_looked_at() -> None:
    content = packed({NAME: PLAYS, f"__MACOSX/._{NAME}": b"\0\5", f"._{NAME}": b"\0\5"})
    assert read(content, "data.zip").rows_read == 1


@pytest.mark.parametrize("content", [b"", b" \n", bytes(100)])
def test_an_empty_file_says_so(content: bytes) -> None:
    assert refused(content, "x.json") == "x.json is empty. Download it again."


def test_a_zip_of_nothing_is_unknown() -> None:
    assert "no listening history" in refused(packed({}))


def test_a_file_that_cannot_seek_is_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *args: int) -> int:
            raise OSError

    assert read(Pipe(packed({NAME: PLAYS})), "data.zip").rows_used == 1
