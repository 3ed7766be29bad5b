"""A plan and its published progress by hand, as long as the real one, for what is printed from it."""

import datetime as dt
from dataclasses import dataclass

from measures.plan_data import (
    AreaData,
    EvidenceView,
    FigureView,
    FindingData,
    MeasureData,
    PlanData,
    PlanView,
    ProgressView,
    QuestionData,
)

PUBLISHED = dt.datetime(2023, 11, 1, 2, 0, tzinfo=dt.UTC)
REPORTED = dt.datetime(2024, 1, 9, 20, 0, tzinfo=dt.UTC)  # the 10th in Bangkok
DIGEST = "3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed"
HOSTILE = "#panic() $x^2$ *หนา* _เอียง_ `โค้ด` <ป้าย> @อ้าง \\u{41} // จบ [ ] ~ -- '"


@dataclass
class Signs:
    """What an issuer needs."""

    district: str = "ท่าคันโท"
    province: str = "กาฬสินธุ์"
    signatory_name: str = "นายตัวอย่าง ทดสอบ"
    signatory_position: str = "ปลัดเทศบาลตำบลคงสมบูรณ์"


def measure(key: str, text: str, quarters: tuple[int, ...] = (1, 2, 3, 4), schedule: str = "ทุกไตรมาส", **more):
    """A measure of all divisions unless `more` says otherwise."""
    return MeasureData(
        id=key,
        text=text,
        quarters=quarters,
        schedule=schedule,
        **{"all_divisions": "divisions" not in more, **more},
    )


AREAS = (
    AreaData(
        1,
        "กระบวนการปฏิบัติงานที่โปร่งใสและมีประสิทธิภาพ",
        questions=(
            QuestionData(
                "I1",
                "เจ้าหน้าที่ของหน่วยงานท่านปฏิบัติหรือให้บริการแก่บุคคลภายนอกเป็นไปตามขั้นตอน และระยะเวลา มากน้อยเพียงใด",
            ),
            QuestionData("E11", "การปฏิบัติหรือการให้บริการของเจ้าหน้าที่ ดีขึ้นกว่าที่ผ่านมา มากน้อยเพียงใด"),
        ),
        findings=(FindingData("เจ้าหน้าที่ไม่มีการปรับปรุงการปฏิบัติงาน/การให้บริการให้ดีขึ้นกว่าที่ผ่านมา"),),
        measures=(
            measure(
                "m1",
                "สำรวจ/ประเมินความพึงพอใจของผู้รับบริการ/ผู้มีส่วนได้ส่วนเสีย",
                indicators=("surveys.answers",),
            ),
        ),
    ),
    AreaData(
        4,
        "กระบวนการการกำกับดูแลการใช้ทรัพย์สินของราชการ",
        questions=(
            QuestionData(
                "I19",
                "ท่านรู้แนวปฏิบัติของหน่วยงานของท่านเกี่ยวกับการใช้ทรัพย์สินของราชการที่ถูกต้องมากน้อยเพียงใด",
            ),
            QuestionData(
                "I20",
                "ขั้นตอนการขออนุญาตเพื่อยืมทรัพย์สินของราชการไปใช้ปฏิบัติงานมีความสะดวกมากน้อยเพียงใด",
            ),
            QuestionData(
                "I21",
                "เจ้าหน้าที่ของหน่วยงานท่านมีการขออนุญาตยืมทรัพย์สินของราชการไปใช้ปฏิบัติงานอย่างถูกต้อง มากน้อยเพียงใด",
            ),
        ),
        findings=(
            FindingData(
                "บุคลากรในหน่วยงานบางรายไม่ทราบแนวปฏิบัติที่ถูกต้องเกี่ยวกับการใช้ทรัพย์สินของราชการ "
                "หรือมีการขอยืมทรัพย์สินของทางราชการไปใช้ปฏิบัติงานอย่างไม่ถูกต้อง หรือขาดการกำกับดูแลและตรวจสอบ"
                "การใช้ทรัพย์สินเพื่อป้องกันไม่ให้นำไปใช้เพื่อประโยชน์ส่วนตัว"
            ),
        ),
        measures=(
            measure(
                "m2",
                "หน่วยงานควรกำหนดหรือระบุแนวทางการใช้ทรัพย์สินของราชการไว้ในคู่มือมาตรฐานการปฏิบัติงาน "
                "โดยมีการตรวจสอบวัสดุและครุภัณฑ์ในแต่ละส่วนงานเป็นระยะ",
                schedule="ตลอดปีงบประมาณ",
            ),
            measure(
                "m3",
                "ประชาสัมพันธ์คู่มือ หรือแนวทางดังกล่าวให้บุคลากรทราบปฏิบัติอย่างเคร่งครัด และกำชับให้บุคลากร"
                "ภายในหน่วยงานมีการขออนุญาตในการยืมทรัพย์สินอย่างถูกต้อง",
                schedule="ตลอดปีงบประมาณ",
            ),
            measure(
                "m4",
                "สร้างจิตสำนึกที่ดีในการรับผิดชอบต่อหน้าที่เพื่อให้เกิดการแยกแยะระหว่างผลประโยชน์ส่วนตน"
                "และผลประโยชน์ส่วนรวม รวมถึงการเสริมสร้างจิตสำนึกการเป็นเจ้าหน้าที่ของรัฐที่ดีตามมาตรฐานทางจริยธรรม",
                schedule="ตลอดปีงบประมาณ",
            ),
        ),
    ),
    AreaData(
        5,
        "กระบวนการสร้างความโปร่งใสในการใช้งบประมาณ และการจัดซื้อจัดจ้าง",
        questions=(
            QuestionData(
                "I7",
                "ท่านทราบข้อมูลเกี่ยวกับงบประมาณของหน่วยงานหรือส่วนงานที่ท่านปฏิบัติหน้าที่มากน้อยเพียงใด",
            ),
            QuestionData("I8", "ท่านเคยเข้าร่วมไปมีส่วนร่วมในกระบวนการงบประมาณมากน้อยเพียงใด"),
        ),
        findings=(
            FindingData("บุคลากรบางรายในหน่วยงานไม่ทราบข้อมูลเกี่ยวกับงบประมาณของหน่วยงานหรือของส่วนงานที่รับผิดชอบ", ("I7",)),
            FindingData("บุคลากรบางรายในหน่วยงาน ไม่เคยเข้าไปมีส่วนร่วมในกระบวนการงบประมาณ", ("I8",)),
        ),
        measures=(
            measure(
                "m5",
                "เผยแพร่และประชาสัมพันธ์แผนการดำเนินงานและแผนการใช้จ่ายงบประมาณประจำปีให้บุคลากรภายในหน่วยงาน"
                "ที่ได้รับทราบอย่างทั่วถึงผ่านช่องทางการสื่อสารต่างๆ เช่น ช่องทางออนไลน์ Line, Facebook "
                "(หรือบอร์ดประชาสัมพันธ์เป็นต้น)",
                quarters=(1, 2, 4),
                schedule="ไตรมาส 1,2,4",
                divisions=("สำนักปลัดเทศบาล",),
            ),
            measure(
                "m6",
                "จัดให้บุคลากรภายในหน่วยงานได้มีส่วนร่วมในการจัดทำแผนการดำเนินงานและแผนการใช้จ่ายงบประมาณ "
                "หรือมีส่วนร่วมในกระบวนการกำกับติดตามแผนการดำเนินงานและแผนการใช้จ่ายงบประมาณให้เป็นไปตามวัตถุประสงค์"
                "ที่ตั้งไว้ เพื่อให้บุคลากรได้เข้ามามีส่วนร่วมให้เป็นไปตามวัตถุประสงค์มีความคุ้มค่า และเกิดผลประโยชน์สูงสุดต่อประชาชน",
                quarters=(1, 2, 4),
                schedule="ไตรมาส 1,2,4",
                divisions=("สำนักปลัดเทศบาล",),
            ),
        ),
    ),
    AreaData(
        6,
        "กระบวนการควบคุม ตรวจสอบการใช้อำนาจและการบริหารงานบุคคล",
        questions=(
            QuestionData(
                "I27",
                "ท่านทราบเกี่ยวกับมาตรฐานทางจริยธรรมหรือประมวลจริยธรรมสำหรับเจ้าหน้าที่ของหน่วยงานท่าน มากน้อยเพียงใด",
            ),
        ),
        findings=(FindingData("เจ้าหน้าที่ขาดความรู้เกี่ยวกับมาตรฐานทางจริยธรรม/ประมวลจริยธรรม"),),
        measures=(
            measure(
                "m7",
                "จัดอบรมบรรยายให้ความรู้เรื่องมาตรฐานทางจริยธรรมและข้อกำหนดทางจริยธรรมแก่บุคลากรภายในหน่วยงาน",
                quarters=(2, 3, 4),
                schedule="ไตรมาส 2-4",
                divisions=("สำนักปลัดเทศบาล", "กองช่าง"),
            ),
        ),
    ),
)

PLAN = PlanData(
    fiscal_year=2567,
    title="มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน",
    municipality="เทศบาลตำบลคงสมบูรณ์",
    prepared_by="สำนักปลัด",
    areas=AREAS,
    limitations=(
        "บุคลากรในสังกัดที่เข้ามาตอบแบบประเมินยังขาดความรู้ความเข้าใจในการประเมิน",
        "เจ้าหน้าที่ผู้รับผิดชอบการประเมินไม่เพียงพอและต้องรับผิดชอบงานหลายที่",
        "บุคลากรในสังกัดยังไม่เข้าใจขั้นตอนการใช้ทรัพย์สินของหน่วยงาน",
    ),
)

FILE = EvidenceView(
    title="รายงานผลการสำรวจความพึงพอใจ ไตรมาส 1.pdf",
    url="/measures/evidence/Zk3vQ9aBc_1/",
    sha256=DIGEST,
    kind="file",
    size=48213,
    content_type="application/pdf",
)
LINK = EvidenceView(
    title="ประกาศบนเว็บไซต์",
    url="https://www.example.go.th/news/view.php?id=1234&topic=%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7",
    sha256="",
    kind="link",
)

PROGRESS = {
    ("m1", 1): ProgressView(
        quarter=1,
        status="done",
        result="สำรวจความพึงพอใจของผู้รับบริการ ณ จุดบริการ 5 จุด มีผู้ตอบ 120 คน ความพึงพอใจเฉลี่ยร้อยละ 84.25\n"
        "นำผลเข้าที่ประชุมหัวหน้าส่วนราชการ เมื่อวันที่ 25 ธันวาคม 2566",
        obstacles="ผู้สูงอายุตอบแบบสำรวจผ่านโทรศัพท์ไม่สะดวก",
        next_step="จัดเจ้าหน้าที่ช่วยอ่านแบบสำรวจและเพิ่มแบบกระดาษ",
        published_at=REPORTED,
        number=2,
        evidence=(FILE, LINK),
    ),
    ("m1", 2): ProgressView(
        quarter=2,
        status="in_progress",
        result="กำลังเก็บข้อมูล",
        obstacles="",
        next_step="",
        published_at=REPORTED,
        number=1,
    ),
    ("m2", 1): ProgressView(
        quarter=1,
        status="delayed",
        result=HOSTILE,
        obstacles='=HYPERLINK("http://x")',
        next_step="- ปรับปรุง",
        published_at=REPORTED,
        number=1,
        evidence=(FILE,),
    ),
    ("m3", 1): ProgressView(
        quarter=1,
        status="not_done",
        result="",
        obstacles="งบประมาณไม่เพียงพอ",
        next_step="",
        published_at=REPORTED,
        number=1,
    ),
    ("m4", 1): ProgressView(
        quarter=1,
        status="not_started",
        result="",
        obstacles="",
        next_step="เริ่มไตรมาส 2",
        published_at=REPORTED,
        number=1,
    ),
}
FIGURES = {
    ("m1", quarter): (
        FigureView("surveys.answers", "ผู้ตอบแบบสำรวจ", value, "คน", "/surveys/satisfaction/results/", text),
    )
    for quarter, value, text in ((1, 120, "120"), (2, 0, "0"), (3, None, "–"), (4, None, "–"))
}
VIEW = PlanView(data=PLAN, number=3, published_at=PUBLISHED, digest=DIGEST, progress=PROGRESS, figures=FIGURES)
