"""Words that several readers of messages look for: illnesses that people name, and the people close to them.

Each is a group for a regular expression that ignores case, without word boundaries around it.
"""

from __future__ import annotations

ILLNESS = (
    r"(?:\w*cancers?\w*|\w*(?:blast|sarc|carcin|lymph|melan|myel|gli|mesotheli|hepat)omas?|leuk(?:a?e)mi[ac]s?|"
    r"tumou?rs?|metasta\w+|mets|malignan\w+|hodgkin\w*|aml|cll|lupus|(?:multiple\s+)?sclerosis|ms|als|parkinson\w*|"
    r"alzheimer\w*|dementia|arthritis|rheumatoid|long\s+covid|diabetes|fibromyalgia|fibrosis|crohn['’]?s?|colitis|"
    r"hepatitis|cirrhosis|hiv|aids|copd|psoriasis|auto-?immune|infertility|endometriosis|stroke|"
    r"(?:heart|kidney|liver)\s+(?:failure|disease)|stage\s+(?:[1-4]|i{1,3}v?|iv|one|two|three|four))"
)
CLOSE = (
    r"(?:m[oua]m(?:my)?|mother|dad(?:dy)?|father|parents?|wife|husband|partner|girlfriend|boyfriend|fianc\w+|son|"
    r"daughter|child(?:ren)?|kids?|baby|boy|girl|brother|sister|twin|gran|nan|grand\w+|aunt\w*|uncle|cousin|nephew|"
    r"niece|friend|neighbou?r|(?:\w+[\s-])?in[\s-]laws?)"
)
