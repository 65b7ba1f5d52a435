"""The collection of texts in tests/fixtures/importer, and what is in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.ids import Language
from tests.unit.importer.documents import CANTEEN, PLAYGROUND

FOLDER = Path(__file__).parents[2] / "fixtures" / "importer"


@dataclass(frozen=True)
class Expected:
    """The structure of one text. `file` is `<name>.<language>.<ending>`; of the .docx ones, which
    the tests build, the content is in `data`. `paragraphs` counts those above the demands."""

    file: str
    title: str
    attribution: str | None = None
    issued: str | None = None
    paragraphs: int = 1
    demands: tuple[int, ...] = ()
    """How many paragraphs each demand has."""
    numbers: tuple[str, ...] = ()
    after: int = 0
    closing: int = 0
    signatories: tuple[tuple[str, str | None], ...] = ()
    names: int = 0
    unplaced: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    """Lines that the Markdown file has."""
    data: bytes | None = None

    @property
    def language(self) -> Language:
        return Language(self.file.split(".")[1])

    @property
    def content(self) -> bytes:
        return (FOLDER / self.file).read_bytes() if self.data is None else self.data


COLLECTION = (
    Expected(
        "allotments.en.txt",
        "Leave the Allotments Where They Are",
        "Open letter from the gardeners of three neighbourhoods",
        paragraphs=2,
        demands=(2, 1, 1),
        numbers=("1)", "2)", "3)"),
        closing=1,
        signatories=(
            ("Amal Haddad, teacher, Gardeners of the Gasworks", "GB"),
            ("Tomasz Example, retired welder, South Strip Association", "PL"),
            ("Gardeners of the Canal", "IE"),
        ),
        unplaced=("Signed by:",),
        noted=(
            "the file is UTF-8 with a byte order mark",
            "demand '(1)' has 2 paragraphs (lines 9, 11)",
        ),
        written=("1) Stop the tender until the people who use the land have been heard.",),
    ),
    Expected(
        "market.ar.txt",
        "لا لإغلاق السوق الشعبي",
        "بيان صادر عن باعة السوق وأهالي الحي",
        paragraphs=2,
        demands=(1, 1, 1),
        numbers=("1.", "2.", "3."),
        closing=1,
        signatories=(
            ("رابطة باعة السوق", "TN"),
            ("لجنة أهالي الحي القديم", "TN"),
            ("نقابة الحمالين", "EG"),
        ),
        unplaced=("الموقعون:",),
        noted=(
            "the file is not UTF-8 and was read as windows-1256: check that all letters are right",
        ),
        written=("1. وقف قرار الإغلاق فورا حتى يستمع المجلس إلى أصحاب الشأن جميعهم.",),
    ),
    Expected(
        "clinic.ar.txt",
        "افتحوا المستوصف ليلا",
        issued="2021-04-22",
        demands=(3, 1, 1),
        numbers=("1.", "2.", "3."),
        closing=1,
        signatories=(
            ("جمعية نساء الوادي", "LB"),
            ("اتحاد الممرضات", "JO"),
            ("شباب القرى", "MA"),
        ),
        unplaced=("الموقعون", "للتواصل: valley@example.org"),
        noted=("the number '١ -' is written as '1.'",),
        written=("## مطالبنا {#demands}", "   ب) سيارة إسعاف في القرية."),
    ),
    Expected(
        "wells.fa.txt",
        "چاه‌های روستا را نبندید",
        "نامه سرگشاده کشاورزان دشت",
        demands=(1, 1, 1),
        numbers=("1)", "2)", "3)"),
        signatories=(("انجمن کشاورزان دشت", "IR"), ("خانه زنان روستا", "AF")),
        unplaced=("امضاکنندگان:",),
        noted=("the file is UTF-16 with a byte order mark", "the number '۱)' is written as '1)'"),
    ),
    Expected(
        "bakery.fr.txt",
        "Pour une boulangerie publique",
        "Déclaration commune des habitants et des boulangers",
        "2022-05-03",
        demands=(1, 2, 1),
        numbers=("1)", "2)", "3)"),
        closing=1,
        signatories=(
            ("Comité du four", "FR"),
            ("Boulangers sans patron", "BE"),
            ("Claire Exemple, institutrice, École de la vallée", "CH"),
        ),
        unplaced=("Paris, le 3 mai 2022", "Signataires"),
        noted=("the number 'a)' is written as '1)'",),
    ),
    Expected(
        "rails.es.txt",
        "Que vuelva el tren a la montaña",
        "Comunicado de las vecinas y los vecinos de la línea",
        paragraphs=2,
        demands=(1, 1, 1),
        numbers=("1.", "2.", "3."),
        closing=2,
        signatories=(
            ("Plataforma por el Tren", "ES"),
            ("Sindicato de la Línea", "ES"),
            ("Pueblos Unidos", "AD"),
        ),
        unplaced=("Firman:",),
        noted=("the number '1.-' is written as '1.'",),
        written=(
            "1. La reapertura de la línea antes del invierno, con los mismos horarios que tenía.",
        ),
    ),
    Expected(
        "dormitory.zh.txt",
        "宿舍不是仓库",
        "由五个车间的工人联合发布",
        demands=(1, 1, 1),
        numbers=("1.", "2.", "3."),
        signatories=(("车间工友会", "HK"), ("女工互助小组", "TW")),
        unplaced=("签署团体：",),
    ),
    Expected("vigil.en.txt", "One Minute of Quiet for the Ferry", paragraphs=3),
    Expected(
        "maps.en.md",
        "Publish the Maps That We Paid For",
        "An open letter from people who draw maps",
        "2023-11-02",
        demands=(1, 2, 1),
        numbers=("1.", "2.", "3."),
        names=60,
        unplaced=(
            "layout: letter",
            "<!-- Generated from signatures.csv,",
            "do not edit by hand. -->",
            "[![Signatures](https://example.org/badge.svg)](https://example.org/log)",
            "{% include share.html %}",
            "{{ site.signatures }}",
            "## Signatures",
            "In the order of signing.",
        ),
        noted=(
            "line 14: {{ site.signatures }} stood inside a sentence; fill in what it stands for",
            "60 names are too many for a chat; they go to signatories.yaml",
        ),
        written=(
            "## What we ask for {#demands}",
            "1. Publish *all* measurements under a free licence.",
            "3. Ask the [surveyors](https://example.org/surveyors) before anything is switched"
            " off.",
        ),
    ),
    Expected(
        "seeds.fr.md",
        "Les semences sont à celles qui sèment",
        "Appel des paysannes et des paysans",
        paragraphs=7,
        demands=(1, 1, 1),
        numbers=("1)", "2)", "3)"),
        signatories=(("Grenier du Nord", "SN"), ("Les Semeuses", "FR")),
        unplaced=(
            "notes.md",
            "## Signataires",
            "https://example.org/semeuses",
            '"Journal officiel"',
        ),
        written=(
            "> Une graine ne demande pas de permis.",
            "- des fichiers ouverts :",
            "  2. par saison.",
            "## Nous demandons {#demands}",
            "### À l’État",
            "2) Des greniers communs, ouverts à **tout le monde**.",
        ),
    ),
    Expected(
        "library.zh.md",
        "图书馆要为所有人开放",
        "读者与馆员的联合声明",
        demands=(1, 1),
        numbers=("1.", "2."),
        signatories=(("河边读书会", "CN"), ("夜班馆员小组", "SG")),
        unplaced=("## 签名",),
        written=("1. 取消*一切*证件检查。",),
    ),
    Expected(
        "river.es.html",
        "Un río no se vende",
        "Declaración de las comunidades de la ribera",
        "2020-03-14",
        demands=(1, 2, 3),
        numbers=("1.", "2.", "3."),
        closing=1,
        signatories=(
            ("Asamblea de la Ribera", "PE"),
            ("Pescadoras del Delta", "EC"),
            ("Guardianas del Agua", "BO"),
        ),
        unplaced=(
            "Un río no se vende | Sitio de ejemplo",
            "Sitio de ejemplo",
            "Inicio",
            "Archivo",
            "Compartir Enviar",
            "El cauce vacío",
            "Foto: archivo",
            "Año | Caudal",
            "2010 | 40",
            "Firman:",
            "Otros textos",
            "Sitio hecho a mano",
        ),
        written=(
            "El río *baja seco* desde que la [presa](https://example.org/presa) lo desvía, y nadie"
            " ha pedido permiso a quienes **beben** de él.",
            "## Exigimos {#demands}",
            "   - acequias.",
        ),
    ),
    Expected(
        "school.ar.html",
        "أعيدوا فتح مدرسة القرية",
        "بيان مشترك صادر عن أهالي القرية ومعلميها",
        demands=(1, 1, 1),
        numbers=("1.", "2.", "3."),
        signatories=(("لجنة الأهالي", "SY"), ("رابطة المعلمين", "IQ")),
        unplaced=("مدرسة القرية", "الرئيسية", "الموقعون:"),
    ),
    Expected(
        "canteen.fr.docx",
        "Des cantines pour tous",
        "Appel des parents et des cuisinières",
        paragraphs=2,
        demands=(1, 1, 1),
        numbers=("1.", "2.", "3."),
        closing=1,
        signatories=(("Parents du Nord", "FR"), ("Cuisines en lutte", "BE")),
        unplaced=(
            "deux",
            "à vérifier",
            "Signataires",
            "Ville | Cantines",
            "Nord | 3",
            "Brouillon",
        ),
        noted=("tracked deletions that are not taken, but listed below: 1",),
        written=(
            "Depuis la rentrée, **trois cantines sur quatre** ont fermé, et"
            " [la mairie](https://example.org/linked) ne répond pas aux familles qui demandent"
            " pourquoi.",
            "Nous avons écrit trois fois au rectorat.",
            "2. Des produits *locaux*.",
            "**Manger est un droit !**",
        ),
        data=CANTEEN,
    ),
    Expected(
        "playground.en.docx",
        "Give Us Back the Playground",
        "Statement by the children of the Lower Street",
        demands=(1, 2),
        numbers=("1)", "2)"),
        data=PLAYGROUND,
    ),
)

BY_FILE: Mapping[str, Expected] = {one.file: one for one in COLLECTION}
