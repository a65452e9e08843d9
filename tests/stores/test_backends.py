"""The table of backends."""

import pytest

from records.errors import InvalidInputError
from stores.backends import open_blobs, open_index, open_records


@pytest.mark.parametrize(
    ("opener", "url", "named"),
    [
        (open_records, "mysql://x/y", "sqlite://"),
        (open_records, "", "sqlite://"),
        (open_records, "/data/wangjian.db", "sqlite://"),
        (open_index, "solr://x", "elasticsearch://"),
        (open_blobs, "ftp://x/y", "file://"),
    ],
)
def test_unknown_scheme_names_the_known_ones(opener, url, named):
    with pytest.raises(InvalidInputError) as caught:
        opener(url)
    assert named in caught.value.cure


@pytest.mark.parametrize("url", ["sqlite://relative.db", "sqlite://", "sqlite:///"])
def test_place_that_is_not_absolute_is_refused(url):
    with pytest.raises(InvalidInputError, match="绝对路径"):
        open_records(url)


@pytest.mark.parametrize(
    "url",
    [
        "elasticsearch://127.0.0.1:9200",
        "elasticsearch:///wangjian",
        "elasticsearch://127.0.0.1/Große",
        "elasticsearch://h/a/b",
    ],
)
def test_incomplete_engine_address_is_refused(url):
    with pytest.raises(InvalidInputError, match="检索引擎地址"):
        open_index(url)


@pytest.mark.parametrize("shape", ["sqlite://{path}", "sqlite:///{path}"])
def test_path_is_read_with_blanks_chinese_percents_and_escapes(tmp_path, shape):
    for name, written in (("数据 一#?", "数据 一#?"), ("100%", "100%25"), ("as uri 网", "as%20uri%20%E7%BD%91")):
        records = open_records(shape.format(path=f"{tmp_path}/{written}/w.db"))
        records.migrate()
        records.close()
        assert (tmp_path / name / "w.db").is_file()


def test_opening_reaches_for_nothing(tmp_path):
    open_records(f"sqlite://{tmp_path}/a/w.db").close()
    open_index(f"fts5://{tmp_path}/b/s.db")
    open_index("elasticsearch://127.0.0.1:1/wangjian")
    open_blobs(f"file://{tmp_path}/c")
    assert list(tmp_path.iterdir()) == []
