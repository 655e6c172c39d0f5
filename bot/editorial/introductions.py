"""Where a sentence says that a name follows, in many languages. `before` stays, `name` goes."""

from __future__ import annotations

import re

_LETTERS = r"[^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*"
_N = rf"[^\W\d_]{_LETTERS}"
_CAPITAL = rf"[A-ZÀ-ÞŞİĞÇÖÜ]{_LETTERS}"
_STOP = (
    r"(?:and|und|et|y|e|i|ve|en|och|och|og|и|but|from|with|the|a|my|we|is|has|have|wants?|or|aus|von|mit|de\s+la\s+ville|"
    r"ich|je|yo|io|eu|ik|ben|я|am|can|could|do|does|what|how|when|where|who|why|geboren|born|vengo|vivo|aged?|here|im|"
    r"i'm|i’m|your|you|our|in|at|on|for|about|would|will|should|if|it|to|as|that|this|because|writing|asking)"
)
_NAMES = rf"(?!{_STOP}\b){_N}(?:\s+(?!{_STOP}\b){_N}){{0,3}}"
_CJK = r"[\u3400-\u9fff\u3040-\u30ff·]{1,6}?"
_HANGUL = r"[\uac00-\ud7a3]{2,5}?"

CERTAIN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<before>\b(?:my|his|her|the patient['’]s|patient['’]?s?|husband['’]s|wife['’]s|child['’]s|full|"
        r"first|last|family|maiden|sur|whose)\s*(?:full |first |last |family )?names?\s*(?:are|is|was|['’]s|:|=)\s*)"
        rf"{_NAMES}",
        rf"(?P<before>\b(?:name|names|patient|nom|prénom|nombre|apellidos?|nome|cognome|vorname|nachname|isim|ad|soyad|imię|"
        rf"nazwisko|имя|фамилия)\s*[:=]\s*){_NAMES}",
        rf"(?P<before>\b(?:i am called|i['’]m called|i go by|(?:people |they |you can )?call me|named)\s+){_NAMES}",
        rf"(?P<before>\b(?:mein name(?: ist|:)|ich hei(?:ß|ss)e|ich nenne mich|namens)\s+){_NAMES}",
        rf"(?P<before>\b(?:je m['’]appelle|mon nom (?:est|:)|mon prénom est|moi c['’]est)\s+){_NAMES}",
        rf"(?P<before>\b(?:me llamo|mi nombre es|mi nombre:|se llama)\s+){_NAMES}",
        rf"(?P<before>\b(?:mi chiamo|il mio nome è|si chiama)\s+){_NAMES}",
        rf"(?P<before>\b(?:(?:eu )?me chamo|chamo-me|(?:o )?meu nome é)\s+){_NAMES}",
        rf"(?P<before>\b(?:mijn naam is|ik heet|jag heter|mitt namn är|jeg heter|jeg hedder|mit navn er|"
        rf"nimeni on|a nevem|hívnak|jmenuji se|volám sa|mă numesc|numele meu este|nama saya|tên tôi là|"
        rf"ang pangalan ko ay|zovem se|ime mi je|nazywam się|mam na imię|jestem pani?)\s+){_NAMES}",
        rf"(?P<before>\b(?:benim adım|adım|ismim|benim ismim)\s+){_NAMES}",
        rf"(?P<before>\b(?:меня зовут|мо[её] имя|зовут|мене звати|казвам се|με λένε|λέγομαι|ονομάζομαι)\s+){_NAMES}",
        rf"(?P<before>(?:اسمي|إسمي|اسمي هو|נקרא|שמי|קוראים לי|मेरा नाम|میرا نام|نام من|من اسمم)\s+){_NAMES}",
        rf"(?P<before>(?:我叫|我的名字[是叫]|我姓|名叫|叫做)\s*){_CJK}(?=[,，。.!！?？\s]|我|$)",
        rf"(?P<before>(?:私の名前は|名前は|わたしは|私は)\s*){_CJK}(?=です|と申|といい|$)",
        rf"(?P<before>(?:제 이름은|내 이름은|이름은)\s*){_HANGUL}(?=입니다|이에요|예요|이고|\s|$)",
        rf"(?P<before>(?:(?:ฉัน|ผม|ดิฉัน|หนู)?ชื่อ)\s*){_N}",
        rf"(?P<before>^\W*(?:hi|hello|hey|hallo|bonjour|hola|ciao|merhaba)?\W*){_NAMES}(?=\s+(?:here|hier|ici|aquí|qui)\b\s*[,.:!–-])",
    )
)
"""What follows is a name whatever it looks like."""

_RELATIVE = (
    r"(?:husband|wife|partner|mother|mom|mum|mummy|father|dad|daddy|son|daughter|brother|sister|grandmother|grandma|nan|"
    r"granny|grandfather|grandpa|aunt|auntie|uncle|cousin|niece|nephew|friend|girlfriend|boyfriend|fianc[ée]e?|child|baby|"
    r"boy|girl|neighbou?r|boss|doctor|oncologist|gp|nurse|advisor|stepson|stepdaughter|twins?)"
)

LIKELY = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (
            rf"(?P<before>\b(?:i am|i['’]m|this is|it['’]s|its)\s+)(?P<name>{_N})"
            r"(?=\s*(?:$|[,.!;–-]|and\b|from\b|here\b|\())",
            re.I,
        ),
        (
            r"(?P<before>\b(?:[Ii] am|[Ii]['’]m|[Tt]his is|ich bin|Ich bin|[Jj]e suis|[Ss]oy|[Ss]ono)\s+)"
            rf"(?P<name>{_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})",
            0,
        ),
        (
            rf"(?P<before>\b(?:my|our|his|her)\s+(?:\w+\s+)?{_RELATIVE},?\s+(?:is\s+called\s+|called\s+)?)(?P<name>{_N})",
            re.I,
        ),
        (
            r"(?P<before>\b(?:mr|mrs|ms|miss|mister|dr|drs|prof|professor|sir|madam|herr|monsieur|madame|mme|mlle|señora?|sra?|"
            rf"signora?|sig|sig\.ra|senhora?|dhr|mevrouw|mevr|pan|pani|bay|bayan|bey|hanım|dott|dottor)\b\.?\s+)"
            rf"(?P<name>{_N}(?:\s+[A-ZÀ-Þ][^\W\d_]+)?)",
            re.I,
        ),
        (r"(?P<before>\bFrau\s+)(?P<name>[A-ZÄÖÜ][^\W\d_]+(?:\s+[A-ZÄÖÜ][^\W\d_]+)?)", 0),
        (
            r"(?P<before>\b(?:regards|sincerely|thanks|thank you|thank u|thx|ty|cheers|best|best wishes|yours|love|"
            r"greetings|grüße|grüsse|gruß|gruss|lg|mfg|vg|danke|cordialement|merci|bien à vous|saludos|gracias|"
            r"saluti|grazie|obrigad[oa]|abraços|groeten|bedankt|teşekkürler|saygılar|pozdrawiam|dziękuję|"
            r"с уважением|спасибо)\s*[,.!;:–—-]*\s+)"
            rf"(?P<name>{_N}(?:\s+{_N}){{0,2}})(?=\W*$)",
            re.I | re.M,
        ),
        (rf"(?P<before>(?<!\S)[–—-]+\s*)(?P<name>{_N}(?:\s+{_N}){{0,2}})(?=\W*$)", re.I),
    )
)
"""What follows is a name unless it is an ordinary word."""

NOT_GERMAN = re.compile(
    rf"(?P<before>\bim\s+)(?P<name>{_N})(?=\s*(?:$|[,.!;–-]|and\b|from\b|here\b|\())", re.I
)
"""The same for "im", which is a small word in German."""

LAST_LINE = re.compile(rf"\W*{_N}(?:\s+{_N}){{0,2}}[\s.,!]*")
"""A line of up to three words: perhaps a signature."""
