"""Whatever is in the files, loading reports and never raises."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.statements.loader import load
from tests.unit.statements.packages import GOOD, write

Cut = tuple[str, int, int, bytes]

PIECES = st.sampled_from(
    [
        b"\n", b" ", b"\t", b":", b"- ", b"---\n", b"#", b"{", b"}", b"[", b"]", b"'", b'"', b"*",
        b"&a ", b"!", b"|", b">", b"\x00", b"\xff", b"\xe2\x80\xae", b"{#demands}", b"{#closing}",
        b"{#", b"1. ", b"**", b"no", b"null", b"9999-12-31", b"0001-01-01T00:00+23:59", b"title: ",
        b"name: ", b"country: ", b"opens: ", b"> ", b"```", b"    ",
    ]
)  # fmt: skip
CUTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(GOOD)),
        st.integers(0, 400),
        st.integers(0, 30),
        PIECES | st.binary(max_size=8),
    ),
    max_size=8,
)
NAMES = st.text("abzAEN-_.", min_size=1, max_size=8).filter(lambda name: name.strip("."))


@given(CUTS, st.lists(NAMES, max_size=2))
def test_a_mutated_package_is_loaded_or_faulty(cuts: list[Cut], names: list[str]) -> None:
    files: dict[str, str | bytes] = {file: text.encode() for file, text in GOOD.items()}
    for file, start, length, piece in cuts:
        data = files[file]
        assert isinstance(data, bytes)
        files[file] = data[:start] + piece + data[start + length :]
    files.update({f"{name}.md": files["en.md"] for name in names})
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(write(Path(folder), files))
    assert bool(loaded.faults) != bool(loaded.library)
    for fault in (*loaded.faults, *loaded.warnings):
        assert fault.file.startswith("statements")
        assert fault.line is None or fault.line >= 1
        assert fault.message[-1] in ".?"
        assert str(fault).encode()
