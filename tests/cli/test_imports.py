"""A hotline's export comes in: in its own encoding, broken rows aside, and once however often it is read."""

import csv
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli import imports
from models import db
from models.codes import Channel, Industry, Status
from models.complaint import Complaint
from tests.factories import a_shop

ROOT = Path(__file__).resolve().parent.parent.parent
CHINESE = ["工单编号", "投诉内容", "商家名称", "区县", "姓名", "电话", "金额", "发生日期", "订单号"]
ROWS = [
    [
        "G-1",
        "在店里吃面，面里有钢丝球，要求退款。",
        "好邻居面馆",
        "东城区",
        "张小明",
        "13800138000",
        "48",
        "2026-11-01",
        "",
    ],
    [
        "G-2",
        "网上买的手机是翻新机，商家不退货。",
        "某某电商",
        "海淀",
        "李华",
        "010-12345678",
        "1,280.50元",
        "2026/11/2 08:30",
        "JD1",
    ],
    ["G-3", "保姆把花瓶打碎了，家政公司不赔。", "好帮手家政", "", "王芳", "", "", "2026年11月3日", ""],
]


@pytest.fixture
def run(session, app, tmp_path):
    """Import rows with `flask complaints import`; what it said, and the path of the file."""

    def run(rows, header=CHINESE, encoding="utf-8-sig", options=(), name="export.csv"):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return said(app, path, *options)

    return run


def said(app, path, *options):
    result = app.test_cli_runner().invoke(args=["complaints", "import", str(path), *options])
    return result.output


def taken(session):
    session.expire_all()
    return list(
        session.scalars(select(Complaint).where(Complaint.channel == Channel.IMPORT).order_by(Complaint.id))
    )


def rejected(tmp_path, name="export.rejected.csv"):
    with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_encoding_of_an_office_is_read(run, session, encoding):
    assert "3 taken in, 0 there already, 0 refused" in run(ROWS, encoding=encoding)

    assert [row.body for row in taken(session)] == [row[1] for row in ROWS]


def test_the_cells_become_what_they_mean(run, session):
    run(ROWS)

    noodles, phone, vase = taken(session)
    assert (noodles.source, noodles.source_ref, noodles.district) == ("hotline", "G-1", "dongcheng")
    assert (noodles.amount, noodles.currency, noodles.happened_on.isoformat()) == (4_800, "CNY", "2026-11-01")
    assert (phone.amount, phone.order_no, phone.district) == (128_050, "JD1", "haidian")
    assert (noodles.contact.name, noodles.contact.phone) == ("张小明", "13800138000")
    assert vase.contact.phone is None
    assert all(row.status is not Status.SUBMITTED and row.deadlines for row in (noodles, phone, vase))


def test_english_names_in_any_order_do_as_well(run, session):
    header = ["name", "merchant_name", "text", "industry", "opts_in"]
    run(
        [["Ann", "Corner Bakery", "The bread had mould and they refused a refund.", "catering", "no"]], header
    )

    assert taken(session)[0].industry is Industry.CATERING


def test_a_second_run_changes_nothing(run, session):
    run(ROWS)
    before = [row.receipt for row in taken(session)]

    assert "0 taken in, 3 there already, 0 refused" in run(ROWS)
    assert [row.receipt for row in taken(session)] == before


def test_without_numbers_the_content_tells_rows_apart(run, session):
    header, rows = CHINESE[1:], [row[1:] for row in ROWS]
    run([*rows, rows[0]], header)

    assert "0 taken in, 3 there already" in run(rows, header)
    assert len(taken(session)) == 3


def test_a_number_given_twice_for_two_texts_is_refused(run, session, tmp_path):
    other = ["G-1", "完全不同的另一件事情。", *ROWS[0][2:]]

    assert "1 taken in, 0 there already, 1 refused" in run([ROWS[0], other])
    assert rejected(tmp_path)[1][-2] == "3"


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("投诉内容", "", "投诉内容"),
        ("投诉内容", "长" * 10_001, "10000"),
        ("商家名称", "", "商家名称"),
        ("商家名称", "名" * 161, "160"),
        ("姓名", "", "姓名"),
        ("区县", "火星区", "区县"),
        ("电话", "没有", "电话"),
        ("金额", "-5", "金额"),
        ("金额", "99999999999999", "金额"),
        ("金额", "很多钱", "金额"),
        ("发生日期", "2099-01-01", "发生日期"),
        ("发生日期", "1001-01-01", "发生日期"),
        ("发生日期", "2026-13-41", "发生日期"),
        ("发生日期", "昨天", "发生日期"),
        ("工单编号", "9" * 81, "工单编号"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(run, session, tmp_path, column, cell, words):
    bad = list(ROWS[1])
    bad[CHINESE.index(column)] = cell

    assert "2 taken in, 0 there already, 1 refused" in run([ROWS[0], bad, ROWS[2]])

    _header, row = rejected(tmp_path)
    assert row[-2] == "3"
    assert row[-1].startswith(column)
    assert words in row[-1]


def test_refused_rows_keep_the_order_of_the_file(run, tmp_path):
    early, wordless, late = list(ROWS[0]), list(ROWS[1]), list(ROWS[2])
    early[CHINESE.index("发生日期")] = "2099-01-01"  # found later than what has no meaning at all
    wordless[CHINESE.index("金额")] = "很多钱"
    late[CHINESE.index("投诉内容")] = ""

    assert "0 taken in, 0 there already, 3 refused" in run([early, wordless, late])
    assert [row[-2] for row in rejected(tmp_path)[1:]] == ["2", "3", "4"]


def test_a_corrected_file_of_rejects_is_taken(run, session, app, tmp_path):
    bad = list(ROWS[1])
    bad[CHINESE.index("区县")] = "火星区"
    run([ROWS[0], bad])
    header, row = rejected(tmp_path)
    row[header.index("区县")] = "海淀区"
    mended = tmp_path / "mended.csv"
    with mended.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, row])

    assert "1 taken in, 0 there already, 0 refused" in said(app, mended)
    assert "not read" not in said(app, mended)
    assert [row.source_ref for row in taken(session)] == ["G-1", "G-2"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝"])
def test_formulas_sleep_in_the_rejects_and_wake_unchanged(run, session, app, tmp_path, sign):
    evil = f'{sign}HYPERLINK("http://evil.example","发票")，老板不退款'
    run([["", evil, "某店", "火星区", f"{sign}甲", "", "", "", ""]])
    header, row = rejected(tmp_path)

    assert not any(cell.startswith(sign) for cell in row)
    row[header.index("区县")] = ""
    with (tmp_path / "mended.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, row])
    said(app, tmp_path / "mended.csv")
    assert taken(session)[0].body == evil.strip()


def test_an_unclosed_quotation_mark_costs_its_own_row_only(session, app, tmp_path):
    lines = [",".join(CHINESE), *(",".join(row) for row in ROWS[:1]), 'G-9,"没有关上的引号，某店,,甲,,,,']
    lines += [f"H-{n},第{n}件：买的衣服缩水，商家不退,某店,,赵六,,,," for n in range(3_000)]
    path = tmp_path / "export.csv"
    path.write_text("\n".join(lines), encoding="utf-8")

    assert "3001 taken in, 0 there already, 1 refused" in said(app, path)
    assert rejected(tmp_path)[1][-2] == "3"


def test_texts_of_several_lines_and_quotation_marks_are_whole(run, session):
    body = '第一行"引用"\n第二行，有逗号\n\n第四行'
    run([["L-1", body, *ROWS[0][2:]], ROWS[1]])

    assert [row.body for row in taken(session)] == [body, ROWS[1][1]]


def test_one_wrong_byte_costs_one_row(session, app, tmp_path):
    text = "\n".join(
        ",".join(row) for row in [CHINESE, *[[cell.replace(",", "") for cell in row] for row in ROWS]]
    )
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode().replace("翻新机".encode(), b"\xff\xfe\xc0"))

    assert "2 taken in, 0 there already, 1 refused" in said(app, path)


def test_odd_signs_and_extra_cells(run, session, tmp_path):
    odd = ["O-1", "含有空字符\x00和表情😀以及𠮷字，店家拒绝退款", *ROWS[0][2:]]
    wide = [*ROWS[2], "多出来的一格"]

    assert "1 taken in, 0 there already, 1 refused" in run([odd, wide, [], ["", "", ""]])
    assert "\x00" not in taken(session)[0].body


def test_a_file_of_another_kind_is_refused_in_words(session, app, tmp_path):
    workbook = tmp_path / "export.csv"
    workbook.write_bytes(b"PK\x03\x04 and so on")
    assert "workbook" in said(app, workbook)

    nameless = tmp_path / "nameless.csv"
    nameless.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert "投诉内容" in said(app, nameless)

    assert "another file" in said(app, nameless, "--reject", str(nameless))
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert "投诉内容" in said(app, empty)


def test_a_known_merchant_is_met_by_name_or_number(run, session):
    shop = a_shop(session, name="独一无二茶楼", licence_no="91110000802100433B")
    for _ in range(2):
        a_shop(session, name="连锁面馆")
    rows = [
        ["N-1", ROWS[0][1], "独一无二茶楼", "是"],
        ["N-2", ROWS[0][1], "连锁面馆", "是"],
    ]
    run(rows, ["工单编号", "投诉内容", "商家名称", "绿色通道"])
    assert taken(session) == []

    run([[*row, "甲"] for row in rows], ["工单编号", "投诉内容", "商家名称", "绿色通道", "姓名"])
    one, other = taken(session)
    assert (one.merchant_id, one.opted_in_at is not None) == (shop.id, True)
    assert other.merchant_id is None


def test_killed_in_the_middle_nothing_is_lost_and_a_second_run_completes(committed, tmp_path):
    path = tmp_path / "export.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(
            [
                CHINESE,
                *[
                    [f"K-{n}", f"第{n}件，买的东西坏了不给退", "某店", "", "甲", "", "", "", ""]
                    for n in range(6_000)
                ],
            ]
        )
    process = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_TWO, str(path), committed.config["SQLALCHEMY_DATABASE_URI"]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr

    with committed.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 2 * imports.BATCH
        db.session.rollback()
        outcome = imports.run(path, "hotline", tmp_path / "rejects.csv")
        assert (outcome.taken, outcome.known) == (6_000 - 2 * imports.BATCH, 2 * imports.BATCH)
        refs = select(func.count(Complaint.source_ref.distinct()), func.count(Complaint.id))
        assert db.session.execute(refs).one() == (6_000, 6_000)
        db.session.remove()


KILLED_AFTER_TWO = """
import os, signal, sys

from pathlib import Path
from cli import imports
from complaints import copying
from app import create_app
from settings import Settings

settings = Settings(
    database_url=sys.argv[2], redis_url="unix:///nowhere", secret_key="of no use", data_key=b"x" * 32,
    environment="test", base_url="http://localhost", mail_from="a@b.example", operator_name="Test",
)
written = []
into = copying.into

def counted(session, table, names, lines):
    into(session, table, names, lines)
    written.append(table.name)
    if written.count("complaints") == 3:
        os.kill(os.getpid(), signal.SIGKILL)

copying.into = counted
app = create_app(settings)
with app.app_context():
    imports.run(Path(sys.argv[1]), "hotline", Path(sys.argv[1] + ".rejects"))
"""
