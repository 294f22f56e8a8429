"""CSV files as they come: in other encodings, with broken rows, and what is no CSV at all."""

import pytest

from classifier import rows
from classifier.rows import NotATable, Table


@pytest.fixture
def read(tmp_path):
    """The texts of a file with these bytes, and what was refused."""

    def read(content, column="text"):
        source, refused = tmp_path / "in.csv", []
        source.write_bytes(content)
        with Table(source, lambda number, why: refused.append((number, why))) as table:
            found = [row[table.at] for row in table.rows()]
            assert table.rejected == len(refused)
        return found, refused

    return read


TEXTS = ["外卖里有虫，商家不肯退款", "健身房关门跑路", "月嫂没到岗"] * 40


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_is_read_in_whatever_it_was_written(read, encoding):
    content = "text\n" + "\n".join(TEXTS) + "\n"

    assert read(content.encode(encoding)) == (TEXTS, [])


def test_a_single_gbk_row_in_a_utf8_file_is_refused_and_not_guessed_at(read):
    lines = [text.encode() for text in TEXTS]
    lines[7] = TEXTS[7].encode("gbk")

    found, refused = read(b"text\n" + b"\n".join(lines))

    assert refused == [(9, "not valid UTF-8")]
    assert found == [*TEXTS[:7], *TEXTS[8:]]


def test_a_single_utf8_row_in_a_gbk_file_is_not_guessed_at_either(read):
    lines = [text.encode("gbk") for text in TEXTS]
    lines[7] = b"\xff\xff"

    found, refused = read(b"text\n" + b"\n".join(lines))

    assert refused == [(9, "not valid GB18030")]
    assert len(found) == len(TEXTS) - 1


def test_bytes_that_are_no_writing_at_all_are_refused_row_by_row(read):
    found, refused = read(b"text\n\xff\xfe\xff\n" + "外卖洒了".encode() + b"\n\x80\x81\xff")

    assert found == ["外卖洒了"]
    assert [number for number, _ in refused] == [2, 4]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_alone(read):
    found, refused = read('text,n\n一,1\n"二,2\n三,3\n四,4\n'.encode())

    assert found == ["一", "三", "四"]
    assert refused == [(3, "a quotation mark is never closed")]


def test_two_of_them_cost_two_lines(read):
    found, refused = read('text,n\n"一,1\n二,2\n三,3\n四,"4\n五,5\n'.encode())

    assert found == ["二", "三", "五"]
    assert [number for number, _ in refused] == [2, 5]


def test_a_row_of_endless_lines_is_given_up(read, monkeypatch):
    monkeypatch.setattr(rows, "MOST_LINES", 5)

    found, refused = read(b'text\n"a\n' + b"b\n" * 6)

    assert refused == [(2, "more than 5 lines")]
    assert found == ["b"] * 6


def test_lines_inside_quotation_marks_are_one_row(read):
    assert read('text\r\n"一\r\n二\n三"\r\n四\r\n'.encode()) == (["一\r\n二\n三", "四"], [])


def test_the_last_row_may_end_in_quotation_marks(read):
    assert read('text\n"一\n二"'.encode()) == (["一\n二"], [])


def test_the_header_may_be_written_large_or_with_spaces(read):
    assert read(b"id, Text \n1,a\n")[0] == ["a"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0old", "workbook"),
        (b"", "one column 'text'"),
        ("内容\n外卖\n".encode(), "内容"),
        (b"text;id\na;1\n", "text;id"),
        (b"text,TEXT\na,b\n", "text, TEXT"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(read, content, words):
    with pytest.raises(NotATable, match=words):
        read(content)
