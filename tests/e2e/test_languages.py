"""Which language the bot speaks to whom, and which text is signed."""

from __future__ import annotations

from tests.support.dialogue import Dialogue

ARABIC_TITLE = "افتحوا الميناء"


async def signed_language(d: Dialogue) -> object:
    ((language, digest),) = await d.rows("SELECT language, digest FROM endorsements")
    ((kept,),) = await d.rows(f"SELECT language FROM revisions WHERE digest = '{digest}'")
    assert kept == language
    return language


async def test_the_language_of_the_client(d: Dialogue) -> None:
    assert (await d.answer("amal: /read")).language == "en"
    await d.say("%lang amal ar")
    said = await d.answer("amal: /read")
    assert said.language == "ar"
    assert ARABIC_TITLE in said.text
    await d.say("%lang amal ar-TN")
    assert (await d.answer("amal: /help")).language == "ar"
    # A client of a language that the bot does not speak gets the first one.
    await d.say("%lang amal fi")
    assert (await d.answer("amal: /help")).language == "en"


async def test_a_chosen_language_wins_and_stays(d: Dialogue) -> None:
    said = await d.answer("amal: /language ar")
    assert said.language == "ar"
    await d.restart()
    assert (await d.answer("amal: /read")).language == "ar"
    assert (await d.answer("rami: /read")).language == "en"
    assert (await d.answer("amal: /language English")).language == "en"
    assert "There's no language" in (await d.answer("amal: /language Klingon")).text


async def test_the_language_chosen_by_button(d: Dialogue) -> None:
    said = await d.answer("amal: /language")
    assert {"en", "ar"} <= set(said.names)
    assert (await d.say("amal: [ar]"))[0].language == "ar"


async def test_the_language_shown_is_the_language_signed(d: Dialogue) -> None:
    await d.say("%lang amal ar")
    await d.sign("amal", "أمل حداد")
    assert await signed_language(d) == "ar"


async def test_signed_from_a_page_in_another_language(d: Dialogue) -> None:
    """An English client that opened the Arabic text and pressed the button under it."""
    page = await d.answer("amal: /read port ar")
    assert page.language == "ar"
    asked = (await d.say("amal: [sign]"))[-1]
    assert ARABIC_TITLE in asked.text
    await d.say("amal: [confirm]", "amal: Amal Haddad", "amal: [skip]", "amal: [skip]")
    await d.say("amal: [public]", "amal: [confirm]")
    assert await signed_language(d) == "ar"


async def test_a_language_chosen_in_the_middle_changes_the_words_not_the_text(d: Dialogue) -> None:
    await d.say("amal: /sign", "amal: [confirm]", "amal: /language ar", "amal: Amal Haddad")
    await d.say("amal: [skip]", "amal: [skip]")
    preview = await d.answer("amal: [public]")
    assert preview.language == "ar"
    await d.say("amal: [confirm]")
    assert await signed_language(d) == "en"


async def test_the_outcome_in_the_language_of_its_signer(d: Dialogue) -> None:
    await d.say("%lang rami ar")
    await d.sign("rami", "رامي منصور")
    await d.sign("amal", "Amal Haddad")
    said = await d.say("zaid@admins: /verify 1") + await d.say("zaid@admins: /verify 2")
    told = {did.chat: did for did in said if did.chat in {"amal", "rami"}}
    assert told["rami"].language == "ar"
    assert ARABIC_TITLE in told["rami"].text
    assert told["amal"].language == "en"
    assert {did.language for did in said if did.chat == "@admins"} == {"en"}


async def test_the_admin_chat_speaks_one_language(d: Dialogue) -> None:
    await d.say("%lang zaid ar", "%lang amal ar")
    await d.sign("amal", "أمل حداد")
    assert d.newest("@admins").language == "en"
    assert (await d.answer("zaid@admins: /pending")).language == "en"


async def test_an_administrator_sets_the_language_of_a_group(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse", "omar@tunis: [confirm]", "lina@tunis: hello")
    assert (await d.answer("omar@tunis: /language ar")).language == "ar"
    await d.restart()
    # Whoever asks there; in private everybody keeps their own.
    assert (await d.answer("lina@tunis: /help")).language == "ar"
    assert (await d.answer("lina@tunis: /read")).language == "ar"
    assert (await d.answer("omar: /help")).language == "en"
    # What was given before is spoken of in the new language too.
    said = await d.say("zaid@admins: /verify 1")
    assert [did.language for did in said if did.chat == "@tunis"] == ["ar", "ar"]


async def test_a_member_does_not_set_the_language_of_a_group(d: Dialogue) -> None:
    await d.say("omar@tunis: hello", "lina@tunis: hello")
    for typed in ("/language ar", "/language", "/settings ar"):
        said = await d.answer(f"lina@tunis: {typed}")
        assert said.text == "Only an administrator of this group can do that."
    await d.say("omar@tunis: /language")
    assert "Only an administrator" in (await d.answer("lina@tunis: [ar]")).text
    assert (await d.answer("lina@tunis: /help")).language == "en"
    assert (await d.answer("omar@tunis: [ar]")).language == "ar"


async def test_the_admins_set_the_language_of_their_chat(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    assert (await d.answer("zaid@admins: /language ar")).language == "ar"
    await d.sign("rami", "Rami Mansour")
    assert d.newest("@admins").language == "ar"
    await d.restart()
    assert (await d.answer("omar@admins: /pending")).language == "ar"
    said = await d.say("zaid@admins: /show 1")
    assert {did.language for did in said} == {"ar"}
    assert (await d.answer("zaid: /help")).language == "en"


async def test_a_title_with_latin_letters_is_isolated_in_arabic(d: Dialogue) -> None:
    await d.say("%lang amal ar", "amal: /sign", "amal: [confirm]", "amal: Amal O'Brien")
    await d.say("amal: [skip]", "amal: [skip]")
    preview = await d.answer("amal: [organisers]")
    before, _, behind = preview.text.partition("Amal O'Brien")
    assert before[-1] in "\u2066\u2068"
    assert behind[0] == "\u2069"
