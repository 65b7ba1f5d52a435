"""The documents of a word processor in the collection of texts."""

from tests.unit.importer.word_files import word_file

CANTEEN = word_file(
    [
        ("Title", [("Des cantines pour tous", "")]),
        ("Normal", [("Appel des parents et des cuisinières", "i")]),
        (
            "Normal",
            [
                ("Depuis la rentrée, ", ""),
                ("trois cantines", "b"),
                (" sur quatre", "b"),
                (" ont fermé, et ", ""),
                ("la mairie", "link"),
                (" ne répond pas aux familles qui demandent pourquoi.", ""),
            ],
        ),
        (
            "Normal",
            [
                ("Nous avons écrit ", ""),
                ("deux", "deleted"),
                ("trois", "inserted"),
                (" fois au rectorat.", ""),
                ("à vérifier", "hidden"),
            ],
        ),
        ("Heading 1", [("Nous demandons", "")]),
        ("List Number", [("La réouverture des cuisines.", "")]),
        ("List Number", [("Des produits ", ""), ("locaux", "i"), (".", "")]),
        ("List Number", [("Un prix juste.", "")]),
        ("Normal", [("Manger est un droit !", "b")]),
        ("Heading 2", [("Signataires", "")]),
        ("List Bullet", [("Parents du Nord (France)", "")]),
        ("List Bullet", [("Cuisines en lutte (Belgique)", "")]),
    ],
    table=[["Ville", "Cantines"], ["Nord", "3"]],
    header="Brouillon",
)

PLAYGROUND = word_file(
    [
        ("Normal", [("Give Us Back the Playground", "b")]),
        ("Normal", [("Statement by the children of the Lower Street", "")]),
        (
            "Normal",
            [("The swings went first, then the sand, and now there is a fence around it all.", "")],
        ),
        ("Normal", [("We want:", "")]),
        ("Normal", [("1) The swings.", "")]),
        ("Normal", [("2) The sand,\nand a tap for water.", "")]),
    ]
)
