"""Words in dates: months, days of the week, halves of the day, zones; folded, without accents."""

from __future__ import annotations

_MONTHS = """
january jan janvier janv enero ene januar jaenner janner gennaio gen janeiro januari января янв
    stycznia ocak
february feb febr fevrier fevr fev febrero februar feber febbraio fevereiro februari февраля фев
    lutego subat
march mar mars marzo marz maerz mrz marco maart mrt marts марта мар marca mart
april apr avril avr abril abr aprile апреля апр kwietnia nisan
may mai mayo maggio mag maio mei maj мая май maja mayıs mayis
june jun juin junio juni giugno giu junho июня июн czerwca haziran
july jul juillet juil julio juli luglio lug julho июля июл lipca temmuz
august aug aout agosto ago augustus augusti августа авг sierpnia agustos
september sep sept septembre septiembre setiembre settembre set setembro сентября сен сент wrzesnia
    eylul
october oct octobre octubre oktober okt ottobre ott outubro out октября окт pazdziernika ekim
november nov novembre noviembre novembro ноября ноя listopada kasım kasim
december dec decembre diciembre dic dezember dez dicembre dezembro desember des декабря дек grudnia
    aralık aralik
"""
_DAYS = """
monday mon lundi lun lunes montag mo lunedi segunda maandag ma mandag понедельник пн
tuesday tue tues mardi mar martes dienstag di martedi terca dinsdag tisdag tirsdag вторник вт
wednesday wed mercredi mer miercoles mie mittwoch mi mercoledi quarta woensdag wo onsdag среда ср
thursday thu thur thurs jeudi jeu jueves jue donnerstag do giovedi gio quinta donderdag torsdag
    четверг чт
friday fri vendredi ven viernes vie freitag fr venerdi sexta vrijdag vr fredag пятница пт
saturday sat samedi sam sabado sab samstag sonnabend sa sabato zaterdag za lordag lørdag суббота сб
sunday sun dimanche dim domingo dom sonntag so domenica zondag zo sondag søndag воскресенье вс
"""


def _numbered(lines: str) -> dict[str, int]:
    rows = lines.strip().replace("\n    ", " ").splitlines()
    return {word: place for place, row in enumerate(rows) for word in row.split()}


MONTHS = {word: place + 1 for word, place in _numbered(_MONTHS).items()}
"""Names of months, and their abbreviations, in the languages that dates are mostly written in."""
DAYS = _numbered(_DAYS)
"""Days of the week from Monday (0)."""
EAST_DAYS = {char: place for place, char in enumerate("一二三四五六日")} | {"天": 6}
"""After 星期 and 周."""
BRACKETED_DAYS = {char: place for place, char in enumerate("月火水木金土日")}
BRACKETED_DAYS |= {char: place for place, char in enumerate("월화수목금토일")}
_SAY_NOTHING = (
    "de del da of the le el den der am um at a la las em à och den kl uhr st nd rd th er º ª"
    " t год г года roku feira"
)
FILLERS = frozenset(_SAY_NOTHING.split())
"""Words that say nothing more."""
HALVES = {
    "am": "am", "pm": "pm", "a.m.": "am", "p.m.": "pm", "a. m.": "am", "p. m.": "pm",
    "上午": "am", "凌晨": "am", "早上": "am", "早晨": "am", "清晨": "am", "午前": "am",
    "오전": "am", "下午": "pm", "傍晚": "pm", "午後": "pm", "오후": "pm", "晚上": "night",
    "夜里": "night", "中午": "noon",
}  # fmt: skip
_ZONES = (
    "z utc gmt ut est edt et cst cdt ct mst mdt mt pst pdt pt akst akdt hst ast adt nst ndt brt art"
    " clt wet west cet cest mez mesz eet eest msk bst ist gst pkt npt wib ict hkt sgt pht jst kst"
    " aest aedt aet acst acdt awst nzst nzdt sast wat eat cat met mest trt"
)
ZONES = frozenset(_ZONES.split())
"""Abbreviations of time zones: named, never converted."""
