"""Words that organisers use around a statement, in the languages that most of them write.

Everything here is compared with `scripts.fold`ed text. What is not listed is not lost: the line
is then an ordinary line, or is reported as not placed.
"""

import re

from bot.importer.scripts import (
    FINAL_STOPS,
    ends_sentence,
    wide_scripted,
    width,
    word_set,
)
from bot.statements.folding import fold, words

_ATTRIBUTIONS = (
    # English: "(Joint) statement by", "Open letter to the minister from"
    r"(?:\S+ ){0,3}?(?:statement|declaration|letter|communique|press release|message)"
    r"(?:(?: \S+){0,14}? (?:by|from)| of) .*",
    r"(?:\S+ ){0,3}?(?:appeal|call|manifesto|resolution) (?:by|from|of) .*",
    r"(?:issued|signed and issued|adopted) by .*",
    # French, Spanish, Portuguese, Italian
    r"(?:declaration|communique|lettre ouverte|appel|tribune|manifeste|message)"
    r"(?: (?!a |au |aux |pour |sur |contre )\S+){0,2}? (?:(?:des?|du|par) (?!presse$)|d').*",
    r"(?:declaracion|comunicado|carta abierta|carta|llamamiento|manifiesto|pronunciamiento)"
    r"(?: (?!a |al |para |sobre |contra |en )\S+){0,2}? (?:de|del|por|desde) (?!prensa$).*",
    r"(?:declaracao|comunicado|nota|carta aberta|manifesto|apelo)"
    r"(?: (?!a |ao |aos |para |sobre |contra )\S+){0,2}? (?:de|do|da|dos|das|por|pel[oa]s?) .*",
    r"(?:dichiarazione|comunicato|lettera aperta|appello|manifesto)"
    r"(?: (?!a |al |per |sul |contro )\S+){0,2}? (?:di|del|della|dei|delle|degli|da) .*",
    r"(?:\S+ ){0,1}(?:erklarung|stellungnahme|offener brief|aufruf|resolution|appell)"
    r" (?:von|der|des|vom) .*",
    # Arabic and Persian: the noun first; "about", "to", "against" behind it begin a title
    r"(?:بيان|نداء|رساله|اعلان|تصريح|بيانيه|نامه)"
    r"(?: (?:مشترك\S*|صحفي|صحافي|عام|مفتوح\S*|تضامني|سياسي|هام|سرگشاده))*+"
    r" (?!(?:حول|بشان|بخصوص|عن|في|الي|ضد|تضامن\S*|درباره|به|عليه) ).*",
    # Chinese and Japanese: whose it is stands in front
    r"(?!关于|關於|致|就)(?:由|来自|來自)?.{2,}"
    r"(?:联合声明|聯合聲明|共同声明|共同聲明|的声明|的聲明|的公开信|的公開信|发表声明|共同宣言|共同声明)",
    r"(?:由|来自|來自).{2,}(?:发布|發布|发表|發表|联署|聯署|声明|聲明|公开信|公開信).*",
    # Turkish
    r".* (?:ortak )?(?:bildirisi|aciklamasi|cagrisi|mektubu)",
)
_ATTRIBUTION = re.compile("|".join(f"(?:{pattern})" for pattern in _ATTRIBUTIONS))

# What kind of text it is, where nothing says whose: "Open letter to the minister".
_KIND = re.compile(
    r"(?:\S+ ){0,3}?(?:statement|declaration|open letter|appeal|communique|press release|resolution"
    r"|lettre ouverte|tribune|declaracion|comunicado|carta abierta|manifiesto|declaracao"
    r"|carta aberta|lettera aperta|erklarung|offener brief|pressemitteilung)\b.*"
    r"|(?:بيان|نداء|رساله مفتوحه)\b.*"
    r"|.*(?:声明|聲明|公开信|公開信|宣言|呼吁书|新闻稿)"
)
_KICKERS = word_set(
    "for immediate release press statement communique de presse comunicado prensa declaration"
    " nota pressemitteilung بيان صحفي 新闻稿"
)

_SIGNED_STEMS = (
    *("signator", "signatur", "signatair", "signer", "cosign", "undersigned", "endorsed"),
    *("endorser", "supporter"),
    *("firmant", "firmad", "suscrib", "suscriptor", "adherent", "subscrev", "firmatar"),
    *("الموقع", "موقعو", "موقعي", "توقيع", "تواقيع", "التوقيع", "التواقيع"),
    *("unterzeichn", "erstunterzeichn", "unterschr", "signatari", "imzac", "imzala", "امضا"),
)
_SIGNED_WORDS = word_set(
    "signed signe signee signes signees firman assinam sottoscrivono وقع وقعه وقعها وقعت"
)
_SIGNED_EAST_ASIAN = re.compile("签署|签名|联署|簽署|簽名|聯署|署名|賛同団体|发起团体|联名|서명")
_LONGEST_HEADING = 6
_SHORT_HEADING = 3

# A line that ends with one of these goes on somewhere else: a scrap of the page around the text.
_DANGLING = word_set(
    "of by the a an and or for to in from with on at de du des la le les et ou pour par "
    "del los las el y o para por con en al do da dos das e di della der die das und von zu "
    "im من في الي عن علي مع و ل ب"
)
_CAPTION_ENDS = word_set(
    "logo logotype logotipo emblem banner poster photo photograph picture image credit "
    "شعار صوره الصوره"
)
_CAPTION_STARTS = word_set(
    "logo logotipo photo photograph picture image img figure credit copyright share tags "
    "tagged menu home filed posted category categories source via read download print "
    "email follow شعار صوره المصدر partager imprimer accueil compartir imprimir inicio "
    "compartilhar"
)
_POSTED = word_set("published posted publie publicado نشر")
_NAVIGATION = re.compile(r"[|»›©→]|\s>\s|https?:|www\.|\S@\S+\.\S")
_ADDRESSEES = word_set("to a au aux al dear cher chere chers estimado estimada الي an")
_ADDRESSED_EAST_ASIAN = "致"

_CONTACT = re.compile(r"https?://|www\.|\S@\S+\.\w|(?:^|\s)[@#]\w+|\+\d[\d\s]{6,}")
_LONGEST_TITLE = 200
"""Characters: what a title, an attribution or a name may have in a package."""


def fits_line(text: str) -> bool:
    """Whether a package takes `text` as a title, an attribution or a name."""
    return len(text) <= _LONGEST_TITLE


def is_attribution(text: str) -> bool:
    """Whether the line says who issued the statement ("Statement by ...", "بيان ...")."""
    if not fits_line(text) or text.rstrip()[-1:] in tuple(":：,،"):
        return False
    if ends_sentence(text) and width(text) > 120:
        return False
    return _ATTRIBUTION.fullmatch(fold(text)) is not None


def is_kind(text: str) -> bool:
    """Whether the line says what kind of text it is, as a line beside a title does."""
    return _KIND.fullmatch(fold(text)) is not None


def is_kicker(text: str) -> bool:
    """Whether the line says for whom the text is sent out: "Press release"."""
    return set(words(text)) <= _KICKERS


def is_signatories_heading(text: str) -> bool:
    """Whether the line is a heading such as "Signed by:", "Signataires", "الموقعون"."""
    tokens = words(text)
    if not tokens or len(tokens) > _LONGEST_HEADING or text[-1:] in tuple(FINAL_STOPS):
        return False
    if any(map(wide_scripted, text)):
        return width(text) <= 24 and _SIGNED_EAST_ASIAN.search(text) is not None
    found = [
        at
        for at, token in enumerate(tokens)
        if token.startswith(_SIGNED_STEMS) or token in _SIGNED_WORDS
    ]
    # "Not signed in our name" is a slogan: in a longer line the word leads or ends it.
    framed = len(tokens) <= _SHORT_HEADING or text[-1:] in tuple(":：")
    return bool(found) and (framed or found[0] == 0 or found[-1] == len(tokens) - 1)


def is_scrap(text: str) -> bool:
    """Whether the line looks like a caption, navigation, or half a phrase of a web page."""
    tokens = words(text)
    return not tokens or is_navigation(text) or tokens[-1] in _DANGLING


def is_navigation(text: str) -> bool:
    """Whether the line is of the page around the text: a menu, a caption, a credit."""
    tokens = words(text)
    if not tokens or _NAVIGATION.search(text) or tokens[0] in _POSTED:
        return True
    return tokens[-1] in _CAPTION_ENDS or (
        tokens[0] in _CAPTION_STARTS and (len(tokens) <= 2 or ":" in text or "：" in text)
    )


def is_salutation(text: str) -> bool:
    """Whether the line addresses somebody: "Dear colleagues,", "To the Minister", "致…"."""
    if text[-1:] in tuple(",،，"):
        return True
    if text.startswith(_ADDRESSED_EAST_ASIAN):
        return text[-1:] in tuple(":：")
    tokens = words(text)
    return bool(tokens) and tokens[0] in _ADDRESSEES and text[-1:] in tuple(":：")


def is_addressee(text: str) -> bool:
    """Whether the line names whom the statement is for, without being a salutation."""
    tokens = words(text)
    return text.startswith(_ADDRESSED_EAST_ASIAN) or (bool(tokens) and tokens[0] in _ADDRESSEES)


def is_contact(text: str) -> bool:
    """Whether the line holds an address, a handle or a number to write to."""
    return _CONTACT.search(text) is not None
