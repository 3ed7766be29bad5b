"""The words of the budget: complete in both languages, with an anchor each."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from budget.glossary import glossary

ASKED_FOR = {
    "เทศบัญญัติงบประมาณรายจ่าย", "แผนงาน", "งบกลาง", "งบลงทุน", "เงินอุดหนุน", "เงินสะสม", "โอนงบประมาณ", "ก่อหนี้ผูกพัน",
    "เบิกจ่าย", "กันเงิน", "ราคากลาง", "วิธีเฉพาะเจาะจง", "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "สขร.1",
}  # fmt: skip


def test_every_word_is_told_in_both_languages_once() -> None:
    words = [word for part in glossary() for word in part.words]
    assert {word.thai for word in words} >= ASKED_FOR
    keys = [word.key for word in words] + [part.part for part in glossary()]
    assert len(set(keys)) == len(keys)
    for word in words:
        assert re.fullmatch(r"[a-z-]+", word.key)
        assert re.search("[ก-๙]", word.thai_text), word.key
        assert word.english_text, word.key
        assert not re.search("[ก-๙]", word.english_text), word.key


@pytest.mark.django_db
def test_the_page_has_each_at_its_anchor_in_its_language(client: Client) -> None:
    thai = client.get("/budget/words/").content.decode()
    english = client.get("/en/budget/words/").content.decode()
    for part in glossary():
        for word in part.words:
            assert f'id="{word.key}"' in thai
            assert word.thai_text in thai
            assert word.thai_text not in english
            assert f'lang="th">{word.thai}<' in english
