"""The labels that the published counts use, by the region that they were given there."""

from __future__ import annotations

PUBLISHED_REGIONS = {
    "Anglo-America": "United States|Canada|Puerto Rico|Virgin Islands, U.s.|Dominican Republic|"
    "Virgin Islands, British|Cuba",
    "Latin America": "Brazil|Mexico|Chile|Argentina|Colombia|Peru|Venezuela|Costa Rica|Uruguay|"
    "Ecuador|Paraguay|Guatemala|Panama|Honduras|El Salvador|Bolivia|Trinidad and Tobago|Nicaragua",
    "Anglo-Europe": "United Kingdom|Ireland",
    "Central & Eastern Europe": "Poland|Ukraine|Czech Republic|Romania|Belarus|Hungary|Lithuania|"
    "Slovakia|Latvia|Estonia|Moldova",
    "Balkans": "Russian Federation|Serbia|Bulgaria|Croatia|Georgia|Slovenia|"
    "Bosnia and Herzegovina|Macedonia|Albania|Montenegro|Armenia|Azerbaijan",
    "Western Core / DACH": "Germany|Netherlands|France|Belgium|Austria|Switzerland|Luxembourg",
    "Oceania": "Australia|New Zealand|Christmas Island|Cocos (Keeling) Islands|Fiji|"
    "South Georgia and the South Sandwich Islands|United States Minor Outlying Islands|"
    "Heard Island and Mcdonald Islands",
    "Nordics": "Finland|Sweden|Norway|Denmark|Iceland",
    "Southern Europe": "Italy|Spain|Portugal|Greece|Holy See (Vatican City State)|Cyprus|Malta",
    "West Asia": "Indonesia|Turkey|Philippines|India|Israel|Iran, Islamic Republic of|Kazakhstan|"
    "Afghanistan|Bangladesh|Saudi Arabia|United Arab Emirates|Palestinian Territory, Occupied|"
    "Lebanon|Pakistan|Jordan|Sri Lanka|Iraq|Nepal|Syrian Arab Republic",
    "East Asia": "Japan|China|Malaysia|Korea, Republic of|Singapore|Viet Nam|Thailand|Hong Kong|"
    "Taiwan|Korea, Democratic People's Republic of|Mongolia",
    "Africa": "South Africa|Egypt|Morocco|Tunisia|Zimbabwe|Algeria|Jamaica|Angola|Nigeria|Chad|"
    "Niger",
    "Antarctica": "Antarctica",
}
PUBLISHED_LABELS = [label for text in PUBLISHED_REGIONS.values() for label in text.split("|")]
