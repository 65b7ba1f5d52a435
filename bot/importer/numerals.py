"""Numbers as lists of web pages and word processors show them."""

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def roman(value: int) -> str:
    """`value` as a Roman numeral; as digits where there is none."""
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for size, letters in _ROMAN:
        written += letters * (value // size)
        value %= size
    return written


def lettered(value: int, first: str) -> str:
    """`value` counted in the letters from `first`: a, b, ..., z, aa as word processors do."""
    if value < 1:
        return str(value)
    times, place = divmod(value - 1, 26)
    return chr(ord(first) + place) * (times + 1)
