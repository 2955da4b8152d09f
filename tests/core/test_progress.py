"""Progress of parts."""

from pipeline.core.progress import part_of


def test_a_part_is_told_as_its_share_of_the_whole():
    told = []
    half = part_of(lambda done, what: told.append((done, what)), 0.5, 0.5)
    half(0.0, "begun")
    half(0.5, "under way")
    half(1.0, "done")
    assert told == [(0.5, "begun"), (0.75, "under way"), (1.0, "done")]


def test_parts_of_parts_lie_within_each_other():
    told = []
    quarter = part_of(part_of(lambda done, _: told.append(done), 0.5, 0.5), 0.5, 0.5)
    quarter(0.0, "begun")
    quarter(1.0, "done")
    assert told == [0.75, 1.0]


def test_rounding_never_lifts_a_share_above_one():
    told = []
    part_of(lambda done, _: told.append(done), 0.7, 0.3 + 1e-12)(1.0, "done")
    assert told == [1.0]
