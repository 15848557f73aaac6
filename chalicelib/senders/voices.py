"""This is where a code is read out: digit by digit, by a voice of the country that is called."""

from ..domain.phones import PhoneNumber
from ..domain.wordings import chinese

#: Amazon Polly's voices by the regions whose language they speak; one of several languages is
#: the one that most people there speak.
_REGIONS = {
    "AMY": "GB GG GI IE IM JE MT",  # British English
    "ASTRID": "SE",
    "BIANCA": "IT SM VA",
    "CAMILA": "BR",
    "CARMEN": "MD RO",
    "DORA": "IS",
    "EWA": "PL",
    "FILIZ": "TR",
    "INES": "AO CV GW MZ PT ST TL",
    "LEA": (
        "BF BI BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT KM LU MC MF MG ML MQ NC NE PF PM RE SN"
        " TD TG WF YT"
    ),
    "LIV": "NO SJ",
    "LOTTE": "AW BE BQ CW NL SR SX",
    "LUCIA": "AD ES GQ",
    "MIA": "AR BO CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE",  # Mexican Spanish
    "MIZUKI": "JP",
    "NAJA": "DK FO GL",
    "NICOLE": "AU NZ",  # Australian English
    "RAVEENA": "IN",  # Indian English
    "SEOYEON": "KR",
    "TATYANA": "BY KG KZ RU",
    "VICKI": "AT CH DE LI",
    "ZEINA": "AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE",
}
_VOICES = {region: voice for voice, regions in _REGIONS.items() for region in regions.split()}

_CHINESE = "ZHIYU"
_ENGLISH = "JOANNA"

#: Seconds after a digit, and between the two readings.
_AFTER_A_DIGIT, _BETWEEN = "0.4s", "1.5s"


def voice(to: PhoneNumber) -> str:
    """The voice that calls *to*: what is written to in Chinese is spoken to in Chinese."""
    return _CHINESE if chinese(to) else _VOICES.get(to.region, _ENGLISH)


def speech(code: str) -> str:
    """SSML that says the digits of *code* slowly and twice, and nothing else.

    One by one they are digits in every language; together they would be a number of thousands.
    """
    digits = f'<break time="{_AFTER_A_DIGIT}"/>'.join(code)
    return (
        f'<speak><prosody rate="slow">{digits}</prosody><break time="{_BETWEEN}"/>'
        f'<prosody rate="slow">{digits}</prosody></speak>'
    )


def spelled(code: str) -> str:
    """*code* for a template that is read out and takes no SSML: AWS's advice for Notify."""
    return "".join(f"{digit}. " for digit in code).rstrip()
