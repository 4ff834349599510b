"""Writes a small Excel workbook by hand: shared and own texts, days by their style, a formula, holes. `make_workbook.py <path>`."""

import sys
import zipfile

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = f"""<worksheet {NS}><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="inlineStr"><is><t>ok</t></is></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1.25</v></c><c r="C2" s="1"><v>45322</v></c><c r="D2" t="s"><v>4</v></c><c r="E2" t="b"><v>1</v></c></row>
<row r="3"><c r="A3"><f>A2+1</f><v>2</v></c><c r="C3" s="1"><v>45351</v></c><c r="D3" t="str"><v>Ünal</v></c><c r="E3" t="b"><v>0</v></c></row>
<row r="4"><c r="A4"><v>3</v></c><c r="B4"><v>-4</v></c></row></sheetData></worksheet>"""
FILES = {
    "xl/workbook.xml": f'<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{REL}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"<sst {NS}><si><t>id</t></si><si><t>amount</t></si><si><r><t>d</t></r><r><t>ay</t></r></si><si><t>who</t><rPh><t>kana</t></rPh></si><si><t>Ann &amp; Bob</t></si></sst>",
    "xl/styles.xml": f'<styleSheet {NS}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": SHEET,
    "xl/worksheets/sheet2.xml": f'<worksheet {NS}><sheetData><row r="3"><c r="B3" t="inlineStr"><is><t>only</t></is></c></row></sheetData></worksheet>',
}


def write_workbook(path, change=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**FILES, **(change or {})}.items():
            archive.writestr(name, content)


if __name__ == "__main__":
    write_workbook(sys.argv[1])
