"""What spreadsheets do to what people typed, and what people do to spreadsheets."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from minutebook.spreadsheets.dates import NotADate, Order, evidence_of, read_date
from minutebook.spreadsheets.files import LARGEST_FILE, CannotRead, check_size, sheets_of
from minutebook.spreadsheets.registers import COMPANIES, OFFICEHOLDERS
from minutebook.spreadsheets.values import Unreadable, Way, read_cell
from minutebook.spreadsheets.writing import WorkbookWriter, csv_lines

WAY = Way()
ACN = COMPANIES.column("acn")
DIRECTOR_ID = OFFICEHOLDERS.column("director_id")
DANGEROUS = ["=1+1", "+61 3 9000 0001", "-5", "@SUM(A1)", "'quoted", "'=1", "O’Brien"]


def rows_of(content: bytes, name: str = "registers.csv") -> list[list[str]]:
    return [cells for sheet in sheets_of(name, io.BytesIO(content)) for _, cells in sheet.rows]


def workbook(*rows: list[object], epoch_1904: bool = False, merge: str = "") -> bytes:
    book, stream = Workbook(), io.BytesIO()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(stream)
    return stream.getvalue()


class TestNumbers:
    @pytest.mark.parametrize(
        "text", ["004 085 616", "004085616", "4085616", "4.085616E+06", "4085616.0", " 004-085-616 "]
    )
    def test_an_acn_however_it_was_spoilt(self, text: str) -> None:
        assert ACN
        assert read_cell(ACN, text, WAY).value == "004085616"

    @pytest.mark.parametrize("text", ["4.08562E+06", "1.23457E+08", "4085617", "99", "ACN"])
    def test_one_that_cannot_be_proved_is_refused(self, text: str) -> None:
        assert ACN
        with pytest.raises(Unreadable):
            read_cell(ACN, text, WAY)

    def test_a_director_id_without_its_zero(self) -> None:
        assert DIRECTOR_ID
        assert read_cell(DIRECTOR_ID, "36100000000000", WAY).value == "036100000000000"


class TestDates:
    @pytest.mark.parametrize(
        "text",
        ["14/03/2017", "14.3.2017", "2017-03-14", "14 Mar 2017", "14 March 2017", "42808", "14/03/17",
         "2017-03-14 00:00:00"],
    )  # fmt: skip
    def test_ways_of_writing_one_day(self, text: str) -> None:
        assert read_date(text) == date(2017, 3, 14)

    def test_excel_of_the_macintosh(self) -> None:
        assert read_date("41346", from_1904=True) == date(2017, 3, 14)

    @pytest.mark.parametrize(
        ("texts", "order", "ambiguous"),
        [
            (["14/03/2017", "03/04/2017"], Order.DAY_FIRST, False),
            (["03/14/2017", "03/04/2017"], Order.MONTH_FIRST, False),
            (["03/04/2017"], None, True),
            (["04/04/2017", "2017-04-03"], None, False),
            (["14/03/2017", "03/14/2017", "03/04/2017"], Order.DAY_FIRST, True),
        ],
    )
    def test_the_order_is_proved_or_asked(
        self, texts: list[str], order: Order | None, *, ambiguous: bool
    ) -> None:
        found = evidence_of(texts)

        assert (found.order, found.is_ambiguous) == (order, ambiguous)

    @pytest.mark.parametrize("text", ["31/02/2017", "14/14/2017", "soon", "14/03/0217"])
    def test_no_day(self, text: str) -> None:
        with pytest.raises(NotADate):
            read_date(text)


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_encodings_and_delimiters(self, encoding: str, delimiter: str) -> None:
        text = (
            delimiter.join(["Company", "Director"])
            + "\r\n"
            + delimiter.join(["Café “Zoë” Pty Ltd", '"Ngata, Aroha"'])
        )

        assert rows_of(text.encode(encoding)) == [
            ["Company", "Director"],
            ["Café “Zoë” Pty Ltd", "Ngata, Aroha"],
        ]


class TestWorkbooks:
    def test_days_of_either_calendar(self) -> None:
        for epoch_1904 in (False, True):
            assert rows_of(workbook([date(2017, 3, 14)], epoch_1904=epoch_1904)) == [["2017-03-14"]]

    def test_a_merged_cell_is_the_value_of_all_its_rows(self) -> None:
        content = workbook(["Gum", "Aroha"], [None, "Daniel"], merge="A1:A2")

        assert rows_of(content) == [["Gum", "Aroha"], ["Gum", "Daniel"]]

    def test_a_formula_without_a_value_is_said(self) -> None:
        notes = []
        for sheet in sheets_of("f.xlsx", io.BytesIO(workbook(["Gum", "=1+1"]))):
            assert [cells for _, cells in sheet.rows] == [["Gum"]]
            notes += sheet.notes

        assert "have no saved value (B1)" in notes[0]

    def test_a_bomb_is_refused(self) -> None:
        stream = io.BytesIO(workbook(["a"]))
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/bomb.xml", b"0" * (260 * 1024 * 1024))

        with pytest.raises(CannotRead, match="unpacks to 260 MB"):
            rows_of(stream.getvalue())

    def test_an_xml_attack_is_refused(self) -> None:
        stream, attack = io.BytesIO(), b'<!DOCTYPE x [<!ENTITY a "b">]>'
        with zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as good, zipfile.ZipFile(stream, "w") as bad:
            for name in good.namelist():
                content = good.read(name)
                start = content.index(b"<worksheet") if name.startswith("xl/worksheets/") else None
                bad.writestr(name, content if start is None else content[:start] + attack + content[start:])

        with pytest.raises(CannotRead, match=r"attack|damaged"):
            rows_of(stream.getvalue())

    @pytest.mark.parametrize(
        "content", [b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"\x00\x01\x02"]
    )
    def test_what_is_no_spreadsheet_is_refused(self, content: bytes) -> None:
        with pytest.raises(CannotRead):
            rows_of(content)

    def test_a_file_of_50_mb_is_refused_before_it_is_read(self) -> None:
        with pytest.raises(CannotRead, match="50 MB"):
            check_size("large.csv", 2 * LARGEST_FILE)


class TestFormulas:
    def test_nothing_in_a_csv_begins_like_one_and_all_comes_back(self) -> None:
        content = b"".join(csv_lines(["Name"], ([text] for text in DANGEROUS)))

        assert not any(line[:1] in b"=+-@" for line in content.splitlines()[1:])
        assert rows_of(content)[1:] == [[text] for text in DANGEROUS]

    def test_a_workbook_holds_text_and_all_comes_back(self) -> None:
        stream, book = io.BytesIO(), WorkbookWriter()
        book.add_sheet("Names", ["Name"], ([text] for text in DANGEROUS))
        book.save(stream)

        with zipfile.ZipFile(stream) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert rows_of(stream.getvalue())[1:] == [[text] for text in DANGEROUS]
