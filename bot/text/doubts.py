"""What makes one ask whether a name is meant so. Nobody is refused for it: the person is asked
once, and admins get a mark to look at.

An honest name that is asked about costs its bearer a tap and a bad feeling, so what is a name
somewhere counts only where it cannot be one: "Ortega y Gasset", "Costa e Silva" and "Gaudí i
Cornet" are one person each, Ng, Ong and Union are surnames, 李 is a whole one.
"""

from __future__ import annotations

import re
import unicodedata

from bot.domain.endorsement import Kind
from bot.domain.likeness import Doubt
from bot.text.folding import UNSPACED, fold, words

_MAIL = re.compile(r"[^\s@＠]+[@＠][^\s@＠]+\.\w{2,}")
_LINK = re.compile(r"https?:|www\.|\b(?:t\.me|wa\.me)/|\b[\w-]+\.[a-z]{2,}/\w", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[\w-]{2,}\.(?:com|org|net|info)\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)[@＠]\w")
_PHONE = re.compile(r"\d(?:[\s().\-/]{0,2}\d){6,}")
_YEARS = re.compile(r"\b(?:1[5-9]|20)\d\d\s*[-–/]\s*(?:1[5-9]|20)\d\d\b")

_SIGNS = re.compile(r"\S\s*&\s*\S|\S\s*[;、]\s*\S|\S\s+\+\s+\S")
_AND = re.compile("and|et|und|και|և|და|እና|и|та|і|és|și|dhe|và|û|و|اور|और|एवं|এবং|ও|மற்றும்|및")
# Words and names elsewhere, so only beside words that begin with a capital letter.
_AND_SMALL = re.compile("en|og|och|ja|dan|ve|y")
# One family's names are joined by the same words: von Thun und Hohenstein, López y Pérez de Ayala.
_PARTICLES = {"von", "zu", "zum", "zur", "de", "del"}
_JOINS_SURNAMES = {"und", "y"}

_FORM = re.compile(
    r"\be\.\s?V\.|\b(?:g?GmbH|Inc|Ltd|LLC|PLC|ASBL|SARL|Srl|NGO)\b\.?|\bS\.\s?A\.\s?R\.\s?L\."
)
_BODIES = frozenset(
    word
    for listed in (
        "committee association federation confederation foundation collective coalition syndicate "
        "cooperative organisation organization",
        "syndicat comité fédération confédération fondation collectif coopérative",
        "sindicato comité asociación federación confederación fundación colectivo cooperativa",
        "associação federação fundação comitê coletivo sindacato comitato associazione fondazione",
        "verein gewerkschaft ausschuss verband stiftung vereniging vakbond stichting",
        "sendika sendikası derneği komitesi federasyonu vakfı komîte sendîka یەکێتی لیژنە",
        "لجنة اللجنة نقابة النقابة جمعية الجمعية منظمة المنظمة مؤسسة المؤسسة تحالف التحالف",
        "الاتحاد رابطة الرابطة اتحادیه کمیته انجمن سازمان سندیکا کمیٹی",
        "комитет комітет профсоюз профспілка ассоциация асоціація федерация федерація",
        "עמותה עמותת איגוד ארגון επιτροπή σύλλογος σωματείο समिति संगठन यूनियन সমিতি কমিটি",
        "ማህበር ኮሚቴ",
    )
    for word in map(fold, listed.split())
)
# A surname or a given name too, where it stands beside one word, or in Arabic before one without
# an article.
_UNION = re.compile(r"(?:union|союз|ενωση) \S+ .+|\S+ .+ (?:union|союз|ενωση)|اتحاد ال.+")
_BODIES_INSIDE = re.compile(
    "协会|工会|委员会|联合会|基金会|公司|協會|工會|委員會|聯合會|基金會|組合|協会|委員会|連盟|会社"
    "|위원회|협회|노조|노동조합|연합|재단|สหภาพ|สมาคม|คณะกรรมการ|มูลนิธิ"
    r"|\w{3}(?:gewerkschaft|verband|verein|stiftung)\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    "yes|no|ok|okay|yes please|i agree|agree|hi|hello|oui|non|d accord|si|vale|sim|ja|nein"
    "|evet|hayır|tamam|да|нет|так|ναι|כן|نعم|لا|موافق|اوكي|مرحبا|بله|آره|بەڵێ|ہاں|हाँ|হ্যাঁ"
    "|好|是|可以|はい|네|예|ใช่"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")


def doubts(name: str, kind: Kind) -> tuple[Doubt, ...]:
    """What looks odd about a name that `bot.domain.names.clean_name` has let pass."""
    found = [*_addresses(name, kind)]
    if kind is Kind.PERSON:
        if _SIGNS.search(name) or _are_several(name):
            found.append(Doubt.SEVERAL)
        if _FORM.search(name) or _BODIES_INSIDE.search(name) or _is_body(name):
            found.append(Doubt.ORGANISATION)
    if not found and len([c for c in name if c.isalpha()]) < 2 and not _UNSPACED.search(name):
        found.append(Doubt.LETTER)
    if _ANSWERS.fullmatch(name.casefold()) or _ANSWERS.fullmatch(fold(name)):
        found = [Doubt.ANSWER]
    return tuple(found)


def _addresses(name: str, kind: Kind) -> list[Doubt]:
    """An organisation may be called Avaaz.org."""
    if _MAIL.search(name):
        return [Doubt.MAIL]
    found = []
    if _LINK.search(name) or (kind is Kind.PERSON and _DOMAIN.search(name)):
        found.append(Doubt.LINK)
    if _HANDLE.search(name):
        found.append(Doubt.HANDLE)
    if _PHONE.search(_YEARS.sub("", name)):
        found.append(Doubt.PHONE)
    return found


def _are_several(name: str) -> bool:
    each = name.split()
    capital = any(unicodedata.category(word[0]) == "Lu" for word in each)
    for at, word in enumerate(each[1:-1], 1):
        known = _AND.fullmatch(word) or (capital and _AND_SMALL.fullmatch(word))
        if known and not (word in _JOINS_SURNAMES and _is_family(word, each[:at], each[at + 1 :])):
            return True
    return False


def _is_family(joined_by: str, before: list[str], behind: list[str]) -> bool:
    if _PARTICLES & {*before, *behind}:
        return True
    return joined_by == "y" and min(len(before), len(behind)) < 2


def _is_body(name: str) -> bool:
    return bool(_BODIES & set(words(name)) or _UNION.fullmatch(fold(name)))
