"""Made-up names in six scripts, as unevenly spread as real ones, and how people vary them."""

from __future__ import annotations

import random
from collections.abc import Sequence

_POOLS: dict[str, tuple[str, str, str]] = {
    "Latin": (
        "Maria Ana Fatima Mohammed José Amira Łukasz Chloé Søren Joana Ahmed Ingrid Paulo Nadia "
        "Youssef Leïla Karim Elena Marek Sofia Omar Hanna Diego Salma Pierre Aisha Tomás Zeynep "
        "Ibrahim Lucía Jan Noor Samuel Rosa Hassan Claire Mehmet Irène Bilal Greta",
        "García Müller Nowak Khalil Haddad Silva Dubois Al-Masri Kowalski O'Brien Öztürk Rossi "
        "Fernández Ben-Salah Johansson Traoré Benali Costa Moreau Kaya Svensson Mansour Lefèvre "
        "Herrera Yılmaz Petersen Aziz D'Angelo Okafor Saleh Novák Laurent Mendes Sharif Weber "
        "Castillo Brahimi Schneider Ramos El-Amin",
        "ba be bo da de do fa ga ka ke la le li ma me mi na ni no pa ra re ri ro sa se ta te to va",
    ),
    "Arabic": (
        "محمد أحمد فاطمة علي مريم يوسف زينب حسن إبراهيم نور خالد سلمى عمر ليلى مصطفى هدى سعيد رنا "
        "طارق أمل جمال سناء وليد منى كريم دعاء سامي ياسمين رشيد إيمان عادل نادية فارس سميرة باسم",
        "الأحمد حداد المصري الخطيب السيد العلي منصور الشريف بركات الحسيني القاضي نجار العمري سالم "
        "درويش الزين عبدالله النجار الحلبي صباغ المهدي عثمان الراوي التميمي الجبوري شاهين الدليمي",
        "با تا جا حا دا را زا سا شا صا طا عا فا قا كا لا ما نا وا يا بي تي جي دي ري سي لي مي ني",
    ),
    "Cyrillic": (
        "Анна Иван Мария Олексій Наталья Сергей Ольга Дмитрий Елена Андрій Юлия Алексей Ірина "
        "Татьяна Николай Светлана Павел Оксана Виктор Людмила Михаил Ганна Артём Вера Георгий",
        "Иванов Петренко Смирнова Ковальчук Кузнецов Шевченко Попова Бондаренко Соколов Ткаченко "
        "Лебедева Мельник Козлов Новикова Морозов Петрова Волков Зайцева Павлов Щербак Цветкова",
        "ба ва га да жа за ка ла ма на па ра са та фа ха ча ша бо во го до зо ко ло мо но по ро со",
    ),
    "Devanagari": (
        "अमित प्रिया राहुल सुनीता विजय अनीता संजय पूजा राजेश कविता मनोज रेखा दीपक सीमा अनिल नेहा "
        "सुरेश गीता रमेश मीना अजय स्नेहा रवि शांति",
        "शर्मा वर्मा गुप्ता सिंह यादव पटेल कुमार जोशी मिश्रा पाण्डेय चौधरी देसाई नायर मेहता त्रिपाठी ठाकुर "
        "भट्ट राठौर सक्सेना तिवारी",
        "का की गा चा जा टा डा ता दा ना पा बा मा या रा ला वा शा सा हा नी री ली मी",
    ),
    "Chinese": (
        "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 桂英 小明 建国 志强 晓红 海燕 "
        "玉兰 俊杰 欣怡 浩然 子涵 梓轩",
        "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹",
        "安 邦 冰 波 晨 诚 春 达 丹 德 东 恩 凡 飞 峰 福 刚 光 国 海 翰 和 宏 华 辉 慧 佳 "
        "嘉 健 江 洁 晶 康 坤 兰 雷",
    ),
    "Thai": (
        "สมชาย สมหญิง ประเสริฐ มาลี วิชัย สุดา อนันต์ นภา ธนา กมล ชัยวัฒน์ พรทิพย์ สมศักดิ์ วันเพ็ญ ณรงค์ รัตนา "
        "สุรชัย จันทร์เพ็ญ มานะ ปิติ",
        "ใจดี ทองคำ ศรีสุข วงศ์สวัสดิ์ แก้วมณี บุญมี สุขสันต์ รักไทย พงษ์ไพบูลย์ เจริญสุข แสงทอง ชัยชนะ มั่นคง อินทร์แก้ว "
        "คำแก้ว ดวงดี",
        "กา คา งา จา ชา ซา ดา ตา ทา นา บา ปา พา มา ยา รา ลา วา สา หา มี ดี ศรี ชัย พร ทอง",
    ),
}
SCRIPTS = tuple(_POOLS)


def made_up(count: int, seed: int = 1) -> list[str]:
    """So many names, the scripts in turn; most of them once, the common ones often."""
    chance = random.Random(seed)
    return [_name(chance, SCRIPTS[at % len(SCRIPTS)]) for at in range(count)]


def _name(chance: random.Random, script: str) -> str:
    given, family, syllables = (pool.split() for pool in _POOLS[script])
    if script == "Chinese":
        return _common(chance, family) + "".join(chance.sample(syllables, chance.randint(1, 2)))
    names = [_common(chance, given), _common(chance, family)]
    for at in range(2):
        # Half of all words are rare ones, of a kind that hardly anybody shares.
        if chance.random() < 0.5:
            names[at] = "".join(chance.choices(syllables, k=chance.randint(2, 4))).capitalize()
    if chance.random() < 0.2:
        names.insert(1, _common(chance, given))
    return " ".join(names)


def _common(chance: random.Random, pool: Sequence[str]) -> str:
    """One of the pool, the first ones far more often (Zipf's law)."""
    weights = [1 / (rank + 1) for rank in range(len(pool))]
    return chance.choices(pool, weights)[0]


def mistyped(name: str, chance: random.Random) -> str:
    """The name with one slip: a letter left out, doubled, swapped with the next or another one."""
    at = chance.choice([i for i, letter in enumerate(name[:-1]) if letter.isalpha()] or [0])
    slips = (
        name[:at] + name[at + 1 :],
        name[: at + 1] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + chance.choice([letter for letter in name if letter.isalpha()]) + name[at + 1 :],
    )
    return chance.choice(slips)
