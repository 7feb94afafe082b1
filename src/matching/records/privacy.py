"""Masking of personal data: what may be shown of a phone, an ID number or an address."""

import re

from matching.records.columns import Personal

# People write numbers in full width, in groups, with a country code in front: all of that is the same number.
# \d is any decimal digit, full width too; the classes name both widths where only some digits fit.
_GAP = r"[-‐－—  ]?"
_DIGIT = re.compile(r"\d")
_ID_NUMBER = re.compile(
    rf"(?<!\d)\d{{6}}{_GAP}(?:[1１][89８９]|[2２][0０])\d{{2}}(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0-2０-２]\d|[3３][01０１])"
    rf"{_GAP}\d{{3}}[\dXxＸｘ](?!\d)"
)
_MOBILE = re.compile(rf"(?<!\d)(?:[+＋]?[8８][6６]{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(rf"(?<!\d)[0０]\d{{2,3}}{_GAP}\d{{7,8}}(?!\d)")


def mask_phone(phone: str) -> str:
    """Hide the middle of a phone number.

    Parameters
    ----------
    phone : str
        A phone number in any form.

    Returns
    -------
    masked : str
        The first three and the last four characters of eleven or more, else only the last two.

    Examples
    --------
    >>> mask_phone("10012345678")
    '100****5678'
    """
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(len(phone) - 2, 1) + phone[-2:] if len(phone) > 2 else "*" * len(phone)


def mask_id_number(number: str) -> str:
    """Hide all of an ID number but its region and its last character.

    Parameters
    ----------
    number : str
        An ID number.

    Returns
    -------
    masked : str

    Examples
    --------
    >>> mask_id_number("ABCDEFGHIJKLMN000X")
    'ABC***********000X'
    """
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) >= 15 else "*" * len(number)


def mask_address(address: str) -> str:
    """Keep the beginning of an address, which names street and community, and hide the rest.

    Parameters
    ----------
    address : str
        An address.

    Returns
    -------
    masked : str
    """
    return address[:6] + "***" if len(address) > 6 else "***"


def mask_text(text: str) -> str:
    """Mask everything in free text that looks like a phone or an ID number.

    Parameters
    ----------
    text : str
        What somebody wrote.

    Returns
    -------
    masked : str
    """
    if _DIGIT.search(text) is None:  # most words have none, and all that is masked has some
        return text
    text = _ID_NUMBER.sub(lambda found: mask_id_number(found[0]), text)
    text = _MOBILE.sub(lambda found: mask_phone(found[0]), text)
    return _LANDLINE.sub(lambda found: mask_phone(found[0]), text)


def find_personal(text: str) -> tuple[str, ...]:
    """Return everything in a text that looks like a real phone or ID number.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    found : tuple of str
    """
    return tuple(m[0] for pattern in (_ID_NUMBER, _MOBILE) for m in pattern.finditer(text))


def mask_value(value: str, personal: Personal) -> str:
    """Mask a value in the way its column asks for.

    Parameters
    ----------
    value : str
        The value as text.
    personal : Personal
        What the column says of it.

    Returns
    -------
    masked : str
        Free text has phones and ID numbers masked too, since people write them in remarks.
    """
    match personal:
        case Personal.PHONE:
            return mask_phone(value)
        case Personal.ID_NUMBER:
            return mask_id_number(value)
        case Personal.ADDRESS:
            return mask_address(value)
        case _:
            return mask_text(value)
