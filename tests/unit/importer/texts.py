"""Small statements as organisers publish them, each with what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import Language


@dataclass(frozen=True)
class Published:
    """A text and its structure; `numbers` are the demands' numbers in the Markdown."""

    name: str
    language: str
    text: str
    title: str | None
    paragraphs: int
    attribution: str | None = None
    original: str | None = None
    issued: str | None = None
    numbers: tuple[str, ...] = ()
    after: int = 0
    closing: int = 0
    signatories: tuple[tuple[str, str | None], ...] = ()
    unplaced: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @property
    def tag(self) -> Language:
        return Language(self.language)


HARBOUR = Published(
    name="English, hard-wrapped, CRLF, byte order mark, date line",
    language="en",
    text=(
        "\ufeffKeep the Harbour Public\r\n"
        "24 June 2014\r\n"
        "\r\n"
        "The port of our town has fed its families for more than a century, and\r\n"
        "the plan to sell it was made without asking a single one of them what\r\n"
        "they think.\r\n"
        "\r\n"
        "We have met in the fish market every week since the plan became known,\r\n"
        "and we ask the council to do the following:\r\n"
        "\r\n"
        "1. Stop the sale of the quays and publish every contract that has been\r\n"
        "   signed so far.\r\n"
        "2. Hold a vote in which all residents can take part, with enough time\r\n"
        "   to read the papers.\r\n"
        "3. Hire the dock workers who were dismissed.\r\n"
        "\r\n"
        "The harbour is ours!\r\n"
        "No sale without a vote!\r\n"
        "\r\n"
        "Signed by:\r\n"
        "* Dock Workers Local 12 (UK)\r\n"
        "* Fishers of the North Quay (Ireland)\r\n"
    ),
    title="Keep the Harbour Public",
    issued="2014-06-24",
    paragraphs=2,
    numbers=("1.", "2.", "3."),
    closing=2,
    signatories=(("Dock Workers Local 12", "GB"), ("Fishers of the North Quay", "IE")),
    unplaced=("Signed by:",),
    noted=("the country 'UK' is kept as GB (United Kingdom)",),
)

WATER = Published(
    name="Arabic, Arabic-Indic digits with a dash, countries in brackets",
    language="ar",
    text=(
        "الماء حق للجميع\n"
        "\n"
        "بيان مشترك صادر عن لجان الأحياء\n"
        "\n"
        "٢٤ حزيران/يونيو ٢٠١٤\n"
        "\n"
        "منذ ثلاثة أشهر تنقطع المياه عن بيوتنا كل يوم، ولم يقدّم أحد تفسيراً لما يجري في المدينة.\n"
        "\n"
        "لذلك نطالب بما يلي:\n"
        "\n"
        "١- إعادة المياه إلى جميع الأحياء فوراً.\n"
        "\n"
        "٢- نشر نتائج الفحص كاملة.\n"
        "\n"
        "٣- محاسبة المسؤولين عن الانقطاع.\n"
        "\n"
        "لا حياة بلا ماء\n"
        "\n"
        "الموقعون:\n"
        "\u200f• لجنة حي النهر (سوريا)\n"
        "\u200f• رابطة المزارعين (لبنان)\n"
        "\u200f• نساء الضفة (فلسطين)\n"
    ),
    title="الماء حق للجميع",
    attribution="بيان مشترك صادر عن لجان الأحياء",
    issued="2014-06-24",
    paragraphs=1,
    numbers=("1.", "2.", "3."),
    closing=1,
    signatories=(
        ("لجنة حي النهر", "SY"),
        ("رابطة المزارعين", "LB"),
        ("نساء الضفة", "PS"),
    ),
    unplaced=("الموقعون:",),
    noted=("the number '١-' is written as '1.'",),
)

ORDINALS = Published(
    name="Arabic, demands counted in words, no signatories",
    language="ar",
    text=(
        "دفاعاً عن المدرسة العمومية\n"
        "\n"
        "تعيش مدارس القرى بلا معلمين وبلا تدفئة، ويقطع الأطفال كل صباح طريقاً طويلاً إلى الصف.\n"
        "\n"
        "إننا نطالب الوزارة بما يأتي:\n"
        "\n"
        "أولاً: تعيين معلمين في كل قرية.\n"
        "\n"
        "ثانياً: إصلاح المباني قبل الشتاء.\n"
    ),
    title="دفاعاً عن المدرسة العمومية",
    paragraphs=1,
    numbers=("1.", "2."),
    noted=("the demand 'أولاً:' gets the number '1.' in front",),
)

NIGHT_TRAINS = Published(
    name="French, demands in brackets, of several paragraphs, translation told",
    language="fr",
    text=(
        "Accueil | Actualités | Contact\n"
        "\n"
        "Pour le retour des trains de nuit\n"
        "\n"
        "Déclaration commune des associations d’usagers\n"
        "\n"
        "Traduit de l’espagnol\n"
        "\n"
        "Depuis dix ans, les lignes de nuit ferment les unes après les autres, et avec elles la"
        " possibilité de traverser le pays sans voiture ni avion. Nous refusons cette fatalité.\n"
        "\n"
        "Nos revendications\u00a0:\n"
        "\n"
        "(1) Rouvrir les lignes fermées depuis dix ans.\n"
        "\n"
        "Un calendrier public doit être présenté avant l’été.\n"
        "\n"
        "(2) Garantir un tarif social.\n"
        "\n"
        "Signataires\n"
        "\n"
        "– Usagers du rail, Belgique\n"
        "– Collectif des gares (Côte d'Ivoire)\n"
        "– Les Amis du wagon-lit, Maroc\n"
    ),
    title="Pour le retour des trains de nuit",
    attribution="Déclaration commune des associations d’usagers",
    original="es",
    paragraphs=1,
    numbers=("1)", "2)"),
    signatories=(
        ("Usagers du rail", "BE"),
        ("Collectif des gares", "CI"),
        ("Les Amis du wagon-lit", "MA"),
    ),
    unplaced=("Accueil | Actualités | Contact", "Traduit de l’espagnol", "Signataires"),
    noted=("the number '(1)' is written as '1)'", "demand '(1)' has 2 paragraphs (lines 13, 15)"),
)

GLACIERS = Published(
    name="Spanish, no demands, slogans at the end, signatories without bullets",
    language="es",
    text=(
        "Carta abierta de las comunidades de montaña\n"
        "Los glaciares no se venden\n"
        "\n"
        "Quienes vivimos bajo el glaciar sabemos que el agua del verano nace en la nieve del"
        " invierno, y que ninguna mina puede devolver lo que el polvo se lleva.\n"
        "\n"
        "Por eso estaremos en la plaza cada jueves, con las escuelas, los sindicatos y las"
        " cooperativas de regantes, hasta que el permiso sea anulado por el tribunal.\n"
        "\n"
        "¡El agua vale más que el oro!\n"
        "¡Fuera la mina!\n"
        "\n"
        "Asamblea del Valle (Argentina)\n"
        "Regantes Unidos (Chile)\n"
        "Red Kurda de Solidaridad (Kurdistán)\n"
        "\n"
        "Compartir en redes\n"
    ),
    title="Los glaciares no se venden",
    attribution="Carta abierta de las comunidades de montaña",
    paragraphs=2,
    closing=2,
    signatories=(
        ("Asamblea del Valle", "AR"),
        ("Regantes Unidos", "CL"),
        ("Red Kurda de Solidaridad (Kurdistán)", None),
    ),
    unplaced=("Compartir en redes",),
    noted=("no country was recognised for the signatory: Red Kurda de Solidaridad (Kurdistán)",),
)

NIGHT_SHIFT = Published(
    name="Chinese, hard-wrapped, Chinese numerals, full-width brackets",
    language="zh",
    text=(
        "反对强制夜班\n"
        "\n"
        "五家工厂工人的联合声明\n"
        "\n"
        "2014年6月24日\n"
        "\n"
        "今年春天以来，我们的工厂每天都要求工人加班到深夜，没有休息，也没\n"
        "有加班费。许多人因此病倒，却被告知不能请假，否则就会被扣工资。这\n"
        "样的日子不能再继续下去。\n"
        "\n"
        "我们要求：\n"
        "一、立即取消强制夜班。\n"
        "二、补发拖欠的加班费。\n"
        "三、允许工人选举自己的代表。\n"
        "\n"
        "签署组织：\n"
        "纺织工人小组（香港）\n"
        "电子厂工友会（台湾）\n"
    ),
    title="反对强制夜班",
    attribution="五家工厂工人的联合声明",
    issued="2014-06-24",
    paragraphs=1,
    numbers=("1.", "2.", "3."),
    signatories=(("纺织工人小组", "HK"), ("电子厂工友会", "TW")),
    unplaced=("签署组织：",),
    noted=("the number '一、' is written as '1.'",),
)

LIBRARIES = Published(
    name="English, one line a paragraph without blank lines, signatories in one line",
    language="en",
    text=(
        "Open the Libraries on Sundays\n"
        "An open letter from readers and librarians. Translated from the French.\n"
        "A library that closes when people have time is a shelf behind glass. Those who work all"
        " week, and those who study all week, meet a locked door on the only day left to them.\n"
        "Three towns near us have tried it for a year, with staff who volunteered and were paid"
        " for it, and nobody there wants to go back to the old hours.\n"
        "We therefore ask for this:\n"
        "1) Sunday hours in every branch.\n"
        "2) New posts for them, paid as agreed with the union.\n"
        "Signatories: Readers' Circle (Canada), Branch Staff Union (USA) and Night School (Wales)\n"
    ),
    title="Open the Libraries on Sundays",
    attribution="An open letter from readers and librarians. Translated from the French.",
    original="fr",
    paragraphs=2,
    numbers=("1)", "2)"),
    signatories=(
        ("Readers' Circle", "CA"),
        ("Branch Staff Union", "US"),
        ("Night School", "GB"),
    ),
    noted=("line 8 names signatories; not kept: signatories and",),
)

NURSES = Published(
    name="English, no head but a letter, no demands, no signatories, footer",
    language="en",
    text=(
        "Enough Beds, Enough Nurses\n"
        "\n"
        "Dear colleagues,\n"
        "\n"
        "On most nights one of us looks after twenty patients, and every one of them deserves"
        " better than a person who has to choose whom to leave waiting in the corridor.\n"
        "\n"
        "We will keep a public book of these nights, and we invite every ward to send us its"
        " pages so that nobody can say that they did not know.\n"
        "\n"
        "Contact: nurses@example.org\n"
    ),
    title="Enough Beds, Enough Nurses",
    paragraphs=3,
    unplaced=("Contact: nurses@example.org",),
)

TENANTS = Published(
    name="German, demands with slash, an ambiguous date, a text after the demands",
    language="de",
    text=(
        "Erklärung der Mieterinitiativen\n"
        "\n"
        "WOHNEN IST KEINE WARE\n"
        "\n"
        "03.04.2014\n"
        "\n"
        "In unserer Straße sind in zwei Jahren vier Häuser verkauft worden, und in jedem davon"
        " haben Familien, die dort alt geworden sind, eine Kündigung im Briefkasten gefunden.\n"
        "\n"
        "Wir fordern:\n"
        "\n"
        "1/ Ein Verbot von Kündigungen nach dem Verkauf.\n"
        "2/ Ein Vorkaufsrecht der Stadt.\n"
        "\n"
        "Diese Forderungen haben wir am Runden Tisch mit allen Nachbarinnen und Nachbarn"
        " beschlossen, und wir werden sie bei jeder Sitzung des Rates wieder vortragen, bis sie"
        " erfüllt sind.\n"
        "\n"
        "Wir bleiben alle!\n"
        "\n"
        "Unterzeichnende:\n"
        "1. Mieterrat Nord (Deutschland)\n"
        "2. Hausgemeinschaft Linde (Österreich)\n"
    ),
    title="WOHNEN IST KEINE WARE",
    attribution="Erklärung der Mieterinitiativen",
    paragraphs=1,
    numbers=("1.", "2."),
    after=1,
    closing=1,
    signatories=(("Mieterrat Nord", "DE"), ("Hausgemeinschaft Linde", "AT")),
    unplaced=("03.04.2014", "Unterzeichnende:"),
    noted=(
        "the number '1/' is written as '1.'",
        "the numbers in front of the signatories are not kept",
    ),
)

ORCHARD = Published(
    name="Persian digits, zero-width joiners, marks of Markdown in the text",
    language="fa",
    text=(
        "\u200fباغ‌ها را خشک نکنید\n"
        "\n"
        "آب رودخانه را به کارخانه می‌دهند و باغ‌های *ما* خشک می‌شوند؛ هیچ‌کس از مردم روستا نپرسیده"
        " است که با [این] تصمیم چه باید کرد و چه کسی هزینهٔ آن را می‌پردازد.\n"
        "\n"
        "خواسته‌های ما:\n"
        "\n"
        "۱. بازگشت آب به نهرها.\n"
        "۲. شفافیت در قراردادها.\n"
    ),
    title="باغ‌ها را خشک نکنید",
    paragraphs=1,
    numbers=("1.", "2."),
    noted=("the number '۱.' is written as '1.'",),
)

PUBLISHED = (
    HARBOUR,
    WATER,
    ORDINALS,
    NIGHT_TRAINS,
    GLACIERS,
    NIGHT_SHIFT,
    LIBRARIES,
    NURSES,
    TENANTS,
    ORCHARD,
)
