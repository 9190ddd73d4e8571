"""Texts as people type them: near misses with what they mean, and texts that mean no answer at all."""

from __future__ import annotations

from typing import NamedTuple

from engine.survey import Survey, parse
from tests.bot.conversation.respondent import COFFEE, HOME


class Slip(NamedTuple):
    """A near miss: typed to a question (None: to the target) in a language, meaning a choice's value or a column."""

    survey: Survey
    language: str
    question: str | None
    means: str
    texts: tuple[str, ...]


KHMER = parse(
    """
    id = "tea"
    languages = ["km"]
    title = "តែ"
    about = { organisation = "អ្នកសាកល្បង" }
    question = [
        { id = "Often", kind = "single", scale = "ordinal", text = "តើអ្នកផឹកតែញឹកញាប់ប៉ុនណា?", choices = [
            { value = "Daily", code = 3, text = "រាល់ថ្ងៃ", aliases = ["ជារៀងរាល់ថ្ងៃ"] },
            { value = "Weekly", code = 2, text = "ពីរបីដងក្នុងមួយសប្តាហ៍" },
            { value = "Monthly", code = 1, text = "ពីរបីដងក្នុងមួយខែ" },
            { value = "Rarely", code = 0, text = "កម្រ" },
            { value = "Never", code = -1, text = "ខ្ញុំមិនផឹកតែទេ" } ] },
        { id = "Trust", kind = "single", scale = "ordinal", text = "តើអ្នកទុកចិត្តហាងតែទេ?", choices = [
            { value = "Strongly", code = 2, text = "ខ្ញុំទុកចិត្តខ្លាំង" },
            { value = "Somewhat", code = 1, text = "ខ្ញុំទុកចិត្តខ្លះ" },
            { value = "Neutral", code = 0, text = "ធម្មតា" },
            { value = "Distrust", code = -1, text = "ខ្ញុំមិនទុកចិត្តទេ" } ] },
        { id = "With", kind = "multi", text = "តើអ្នកផឹកជាមួយអ្វី?", choices = [
            { column = "With_Sugar", name = "ស្ករស" },
            { column = "With_Milk", name = "ទឹកដោះគោ" },
            { column = "With_Cake", name = "នំផ្អែម" },
            { column = "With_Lemon", name = "ក្រូចឆ្មារ" } ] },
    ]
    target = { column = "T", text = "តើអ្នកនឹងណែនាំវាទេ?", grades = [
        { grade = "A", value = "Yes", text = "បាទ/ចាស" },
        { grade = "B", value = "Maybe", text = "ប្រហែល" },
        { grade = "C", value = "Not sure", text = "មិនប្រាកដ" },
        { grade = "D", value = "No", text = "ទេ" } ] }
    """
)

SLIPS = (
    # Keyboard slips, letters dropped, doubled and swapped
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "Daily",
        (
            "dayly",
            "daly",
            "dialy",
            "daily use",
            "dailly",
            "dsily",
            "Daiky",
            "everyday",
            "evry day",
            "ever day",
            "daylee",
        ),
    ),
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "A few times a week",
        (
            "a few time a week",
            "few tims a week",
            "a few times week",
            "sevral times a week",
            "a few times in a week",
            "few times weekly",
        ),
    ),
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "Once a week",
        ("once week", "one a week", "onec a week", "wekly", "weakly", "once in a week"),
    ),
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "A few times a month",
        ("few times month", "a few times a mounth", "montly", "monthy", "a few tims a month"),
    ),
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "Rarely",
        ("rarly", "rearly", "rerely", "raerly", "realy rarely", "seldm", "rarelly", "almos never"),
    ),
    Slip(
        HOME,
        "en",
        "Freq_Use",
        "Never",
        ("i dont use mobil money", "dont use", "i dont use it", "i do not use mobile mony", "i not use mobile money"),
    ),
    Slip(HOME, "en", "Weekly_Amt", "Below 25", ("belo 25", "les than 25", "bellow 25$", "undr 25")),
    Slip(HOME, "en", "Weekly_Amt", "Over 300", ("ovr 300", "mor than 300", "over 300 dollars", "abov 300")),
    Slip(HOME, "en", "Weekly_Amt", "25 - 100", ("25 too 100", "from 25 to 100")),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Strongly trust",
        ("strongley", "i trust it strongli", "trust strongly", "stronly trust", "i strongly trust it", "srongly"),
    ),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Somewhat trust",
        ("somwhat", "some what", "i trust it somwhat", "sumwhat", "somehwat trust"),
    ),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Neutral",
        ("nuetral", "netral", "neutrl", "neutrall", "nutral", "i am neutral", "inbetween", "niether"),
    ),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Distrust",
        (
            "i dont trst it",
            "dont trust it",
            "i dont trust",
            "distrst",
            "i dnt trust it",
            "i dot trust it",
            "dont trust",
            "i never trust it",
        ),
    ),
    Slip(HOME, "en", "Had_Issues", "Yes", ("yess", "yse", "ys", "yes i did", "yes sometimes", "yea", "yes, a few")),
    Slip(HOME, "en", "Had_Issues", "No", ("noo", "nno", "no nevr", "nevr", "no i never had", "nonee")),
    Slip(HOME, "en", "Sec_Aware", "Somewhat trust", ("somewat", "a litle", "alittle", "partley", "little")),
    Slip(
        HOME,
        "en",
        "Use",
        "Use_Shop",
        ("shoping", "shopping online", "shoppin", "shoppng", "for shopping", "shpping", "shop"),
    ),
    Slip(
        HOME,
        "en",
        "Use",
        "Use_Send",
        ("send mony", "sending money", "sned money", "send", "send moeny", "sent money", "i send money to my mother"),
    ),
    Slip(
        HOME,
        "en",
        "Use",
        "Use_Receive",
        ("recieve money", "receive mony", "receve money", "get and receive money", "recive money"),
    ),
    Slip(
        HOME,
        "en",
        "Use",
        "Use_TopUp",
        ("topup airtime", "top up", "top up air time", "airtime", "top-up airtime", "top up phone airtime"),
    ),
    Slip(
        HOME,
        "en",
        "Use",
        "Use_LoanRepay",
        ("loan", "loan repaymnt", "lone repayment", "loan repay", "repayment of loan"),
    ),
    Slip(HOME, "en", "Use", "Use_Bills", ("pay bill", "bils", "paying bills", "bills", "pay bils", "pay my bills")),
    Slip(HOME, "en", "Use", "Use_Salary", ("recieve salary", "salary", "receive salery", "salery")),
    Slip(HOME, "en", "Motive", "Motive_Security", ("sekurity", "securty", "secure", "safety and security", "secruity")),
    Slip(HOME, "en", "Motive", "Motive_Promos", ("promotion", "promo", "promoshuns", "promotons")),
    Slip(HOME, "en", "Motive", "Motive_LowFees", ("low fee", "lowfees", "low feees", "fees", "low fes")),
    Slip(HOME, "en", "Motive", "Motive_NoCash", ("no cash", "no cash neded", "no cahs needed", "no need cash")),
    Slip(HOME, "en", None, "Maybe", ("mayb", "may be", "meybe", "mabye", "maby", "perhabs", "posibly", "maybee")),
    Slip(
        HOME,
        "en",
        None,
        "Not sure",
        ("not shure", "not sur", "im not sure", "unshure", "i dont no", "dont know", "notsure"),
    ),
    Slip(HOME, "en", None, "Yes", ("yess", "yes of course", "of cours", "sur", "yes i would", "off course")),
    Slip(HOME, "en", None, "No", ("noo", "nevr")),
    Slip(COFFEE, "en", "Brew", "Espresso", ("expresso", "esspresso", "espreso", "Espresso from a machine")),
    Slip(COFFEE, "en", "Brew", "Instant", ("instent", "instant coffee", "powdr")),
    Slip(COFFEE, "en", "With", "With_Spice", ("cinamon and clove", "cinnamon", "spice", "cinnamon and cloves")),
    Slip(COFFEE, "fr", "Often", "Daily", ("tout les jours", "tous les jour", "tous les joures")),
    Slip(COFFEE, "fr", "Roast", "Dark", ("foncee", "fonsée")),
    # Khmer: a vowel or a subscript dropped or taken for its neighbour, words around it, Latin letters
    Slip(KHMER, "km", "Often", "Daily", ("រាល់ថៃ្ង", "រាល់ថង", "រាល់ថ្ង", "រាលថ្ងៃ", "ខ្ញុំផឹករាល់ថ្ងៃ", "រាល់ថ្ងៃហើយ", "រៀងរាល់ថ្ងៃ")),
    Slip(
        KHMER,
        "km",
        "Often",
        "Weekly",
        ("ពីរបីដងក្នុងមួយសបា្តហ៍", "ពីរបីដងក្នុងមួយសប្តាហ", "ពីបីដងក្នុងមួយសប្តាហ៍", "ពីរបីដងមួយសប្តាហ៍", "ពីរបីដងក្នុងសប្តាហ៍"),
    ),
    Slip(KHMER, "km", "Often", "Monthly", ("ពីរបីដងក្នុង១ខែ", "ពីរបីដងក្នុងមួយខ", "ពីរបីដងមួយខែ", "ពីបីដងក្នុងមួយខែ")),
    Slip(KHMER, "km", "Often", "Rarely", ("កំរ", "កម្រណាស់", "កម្រផឹក", "ក្រម")),
    Slip(KHMER, "km", "Often", "Never", ("ខ្ញុំអត់ផឹកតែទេ", "មិនផឹកតែទេ", "ខ្ញុំមិនផឹកទេ", "មិនផឹកទេ", "ខ្ញុំមិនផឹកតែ")),
    Slip(KHMER, "km", "Trust", "Strongly", ("ទុកចិត្តខ្លាំង", "ខ្ញុំទុកចិតខ្លាំង", "ទុកចិត្តខ្លាំងណាស់", "ខ្ញុំទុកចិត្តខ្លាង")),
    Slip(KHMER, "km", "Trust", "Somewhat", ("ទុកចិត្តខ្លះ", "ខ្ញុំទុកចិត្តខ្លះៗ", "ទុកចិតខ្លះ")),
    Slip(KHMER, "km", "Trust", "Neutral", ("ធម្មតាទេ", "ធមត្តា", "ធម្មតាៗ", "ធម្មត")),
    Slip(KHMER, "km", "Trust", "Distrust", ("ខ្ញុំអត់ទុកចិត្តទេ", "មិនទុកចិត្តទេ", "អត់ទុកចិត្តទេ", "ខ្ញុំមិនទុកចិតទេ", "មិនទុកចិត្ត")),
    Slip(KHMER, "km", "With", "With_Sugar", ("ស្ករ", "សករស", "ស្ករសបន្តិច", "ស្ករស់")),
    Slip(KHMER, "km", "With", "With_Milk", ("ទឹកដោះ", "ទឹកដោគោ", "ទឹកដោះគោរ", "ជាមួយទឹកដោះគោ")),
    Slip(KHMER, "km", "With", "With_Lemon", ("ក្រូចឆ្មា", "ក្រូចឆ្មាររ", "កូចឆ្មារ")),
    Slip(KHMER, "km", None, "Maybe", ("ប្រហែលជា", "ប្រហែ", "បហែល", "ប្រហល")),
    Slip(KHMER, "km", None, "Not sure", ("មិនប្រាកដទេ", "មិនប្រាកត", "អត់ប្រាកដទេ", "ខ្ញុំមិនប្រាកដ")),
)
"""Each was typed by nobody in particular: they follow the slips that people make."""

HELD_OUT = (
    Slip(HOME, "en", "Freq_Use", "Daily", ("evryday", "every single day", "daili", "each dya", "i use every day")),
    Slip(
        HOME, "en", "Freq_Use", "Once a week", ("ones a week", "once a weak", "wkly", "1 time a week", "onece a week")
    ),
    Slip(HOME, "en", "Freq_Use", "Rarely", ("rarley", "sedlom", "almost nevr", "rearley", "very rarely")),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Distrust",
        ("i dont turst it", "do not trust it", "dont trust at all", "distruts", "i donot trust it"),
    ),
    Slip(HOME, "en", "Trust_Level", "Neutral", ("nuetrall", "neutal", "netural", "neiter", "in betwen")),
    Slip(
        HOME,
        "en",
        "Trust_Level",
        "Strongly trust",
        ("stronlgy", "i trust it very strongly", "strongly trust it", "trust it strong"),
    ),
    Slip(HOME, "en", "Use", "Use_Send", ("send monny", "snd money", "sending some money", "to send money")),
    Slip(HOME, "en", "Use", "Use_Shop", ("shoppping", "shping", "shoping online", "i go shopping")),
    Slip(HOME, "en", "Use", "Use_Bills", ("pay bilsl", "electric bills", "pay the bills")),
    Slip(HOME, "en", "Motive", "Motive_LowFees", ("low feess", "lower fees", "cheap fees", "low fee")),
    Slip(HOME, "en", "Motive", "Motive_Security", ("secureity", "sequrity", "security of money")),
    Slip(HOME, "en", "Motive", "Motive_WideAcc", ("wide aceptance", "acceptance", "widely accepted")),
    Slip(HOME, "en", None, "Maybe", ("maybe yes", "mybe", "perhps", "mayby")),
    Slip(HOME, "en", None, "Not sure", ("not so sure", "im unsure", "not sute", "unsur")),
)
"""Slips that were written down after the thresholds had been chosen."""

UNRELATED = (
    "hello", "hi", "hey there", "thanks", "thank you", "ok", "okay", "good morning", "what is this", "who are you",
    "who made this", "how are you", "why do you ask", "what do you mean", "i dont understand", "can i win something",
    "where is my result", "my name is dara", "call me later", "how long does it take", "is this free", "wait",
    "one moment please", "later", "lol", "haha", "nice", "cool", "wow", "please help", "what", "?", "hmm", "test",
    "asdf", "qwerty", "xyz", "i am at the market", "i have no time now", "are you a bot", "speak khmer please",
    "what language is this", "can you hear me", "this is boring", "i like football", "see you tomorrow", "its raining",
    "how much do i get", "give me a gift", "when does it end", "who sees this", "is it safe", "love you", "hungry",
    "my phone is slow", "the weather is hot", "do you know my friend", "good", "great", "fine", "stop it", "sorry",
    "https://example.org", "@someone", "12345678", "🙂", "👍", "ha", "a", "i", "the", "of", "no idea", "no comment",
    "no problem at all my friend", "yesterday", "note", "nobody told me", "not now", "i will answer later",
)  # fmt: skip
"""Texts that people send to a bot without answering anything."""

UNRELATED_KHMER = (
    "សួស្តី", "ជំរាបសួរ", "អរគុណ", "អរគុណច្រើន", "នេះជាអ្វី", "អ្នកជានរណា", "ខ្ញុំមិនយល់", "ហេតុអ្វីសួរ", "សុខសប្បាយទេ",
    "ចាំបន្តិច", "ពេលក្រោយ", "ល្អណាស់", "ខ្ញុំនៅផ្សារ", "មានអ្វីឈ្នះទេ", "លទ្ធផលនៅឯណា", "ខ្ញុំឈ្មោះដារ៉ា", "ភ្លៀងខ្លាំងណាស់",
    "ហូបបាយនៅ", "ជួយផង", "មិនដឹងទេ", "អស់ប៉ុន្មាន", "មានសុវត្ថិភាពទេ", "នៅឆ្ងាយណាស់", "មិនទំនេរទេ", "អ្នកនិយាយខ្មែរបានទេ",
)  # fmt: skip

OPPOSITES: tuple[tuple[Survey, str | None, str, tuple[str, ...]], ...] = (
    (
        HOME,
        "Freq_Use",
        "Daily",
        ("not daily", "never daily", "not every day", "i dont use it daily", "not evry day", "non daily"),
    ),
    (
        HOME,
        "Freq_Use",
        "Never",
        ("i use mobile money", "i do use mobile money", "use mobile money", "i use mobil money"),
    ),
    (
        HOME,
        "Trust_Level",
        "Strongly trust",
        (
            "i dont trust it strongly",
            "i dont strongly trust it",
            "i do not trust it strongly",
            "not strongly",
            "i dont trust it strongli",
        ),
    ),
    (HOME, "Trust_Level", "Somewhat trust", ("i dont trust it somewhat", "not somewhat")),
    (HOME, "Trust_Level", "Distrust", ("i trust it", "i do trust it", "trust it", "i trst it", "trust")),
    (HOME, "Had_Issues", "Yes", ("not yes", "yes but not really", "i have not", "no i havent", "no yes")),
    (HOME, "Had_Issues", "No", ("i have had", "yes ever", "yes i had some")),
    (HOME, "Sec_Aware", "Yes", ("unaware", "not awar", "not yes")),
    (HOME, "Sec_Aware", "No", ("i am aware", "awere")),
    (HOME, None, "Yes", ("unsur", "of course not", "not sure", "not of course", "sure not", "yes no")),
    (HOME, "Use", "Use_Bills", ("not bills", "i dont pay bills", "no bills", "never pay bills")),
    (HOME, "Motive", "Motive_NoCash", ("cash needed", "cash neded")),
    (KHMER, "Often", "Daily", ("មិនរាល់ថ្ងៃទេ", "មិនមែនរាល់ថ្ងៃ", "អត់រាល់ថ្ងៃទេ", "មិនរាល់ថ្ង")),
    (KHMER, "Often", "Never", ("ខ្ញុំផឹកតែ", "ផឹកតែ")),
    (KHMER, "Trust", "Strongly", ("ខ្ញុំមិនទុកចិត្តខ្លាំង", "មិនទុកចិត្តខ្លាំងទេ", "ខ្ញុំអត់ទុកចិត្តខ្លាំង")),
    (KHMER, "Trust", "Distrust", ("ខ្ញុំទុកចិត្ត", "ទុកចិត្ត", "ខ្ញុំទុកចិត")),
    (KHMER, None, "Not sure", ("ប្រាកដ", "ប្រាកដណាស់")),
)
"""Texts that say the opposite of an answer: it must not be offered."""
