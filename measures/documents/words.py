"""The words of official documents.

Official documents of a Thai agency are Thai whoever reads them, so these are constants and not translations.
"""

from __future__ import annotations

import datetime as dt

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.thai import MONTHS, long_date

STATUS = {
    "not_started": "ยังไม่เริ่มดำเนินการ",
    "in_progress": "อยู่ระหว่างดำเนินการ",
    "done": "ดำเนินการแล้วเสร็จ",
    "delayed": "ล่าช้ากว่าแผน",
    "not_done": "ไม่ได้ดำเนินการ",
}
UNPUBLISHED = "ยังไม่มีการเผยแพร่ผลการดำเนินการในไตรมาสนี้"
UNPUBLISHED_SHORT = "ยังไม่เผยแพร่ผล"
OUTSIDE = "ไม่อยู่ในแผนของไตรมาสนี้"
NO_EVIDENCE = "ไม่มีหลักฐานแนบ"
NO_EVIDENCE_AT_ALL = "ยังไม่มีหลักฐานที่เผยแพร่ในช่วงเวลาของรายงานนี้"
NOTHING_WRITTEN = "–"
ALL_DIVISIONS = "ทุกสำนัก/กอง"
UNKNOWN_FIGURE = "ไม่มีข้อมูล"

PLAN_COLUMNS = ("ประเด็น", "ข้อคำถาม", "ข้อค้นพบ", "ขั้นตอน/วิธีการปฏิบัติ", "ระยะเวลาดำเนินการ", "ผู้รับผิดชอบ")
PLAN_COLUMN_GROUP = "การนำผลการวิเคราะห์ไปสู่การปฏิบัติ"
LIMITATIONS = "การวิเคราะห์ข้อจำกัดของหน่วยงานในการดำเนินการประเมินคุณธรรมและความโปร่งใสในการดำเนินงานของหน่วยงานภาครัฐ"

REPORT_COLUMNS = (
    "ไตรมาส",
    "สถานะ",
    "ผลการดำเนินการ",
    "ปัญหาและอุปสรรค",
    "แนวทางดำเนินการต่อไป",
    "หลักฐาน",
)
SUMMARY = "สรุปสถานะการดำเนินการรายไตรมาส"
SUMMARY_COLUMNS = ("ไตรมาส", "มาตรการในแผน")
TOTAL = "รวม"
ANNEX = "ภาคผนวก รายการหลักฐาน"
ANNEX_COLUMNS = ("ลำดับ", "มาตรการ", "ไตรมาส", "ชื่อ ที่อยู่ และรหัสตรวจสอบไฟล์")
FIGURES = "ข้อมูลจากระบบ"


def year_words(fiscal_year: int) -> str:
    """`ประจำปีงบประมาณ พ.ศ. 2567`."""
    return f"ประจำปีงบประมาณ พ.ศ. {fiscal_year}"


def months_of(fiscal_year: int, quarter: int) -> str:
    """`ม.ค. – มี.ค.` in full, with the year: `มกราคม – มีนาคม 2567`."""
    span = FiscalQuarter(FiscalYear(fiscal_year), quarter)
    return f"{MONTHS[span.start.month - 1]} – {MONTHS[span.end.month - 1]} {span.end.year + 543}"


def period_words(fiscal_year: int, quarter: int | None) -> str:
    """What a report covers: one quarter or the whole year."""
    if quarter is None:
        return year_words(fiscal_year)
    return f"ไตรมาสที่ {quarter} ({months_of(fiscal_year, quarter)}) {year_words(fiscal_year)}"


def report_title(plan_title: str, between: str = "") -> str:
    """The report's name after the plan's; `between` may be a line break."""
    return f"รายงานผลการดำเนินการ{between}ตาม{plan_title}"


def published_words(moment: dt.datetime | dt.date | None) -> str:
    """`เผยแพร่เมื่อวันที่ 1 ตุลาคม 2566`, or that it is a draft."""
    return f"เผยแพร่เมื่อวันที่ {long_date(moment, 'th')}" if moment else "ฉบับร่าง ยังไม่เผยแพร่"


def published_until(moment: dt.datetime | dt.date | None) -> str:
    """How new the report's newest content is."""
    if moment is None:
        return published_words(None)
    return f"ผลการดำเนินการที่เผยแพร่ถึงวันที่ {long_date(moment, 'th')}"


def responsible(all_divisions: bool, divisions: tuple[str, ...]) -> str:
    """Who is responsible, as the document says it; one division a line."""
    return ALL_DIVISIONS if all_divisions else "\n".join(divisions)
