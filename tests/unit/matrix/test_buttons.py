"""Buttons as reactions with a legend: each line is about one reaction, and says what to type."""

from __future__ import annotations

import re

from bot.adapters.matrix.buttons import SIGNS, keyboard_of, with_legend
from bot.ports import Button
from bot.text.rich import RichText

NUMBERS = range(1, 31)
LINE = re.compile(r"(\S+) (.+) · (!.+)")


def legend(*buttons: Button) -> list[tuple[str, ...]]:
    shown = with_legend(RichText("Text"), (buttons,), "!").plain
    text, _, lines = shown.partition("\n\n")
    assert text == "Text"
    found = [LINE.fullmatch(line) for line in lines.split("\n")]
    return [match.groups() for match in found if match]


def test_each_line_is_about_the_reaction_that_presses_its_button() -> None:
    buttons = [
        Button("next", "Next ›", "p:r:port,en,aa:1"),
        Button("sign", "Sign", "/sign port en aabbcc", typed="sign port"),
        Button("share", "Share", "/share port en"),
        Button("verify", "Verify", "b:token:verify", typed="verify 12"),
    ]
    keyboard = keyboard_of("!room", (tuple(buttons),))
    assert legend(*buttons) == [
        (SIGNS["next"], "Next ›", "!next"),
        (SIGNS["sign"], "Sign", "!sign port"),
        (SIGNS["share"], "Share", "!share port en"),
        (SIGNS["verify"], "Verify", "!verify 12"),
    ]
    assert [each.sign for each in keyboard.buttons] == [line[0] for line in legend(*buttons)]
    assert [each.data for each in keyboard.buttons] == [button.data for button in buttons]


def test_buttons_that_share_a_name_are_counted() -> None:
    buttons = [
        Button("read", f"{n} › {n}/9", f"p:f:port,en,aa:{n}", typed=f"read port en {n}")
        for n in range(1, 6)
    ]
    keyboard = keyboard_of("!room", (tuple(buttons),))
    lines = legend(*buttons)
    assert [line[0] for line in lines] == ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣"]
    assert [line[2] for line in lines] == [f"!read port en {n}" for n in range(1, 6)]
    for line, button in zip(lines, buttons, strict=True):
        pressed = keyboard.by_sign(line[0])
        assert pressed is not None
        assert pressed.data == button.data


def test_more_buttons_than_there_are_signs_are_typed() -> None:
    buttons = [
        *(
            Button(str(n), str(n), f"/demands port en {n}", typed=f"demands port {n}")
            for n in NUMBERS
        ),
        Button("sign", "Sign", "/sign port", typed="sign port"),
    ]
    keyboard = keyboard_of("!room", (tuple(buttons),))
    signs = [each.sign for each in keyboard.buttons]
    assert signs[-1] == SIGNS["sign"]
    assert all(signs[:12])
    assert not any(signs[12:-1])
    shown = with_legend(RichText("Text"), (tuple(buttons),), "!").plain.split("\n")
    assert shown[2].endswith("️⃣ 1 · !demands port 1")
    assert shown[31] == "30 · !demands port 30"
    assert keyboard.by_name("30") == keyboard.buttons[29]
    # What is no sign at all presses nothing.
    for key in ("", "\ufe0f"):
        assert keyboard.by_sign(key) is None


def test_a_number_has_its_own_sign() -> None:
    buttons = [Button(n, n, f"b:token:{n}", typed=n) for n in ("2", "4", "10")]
    assert [line[:2] for line in legend(*buttons)] == [("2️⃣", "2"), ("4️⃣", "4"), ("🔟", "10")]


def test_a_link_has_no_reaction() -> None:
    buttons = (Button("private", "Continue", "", "https://example.org"), Button("ok", "Yes", "b:1"))
    assert len(keyboard_of("!room", (buttons,)).buttons) == 1
    assert [line[1] for line in legend(*buttons)] == ["Yes"]


def test_a_sign_is_known_with_and_without_the_mark_for_a_picture() -> None:
    keyboard = keyboard_of("!room", ((Button("next", "Next", "p:1"),),))
    for sign in ("➡️", "➡"):
        assert keyboard.by_sign(sign) is not None
    assert keyboard.by_sign("⬅️") is None


def test_a_button_is_named_in_any_case() -> None:
    keyboard = keyboard_of("!room", ((Button("TN", "Tunisia", "a:b:TN"),),))
    assert keyboard.by_name("tn") == keyboard.by_name("TN") == keyboard.buttons[0]


def test_what_is_typed_is_read_from_its_sign_on_beside_arabic() -> None:
    buttons = (Button("next", "التالي", "n"), Button("sign", "Sign", "/sign port"))
    arabic, english = with_legend(RichText("Text"), (buttons,), "!").plain.split("\n")[-2:]
    assert arabic.endswith("التالي · \u2066!next\u2069")
    assert english.endswith("Sign · !sign port")
