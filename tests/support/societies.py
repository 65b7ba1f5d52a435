"""Made-up organisations: what they are, of whom, and where."""

from __future__ import annotations

import random

from tests.support.pools import Word

_PLACES = (
    "Tunis Sfax Basra Nablus Porto Lyon Turin Leeds Cork Oslo Gdansk Izmir Lima Quito Dakar "
    "Mombasa Durban Perth Madras Hue Bergen Malmo Ghent Basel Graz Split Varna Odesa Tartu Vilnius"
)
_LATIN = {
    "en": (
        "Union|Association|Federation|Committee|Council|Network|Friends|League|Alliance",
        "of Teachers|of Nurses|of Dock Workers|of Students|of Tenants|of Farmers|for Peace"
        "|for Clean Water|of Journalists|of Bus Drivers|for Human Rights|of Neighbours|of Women",
        "in {}",
    ),
    "es": (
        "Sindicato|Asociación|Federación|Comité|Red|Colectivo|Plataforma|Coordinadora",
        "de Docentes|de Enfermeras|de Portuarios|de Estudiantes|de Inquilinos|de Campesinos"
        "|por la Paz|por el Agua|de Periodistas|de Mujeres|de Derechos Humanos",
        "de {}",
    ),
    "fr": (
        "Syndicat|Association|Fédération|Comité|Réseau|Collectif|Ligue|Alliance",
        "des Enseignants|des Infirmières|des Dockers|des Étudiants|des Locataires|des Paysans"
        "|pour la Paix|pour l'Eau|des Journalistes|des Femmes|des Droits Humains",
        "de {}",
    ),
}
_OTHERS = {
    "ar": (
        "نقابة|جمعية|اتحاد|لجنة|رابطة|شبكة",
        "المعلمين|الممرضات|عمال الميناء|الطلبة|المستأجرين|الفلاحين|الصحفيين|النساء|حقوق الإنسان",
        "تونس|صفاقس|البصرة|نابلس|بيروت|عمّان|الخليل|الرباط|وهران|حلب|عدن|أسوان|طنجة|الموصل|غزة",
    ),
    "uk": (
        "Профспілка|Спілка|Федерація|Комітет|Рада|Мережа",
        "вчителів|медсестер|портовиків|студентів|орендарів|фермерів|журналістів|водіїв",
        "Києва|Одеси|Львова|Харкова|Дніпра|Полтави|Сум|Луцька|Рівного|Чернігова|Ужгорода",
    ),
    "hi": (
        "संघ|समिति|संगठन|परिषद|मंच",
        "शिक्षक|नर्स|बंदरगाह मज़दूर|छात्र|किरायेदार|किसान|पत्रकार|महिला",
        "पटना|पुणे|नागपुर|इंदौर|भोपाल|जयपुर|कानपुर|वाराणसी|सूरत|रांची",
    ),
    "th": (
        "สมาคม|สหภาพ|เครือข่าย|ชมรม",
        "ครู|พยาบาล|คนงานท่าเรือ|นักศึกษา|ผู้เช่า|เกษตรกร|นักข่าว",
        "เชียงใหม่|ขอนแก่น|อยุธยา|ภูเก็ต|สงขลา|ระยอง|ลำปาง|น่าน",
    ),
    "zh": (
        "工会|协会|联合会|委员会",
        "教师|护士|码头工人|学生|租户|农民|记者|妇女",
        "上海|广州|台北|香港|成都|武汉|西安|昆明|厦门|青岛",
    ),
}


def society(chance: random.Random) -> tuple[tuple[Word, ...], str]:
    """The words of its name, and its language."""
    if chance.random() < 0.6:
        language = chance.choice(list(_LATIN))
        kinds, whom, place = _LATIN[language]
        where = place.format(chance.choice(_PLACES.split()))
        parts = [chance.choice(kinds.split("|")), chance.choice(whom.split("|")), where]
    else:
        language = chance.choice(list(_OTHERS))
        parts = [chance.choice(part.split("|")) for part in _OTHERS[language]]
        if language == "zh":
            parts = ["".join(reversed(parts))]
    return tuple(Word(part, part) for part in " ".join(parts).split()), language
