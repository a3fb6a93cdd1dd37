"""Which encodings are likelier than the one that the rule found, and that no language of Western Europe has any."""

from __future__ import annotations

import io
import itertools

import pytest

from guichet.value_lists import encodings, likely_encodings

# By encoding, which must be the first that is proposed: what people of its languages write.
OTHERS = [
    ("windows-1251", "Иванов Сергей;Москва\nПетрова Анна;Казань\n"),
    ("koi8-r", "Иванов Сергей;Москва\nПетрова Анна;Казань\n"),
    ("ibm866", "Иванов Сергей;Москва\nПетрова Анна;Казань\n"),
    ("windows-1251", "Шевченко Тарас;Київ\nКоваленко Ірина;Львів\n"),
    ("windows-1253", "Γιώργος Παπαδόπουλος;Αθήνα\nΜαρία Νικολάου;Θεσσαλονίκη\n"),
    ("windows-1256", "محمد علي;القاهرة\nفاطمة حسن;الرياض\n"),
    ("shift-jis", "山田太郎;東京都\nさとう;カタカナ\n"),
    ("euc-jp", "山田太郎;東京都\nさとう;カタカナ\n"),
    ("gb18030", "王小明;北京市\n李华;上海市\n"),
    ("big5", "王小明;臺北市\n陳美玲;高雄市\n"),
    ("euc-kr", "김철수;서울특별시\n이영희;부산광역시\n"),
    ("windows-1250", "Łukasz Żółć;Kraków\nMałgorzata Ślęzak;Łódź\n"),
    ("iso-8859-2", "Łukasz Żółć;Kraków\nMałgorzata Ślęzak;Łódź\n"),
    ("windows-1250", "Jiří Dvořák;Plzeň\nLudmila Černá;Třebíč\n"),
    ("iso-8859-2", "Jiří Dvořák;Plzeň\nŽaneta Šťastná;Třebíč\n"),
    ("windows-1250", "Győző Kovács;Pécs\nÁrpád Tóth;Győr\nErzsébet Szűcs;Székesfehérvár\n"),
    ("windows-1254", "Işıl Şahin;İstanbul\nÇağrı Güneş;İzmir\n"),
    ("macintosh", "Müller;Köln\nGrößer;Straße\nJäger;Düsseldorf\n"),
    ("ibm850", "Peña;Logroño\nMartín;Málaga\nNúñez;Cádiz\n"),
]


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_what_people_write_in_another_encoding_is_told(name: str, text: str) -> None:
    assert find_likely(text.encode(encodings.ENCODINGS[name]))[0] == name


WESTERN = {
    "German": "Müller;Köln\nGroß;Straße\nÖzdemir;Ulm\nJäger;Düsseldorf\n",
    "French": "Zoë;Besançon\nÉlodie;Nîmes\nHélène;Château-Thierry\nBœuf «test» – l’été\n",
    "Spanish": "Peña;¿qué?\nNúñez;Logroño\nMartín;Málaga\nAgüero\n",
    "Swedish": "Åsa Öberg;Malmö\nBjörn Sjöström;Västerås\n",
    "Danish": "Jørgen Sørensen;Århus\nÆrø Kærgård\n",
    "Portuguese": "João Conceição;São Paulo\nAntónio Guimarães;Brasília\nPaixões;Camões\n",
    "Italian": "Niccolò;Forlì\nGesù;Città\nperché è così\n",
    "Dutch": "Zoë;België\nCoördinatie\n",
    "Icelandic": "Þórður Ægisson;Reykjavík\nGuðrún Ýr;Þingvellir\n",
    "Catalan": "Núria;L'Hospitalet\nVilafranca del Penedès\nSolé i Bertrán\n",
    "Estonian": "Õnne Mägi;Võru\nÜlle Põld;Pärnu\n",
    "Irish": "Seán Ó Súilleabháin;Dún Laoghaire\n",
    "Faroese": "Jógvan á Lakjuni;Tórshavn\nHøgni Mýrdal;Eiði\n",
    "capitals": "MÜLLER GRÖSSE ÄRZTE\nÉCOLE\n",
}


@pytest.mark.parametrize("languages", list(itertools.combinations_with_replacement(WESTERN, 2)))
def test_languages_of_western_europe_and_files_of_two_of_them_are_left_alone(languages: tuple[str, str]) -> None:
    assert find_likely("".join(WESTERN[language] for language in languages).encode("cp1252")) == []


def find_likely(content: bytes) -> list[str]:
    file = io.BytesIO(content)
    return likely_encodings.find_likely_encodings(file, encodings.find_encoding(file))
