"""The municipality's real plan, and example reports for the demonstration."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from ita_portal.pdf import compile_pdf
from ita_portal.uploads import accept_upload
from organization.models import User
from organization.people import portal_user
from organization.portal_data import demonstrations, installers

from .assessment.demonstration import demonstrate_results
from .choices import ProgressStatus
from .importing import store_plan
from .models import Measure, Plan
from .services import add_file_evidence, add_link_evidence, publish_plan, publish_progress, save_progress
from .ties import PLAN_FILE, own_plan, tie_measures

__all__ = ["PLAN_FILE", "demonstrate", "install_plan", "tie_plan"]

MARK = "[ตัวอย่าง]"
"""Before every sentence of the demonstration."""

_S = ProgressStatus
EXAMPLES: dict[tuple[int, int], dict[int, tuple[ProgressStatus, str]]] = {
    (1, 1): {
        1: (_S.DONE, "สำรวจความพึงพอใจผู้รับบริการ ณ จุดบริการ 4 จุด ทั้งด้วยคิวอาร์โค้ดและบัตรตอบแบบสำรวจ เสนอผลต่อผู้บริหารแล้ว"),
        2: (_S.DONE, "สำรวจรอบที่ 2 นำข้อเสนอแนะเรื่องเวลารอคิวเสนอที่ประชุมประจำเดือน"),
        3: (_S.DONE, "สำรวจรอบที่ 3 เปิดช่องบริการเพิ่ม 1 ช่องตามข้อเสนอแนะ"),
    },
    (2, 1): {
        1: (_S.DONE, "เปิดหน้ารับความคิดเห็นบนเว็บไซต์ และติดป้าย QR ที่สำนักงาน"),
        2: (_S.DONE, "ตอบข้อเสนอแนะและคำถามที่เข้ามา และมอบหมายสำนัก/กองที่รับผิดชอบทุกเรื่อง"),
        3: (_S.IN_PROGRESS, "อยู่ระหว่างปรับปรุงแบบฟอร์มให้ใช้บนโทรศัพท์ได้สะดวกขึ้น"),
    },
    (2, 2): {
        1: (_S.DONE, "เผยแพร่กิจกรรมประชาคมหมู่บ้านพร้อมสรุปผลการมีส่วนร่วม"),
        2: (_S.IN_PROGRESS, "เผยแพร่กิจกรรมจิตอาสา อยู่ระหว่างรวบรวมสรุปผล"),
    },
    (3, 1): {
        1: (_S.IN_PROGRESS, "ออกแบบแบนเนอร์ช่องทางแจ้งเรื่องทุจริตบนหน้าแรกของเว็บไซต์"),
        2: (_S.DONE, "แบนเนอร์แสดงทุกหน้าของเว็บไซต์ เข้าถึงได้ตลอด 24 ชั่วโมง"),
        3: (_S.DONE, "ตรวจสอบการใช้งานแบนเนอร์ทุกเดือน ไม่พบข้อขัดข้อง"),
    },
    (3, 2): {1: (_S.DONE, "ปิดประกาศช่องทางร้องเรียนที่บอร์ดหน้าสำนักงาน เคาน์เตอร์บริการ และโถงทางเข้าอาคาร")},
    (4, 1): {
        1: (_S.DONE, "จัดทำแนวทางการใช้ทรัพย์สินของราชการรวมไว้ในคู่มือการปฏิบัติงาน"),
        2: (_S.DELAYED, "ตรวจสอบวัสดุครุภัณฑ์แล้วเป็นส่วนใหญ่ เหลือบางส่วนงาน"),
    },
    (4, 2): {2: (_S.IN_PROGRESS, "เวียนคู่มือให้บุคลากรอ่านและรับทราบในระบบ อยู่ระหว่างติดตามผู้ที่ยังไม่รับทราบ")},
    (5, 1): {
        1: (_S.DONE, "เผยแพร่แผนการดำเนินงานและแผนการใช้จ่ายงบประมาณทาง LINE เฟซบุ๊ก และบอร์ดประชาสัมพันธ์"),
        2: (_S.DONE, "เผยแพร่ผลการใช้จ่ายงบประมาณรอบ 6 เดือนให้บุคลากรทราบทุกส่วนงาน"),
    },
    (7, 1): {
        1: (_S.DONE, "เผยแพร่ช่องทางแจ้งเรื่องทุจริตพร้อมมาตรการคุ้มครองผู้แจ้งเบาะแสบนเว็บไซต์"),
        2: (_S.DONE, "ติดป้ายช่องทางแจ้งเรื่องทุจริต ณ จุดบริการประชาชนครบทุกจุด"),
    },
}  # fmt: skip
"""Example reports: (area, measure) → quarter → status and result. Area 6 is left for the reader to try."""


@transaction.atomic
def install_plan() -> None:
    """The real plan, published, where the portal has no plan yet."""
    if Plan.objects.exists():
        return
    by = portal_user()
    store_plan(own_plan(), by=by)
    publish_plan(plan=Plan.objects.get(), by=by)


@transaction.atomic
def demonstrate() -> None:
    """Example reports on the real plan, each marked; only where nobody has reported anything."""
    measures = {
        (measure.area.number, measure.position): measure
        for measure in Measure.objects.filter(area__plan__fiscal_year=2567).select_related("area")
    }
    if not measures or any(measure.progress.exists() for measure in measures.values()):
        return
    secretary = User.objects.get(username="secretary")
    reports = []
    for key, quarters in EXAMPLES.items():
        for quarter, (status, result) in quarters.items():
            late = status == ProgressStatus.DELAYED
            report = save_progress(
                measure=measures[key], quarter=quarter, division=None, by=secretary, revision=0, status=status,
                result=f"{MARK} {result}",
                obstacles=f"{MARK} เจ้าหน้าที่ติดภารกิจเร่งด่วนของอำเภอ" if late else "",
                next_step=f"{MARK} ตรวจสอบส่วนงานที่เหลือให้แล้วเสร็จภายในเดือนถัดไป" if late else "",
            )  # fmt: skip
            if status == ProgressStatus.DONE:
                upload = accept_upload(_example_file(key, quarter, result))
                add_file_evidence(progress=report, upload=upload, title=f"{MARK} บันทึกผลการดำเนินการ", by=secretary)
            reports.append(report)
    add_link_evidence(
        progress=reports[0], url="https://example.org/survey", title=f"{MARK} หน้าผลการสำรวจ", by=secretary
    )
    publish_progress(reports=reports, by=secretary)
    staff = User.objects.get(username="staff")
    save_progress(
        measure=measures[1, 1], quarter=4, division=staff.division, by=staff, revision=0, status=ProgressStatus.DONE,
        result=f"{MARK} กองช่างแจกแบบสำรวจแก่ผู้ขออนุญาตก่อสร้าง 32 ราย",
    )  # fmt: skip


def _example_file(key: tuple[int, int], quarter: int, result: str) -> SimpleUploadedFile:
    """A small real PDF that says what it is."""
    content = compile_pdf(
        Path(__file__).parent / "documents" / "example_evidence.typ",
        {"text": result},
        title=f"{MARK} บันทึกผลการดำเนินการ ประเด็นที่ {key[0]} ไตรมาส {quarter}",
        author="ข้อมูลตัวอย่าง",
    )
    name = f"ตัวอย่าง-ประเด็น{key[0]}-{key[1]}-ไตรมาส{quarter}.pdf"
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def tie_plan() -> None:
    """A portal that was filled by an earlier version shows the figures of this one, too."""
    tie_measures()


installers.register("measures", install_plan)
installers.register("measures.ties", tie_plan)
demonstrations.register("measures", demonstrate)
demonstrations.register("measures.assessment", demonstrate_results)
