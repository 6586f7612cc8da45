//! Countries and their provinces: names, currencies, and how an address is written there.

use crate::currency::Currency;

/// A country or territory with a code of its own in ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// Two letters, such as `DE`.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    currency: &'static str,
}

/// A province, state or prefecture that a country's addresses name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// Its code within the country, such as `CA`.
    pub code: &'static str,
    /// Its name, such as `California`.
    pub name: &'static str,
}

impl Country {
    /// The country of a code, in either case.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let found = COUNTRIES.binary_search_by(|row| row.code.cmp(&code)).ok()?;
        COUNTRIES.get(found).copied()
    }

    /// The country of an English name, in any case, or of a code.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::of(text).or_else(|| {
            COUNTRIES
                .iter()
                .copied()
                .find(|row| row.name.eq_ignore_ascii_case(text))
        })
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().copied()
    }

    /// The currency that is mostly used there.
    #[must_use]
    pub fn currency(self) -> Currency {
        Currency::parse(self.currency).expect("the table holds codes of the list, a test says so")
    }

    /// Whether weights and lengths are mostly imperial there.
    #[must_use]
    pub fn is_imperial(self) -> bool {
        matches!(self.code, "US" | "LR" | "MM")
    }

    /// The provinces that addresses there name; none when addresses do without.
    #[must_use]
    pub fn provinces(self) -> &'static [Province] {
        PROVINCES
            .iter()
            .find(|(code, _)| *code == self.code)
            .map_or(&[], |(_, provinces)| *provinces)
    }

    /// The province of a code or name, in any case.
    #[must_use]
    pub fn province(self, text: &str) -> Option<Province> {
        let text = text.trim();
        let fits = |province: &&Province| {
            province.code.eq_ignore_ascii_case(text) || province.name.eq_ignore_ascii_case(text)
        };
        self.provinces().iter().find(fits).copied()
    }

    /// Whether the postal code stands before the town, as on the European continent.
    #[must_use]
    pub fn zip_first(self) -> bool {
        const ZIP_FIRST: &[&str] = &[
            "AT", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "IL",
            "IS", "IT", "LI", "LT", "LU", "LV", "MC", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
            "SI", "SK", "TR",
        ];
        ZIP_FIRST.contains(&self.code)
    }
}

macro_rules! countries {
    ($($code:literal $currency:literal $name:literal;)*) => {
        /// Sorted by code, so that a country is found by bisection.
        const COUNTRIES: &[Country] = &[$(Country { code: $code, name: $name, currency: $currency }),*];
    };
}

countries! {
    "AC" "SHP" "Ascension Island";
    "AD" "EUR" "Andorra";
    "AE" "AED" "United Arab Emirates";
    "AF" "AFN" "Afghanistan";
    "AG" "XCD" "Antigua & Barbuda";
    "AI" "XCD" "Anguilla";
    "AL" "ALL" "Albania";
    "AM" "AMD" "Armenia";
    "AN" "ANG" "Netherlands Antilles";
    "AO" "AOA" "Angola";
    "AR" "ARS" "Argentina";
    "AT" "EUR" "Austria";
    "AU" "AUD" "Australia";
    "AW" "AWG" "Aruba";
    "AX" "EUR" "Åland Islands";
    "AZ" "AZN" "Azerbaijan";
    "BA" "BAM" "Bosnia & Herzegovina";
    "BB" "BBD" "Barbados";
    "BD" "BDT" "Bangladesh";
    "BE" "EUR" "Belgium";
    "BF" "XOF" "Burkina Faso";
    "BG" "EUR" "Bulgaria";
    "BH" "BHD" "Bahrain";
    "BI" "BIF" "Burundi";
    "BJ" "XOF" "Benin";
    "BL" "EUR" "St. Barthélemy";
    "BM" "BMD" "Bermuda";
    "BN" "BND" "Brunei";
    "BO" "BOB" "Bolivia";
    "BQ" "USD" "Caribbean Netherlands";
    "BR" "BRL" "Brazil";
    "BS" "BSD" "Bahamas";
    "BT" "BTN" "Bhutan";
    "BV" "NOK" "Bouvet Island";
    "BW" "BWP" "Botswana";
    "BY" "BYN" "Belarus";
    "BZ" "BZD" "Belize";
    "CA" "CAD" "Canada";
    "CC" "AUD" "Cocos (Keeling) Islands";
    "CD" "CDF" "Congo - Kinshasa";
    "CF" "XAF" "Central African Republic";
    "CG" "XAF" "Congo - Brazzaville";
    "CH" "CHF" "Switzerland";
    "CI" "XOF" "Côte d’Ivoire";
    "CK" "NZD" "Cook Islands";
    "CL" "CLP" "Chile";
    "CM" "XAF" "Cameroon";
    "CN" "CNY" "China";
    "CO" "COP" "Colombia";
    "CR" "CRC" "Costa Rica";
    "CU" "CUP" "Cuba";
    "CV" "CVE" "Cape Verde";
    "CW" "ANG" "Curaçao";
    "CX" "AUD" "Christmas Island";
    "CY" "EUR" "Cyprus";
    "CZ" "CZK" "Czechia";
    "DE" "EUR" "Germany";
    "DJ" "DJF" "Djibouti";
    "DK" "DKK" "Denmark";
    "DM" "XCD" "Dominica";
    "DO" "DOP" "Dominican Republic";
    "DZ" "DZD" "Algeria";
    "EC" "USD" "Ecuador";
    "EE" "EUR" "Estonia";
    "EG" "EGP" "Egypt";
    "EH" "MAD" "Western Sahara";
    "ER" "ERN" "Eritrea";
    "ES" "EUR" "Spain";
    "ET" "ETB" "Ethiopia";
    "FI" "EUR" "Finland";
    "FJ" "FJD" "Fiji";
    "FK" "FKP" "Falkland Islands";
    "FO" "DKK" "Faroe Islands";
    "FR" "EUR" "France";
    "GA" "XAF" "Gabon";
    "GB" "GBP" "United Kingdom";
    "GD" "XCD" "Grenada";
    "GE" "GEL" "Georgia";
    "GF" "EUR" "French Guiana";
    "GG" "GBP" "Guernsey";
    "GH" "GHS" "Ghana";
    "GI" "GIP" "Gibraltar";
    "GL" "DKK" "Greenland";
    "GM" "GMD" "Gambia";
    "GN" "GNF" "Guinea";
    "GP" "EUR" "Guadeloupe";
    "GQ" "XAF" "Equatorial Guinea";
    "GR" "EUR" "Greece";
    "GS" "GBP" "South Georgia & South Sandwich Islands";
    "GT" "GTQ" "Guatemala";
    "GW" "XOF" "Guinea-Bissau";
    "GY" "GYD" "Guyana";
    "HK" "HKD" "Hong Kong SAR";
    "HM" "AUD" "Heard & McDonald Islands";
    "HN" "HNL" "Honduras";
    "HR" "EUR" "Croatia";
    "HT" "HTG" "Haiti";
    "HU" "HUF" "Hungary";
    "ID" "IDR" "Indonesia";
    "IE" "EUR" "Ireland";
    "IL" "ILS" "Israel";
    "IM" "GBP" "Isle of Man";
    "IN" "INR" "India";
    "IO" "USD" "British Indian Ocean Territory";
    "IQ" "IQD" "Iraq";
    "IR" "IRR" "Iran";
    "IS" "ISK" "Iceland";
    "IT" "EUR" "Italy";
    "JE" "JEP" "Jersey";
    "JM" "JMD" "Jamaica";
    "JO" "JOD" "Jordan";
    "JP" "JPY" "Japan";
    "KE" "KES" "Kenya";
    "KG" "KGS" "Kyrgyzstan";
    "KH" "KHR" "Cambodia";
    "KI" "AUD" "Kiribati";
    "KM" "KMF" "Comoros";
    "KN" "XCD" "St. Kitts & Nevis";
    "KP" "KPW" "North Korea";
    "KR" "KRW" "South Korea";
    "KW" "KWD" "Kuwait";
    "KY" "KYD" "Cayman Islands";
    "KZ" "KZT" "Kazakhstan";
    "LA" "LAK" "Laos";
    "LB" "LBP" "Lebanon";
    "LC" "XCD" "St. Lucia";
    "LI" "CHF" "Liechtenstein";
    "LK" "LKR" "Sri Lanka";
    "LR" "LRD" "Liberia";
    "LS" "LSL" "Lesotho";
    "LT" "EUR" "Lithuania";
    "LU" "EUR" "Luxembourg";
    "LV" "EUR" "Latvia";
    "LY" "LYD" "Libya";
    "MA" "MAD" "Morocco";
    "MC" "EUR" "Monaco";
    "MD" "MDL" "Moldova";
    "ME" "EUR" "Montenegro";
    "MF" "EUR" "St. Martin";
    "MG" "MGA" "Madagascar";
    "MK" "MKD" "North Macedonia";
    "ML" "XOF" "Mali";
    "MM" "MMK" "Myanmar (Burma)";
    "MN" "MNT" "Mongolia";
    "MO" "MOP" "Macao SAR";
    "MQ" "EUR" "Martinique";
    "MR" "MRU" "Mauritania";
    "MS" "XCD" "Montserrat";
    "MT" "EUR" "Malta";
    "MU" "MUR" "Mauritius";
    "MV" "MVR" "Maldives";
    "MW" "MWK" "Malawi";
    "MX" "MXN" "Mexico";
    "MY" "MYR" "Malaysia";
    "MZ" "MZN" "Mozambique";
    "NA" "NAD" "Namibia";
    "NC" "XPF" "New Caledonia";
    "NE" "XOF" "Niger";
    "NF" "AUD" "Norfolk Island";
    "NG" "NGN" "Nigeria";
    "NI" "NIO" "Nicaragua";
    "NL" "EUR" "Netherlands";
    "NO" "NOK" "Norway";
    "NP" "NPR" "Nepal";
    "NR" "AUD" "Nauru";
    "NU" "NZD" "Niue";
    "NZ" "NZD" "New Zealand";
    "OM" "OMR" "Oman";
    "PA" "PAB" "Panama";
    "PE" "PEN" "Peru";
    "PF" "XPF" "French Polynesia";
    "PG" "PGK" "Papua New Guinea";
    "PH" "PHP" "Philippines";
    "PK" "PKR" "Pakistan";
    "PL" "PLN" "Poland";
    "PM" "EUR" "St. Pierre & Miquelon";
    "PN" "NZD" "Pitcairn Islands";
    "PS" "ILS" "Palestinian Territories";
    "PT" "EUR" "Portugal";
    "PY" "PYG" "Paraguay";
    "QA" "QAR" "Qatar";
    "RE" "EUR" "Réunion";
    "RO" "RON" "Romania";
    "RS" "RSD" "Serbia";
    "RU" "RUB" "Russia";
    "RW" "RWF" "Rwanda";
    "SA" "SAR" "Saudi Arabia";
    "SB" "SBD" "Solomon Islands";
    "SC" "SCR" "Seychelles";
    "SD" "SDG" "Sudan";
    "SE" "SEK" "Sweden";
    "SG" "SGD" "Singapore";
    "SH" "SHP" "St. Helena";
    "SI" "EUR" "Slovenia";
    "SJ" "NOK" "Svalbard & Jan Mayen";
    "SK" "EUR" "Slovakia";
    "SL" "SLE" "Sierra Leone";
    "SM" "EUR" "San Marino";
    "SN" "XOF" "Senegal";
    "SO" "SOS" "Somalia";
    "SR" "SRD" "Suriname";
    "SS" "SSP" "South Sudan";
    "ST" "STN" "São Tomé & Príncipe";
    "SV" "USD" "El Salvador";
    "SX" "ANG" "Sint Maarten";
    "SY" "SYP" "Syria";
    "SZ" "SZL" "Eswatini";
    "TA" "GBP" "Tristan da Cunha";
    "TC" "USD" "Turks & Caicos Islands";
    "TD" "XAF" "Chad";
    "TF" "EUR" "French Southern Territories";
    "TG" "XOF" "Togo";
    "TH" "THB" "Thailand";
    "TJ" "TJS" "Tajikistan";
    "TK" "NZD" "Tokelau";
    "TL" "USD" "Timor-Leste";
    "TM" "TMT" "Turkmenistan";
    "TN" "TND" "Tunisia";
    "TO" "TOP" "Tonga";
    "TR" "TRY" "Türkiye";
    "TT" "TTD" "Trinidad & Tobago";
    "TV" "AUD" "Tuvalu";
    "TW" "TWD" "Taiwan";
    "TZ" "TZS" "Tanzania";
    "UA" "UAH" "Ukraine";
    "UG" "UGX" "Uganda";
    "UM" "USD" "U.S. Outlying Islands";
    "US" "USD" "United States";
    "UY" "UYU" "Uruguay";
    "UZ" "UZS" "Uzbekistan";
    "VA" "EUR" "Vatican City";
    "VC" "XCD" "St. Vincent & Grenadines";
    "VE" "VES" "Venezuela";
    "VG" "USD" "British Virgin Islands";
    "VN" "VND" "Vietnam";
    "VU" "VUV" "Vanuatu";
    "WF" "XPF" "Wallis & Futuna";
    "WS" "WST" "Samoa";
    "XK" "EUR" "Kosovo";
    "YE" "YER" "Yemen";
    "YT" "EUR" "Mayotte";
    "ZA" "ZAR" "South Africa";
    "ZM" "ZMW" "Zambia";
    "ZW" "USD" "Zimbabwe";
}

macro_rules! provinces {
    ($($country:literal { $($code:literal $name:literal)* })*) => {
        /// The countries whose addresses name a province, and which.
        const PROVINCES: &[(&str, &[Province])] = &[
            $(($country, &[$(Province { code: $code, name: $name }),*])),*
        ];
    };
}

#[rustfmt::skip]
provinces! {
    "AR" {
        "B" "Buenos Aires" "K" "Catamarca" "H" "Chaco" "U" "Chubut"
        "C" "Ciudad Autónoma de Buenos Aires" "X" "Córdoba" "W" "Corrientes" "E" "Entre Ríos"
        "P" "Formosa" "Y" "Jujuy" "L" "La Pampa" "F" "La Rioja" "M" "Mendoza" "N" "Misiones"
        "Q" "Neuquén" "R" "Río Negro" "A" "Salta" "J" "San Juan" "D" "San Luis" "Z" "Santa Cruz"
        "S" "Santa Fe" "G" "Santiago Del Estero" "V" "Tierra Del Fuego" "T" "Tucumán"
    }
    "AU" {
        "ACT" "Australian Capital Territory" "NSW" "New South Wales" "NT" "Northern Territory"
        "QLD" "Queensland" "SA" "South Australia" "TAS" "Tasmania" "VIC" "Victoria"
        "WA" "Western Australia"
    }
    "BR" {
        "AC" "Acre" "AL" "Alagoas" "AP" "Amapá" "AM" "Amazonas" "BA" "Bahia" "CE" "Ceará"
        "DF" "Distrito Federal" "ES" "Espírito Santo" "GO" "Goiás" "MA" "Maranhão"
        "MT" "Mato Grosso" "MS" "Mato Grosso do Sul" "MG" "Minas Gerais" "PA" "Pará"
        "PB" "Paraíba" "PR" "Paraná" "PE" "Pernambuco" "PI" "Piauí" "RJ" "Rio de Janeiro"
        "RN" "Rio Grande do Norte" "RS" "Rio Grande do Sul" "RO" "Rondônia" "RR" "Roraima"
        "SC" "Santa Catarina" "SP" "São Paulo" "SE" "Sergipe" "TO" "Tocantins"
    }
    "CA" {
        "AB" "Alberta" "BC" "British Columbia" "MB" "Manitoba" "NB" "New Brunswick"
        "NL" "Newfoundland and Labrador" "NT" "Northwest Territories" "NS" "Nova Scotia"
        "NU" "Nunavut" "ON" "Ontario" "PE" "Prince Edward Island" "QC" "Quebec"
        "SK" "Saskatchewan" "YT" "Yukon"
    }
    "ES" {
        "C" "A Coruña" "VI" "Álava" "AB" "Albacete" "A" "Alicante" "AL" "Almería" "O" "Asturias"
        "AV" "Ávila" "BA" "Badajoz" "PM" "Balears" "B" "Barcelona" "BU" "Burgos" "CC" "Cáceres"
        "CA" "Cádiz" "S" "Cantabria" "CS" "Castellón" "CE" "Ceuta" "CR" "Ciudad Real"
        "CO" "Córdoba" "CU" "Cuenca" "GI" "Girona" "GR" "Granada" "GU" "Guadalajara"
        "SS" "Gipuzkoa" "H" "Huelva" "HU" "Huesca" "J" "Jaén" "LO" "La Rioja" "GC" "Las Palmas"
        "LE" "León" "L" "Lleida" "LU" "Lugo" "M" "Madrid" "MA" "Málaga" "ML" "Melilla"
        "MU" "Murcia" "NA" "Navarra" "OR" "Ourense" "P" "Palencia" "PO" "Pontevedra"
        "SA" "Salamanca" "TF" "Santa Cruz de Tenerife" "SG" "Segovia" "SE" "Sevilla" "SO" "Soria"
        "T" "Tarragona" "TE" "Teruel" "TO" "Toledo" "V" "Valencia" "VA" "Valladolid"
        "BI" "Bizkaia" "ZA" "Zamora" "Z" "Zaragoza"
    }
    "GB" {
        "ENG" "England" "NIR" "Northern Ireland" "SCT" "Scotland" "WLS" "Wales"
        "BFP" "British Forces"
    }
    "IE" {
        "CW" "Carlow" "CN" "Cavan" "CE" "Clare" "CO" "Cork" "DL" "Donegal" "D" "Dublin"
        "G" "Galway" "KY" "Kerry" "KE" "Kildare" "KK" "Kilkenny" "LS" "Laois" "LM" "Leitrim"
        "LK" "Limerick" "LD" "Longford" "LH" "Louth" "MO" "Mayo" "MH" "Meath" "MN" "Monaghan"
        "OY" "Offaly" "RN" "Roscommon" "SO" "Sligo" "TA" "Tipperary" "WD" "Waterford"
        "WH" "Westmeath" "WX" "Wexford" "WW" "Wicklow"
    }
    "IN" {
        "AN" "Andaman and Nicobar Islands" "AP" "Andhra Pradesh" "AR" "Arunachal Pradesh"
        "AS" "Assam" "BR" "Bihar" "CH" "Chandigarh" "CG" "Chhattisgarh"
        "DN" "Dadra and Nagar Haveli" "DD" "Daman and Diu" "DL" "Delhi" "GA" "Goa" "GJ" "Gujarat"
        "HR" "Haryana" "HP" "Himachal Pradesh" "JK" "Jammu and Kashmir" "JH" "Jharkhand"
        "KA" "Karnataka" "KL" "Kerala" "LA" "Ladakh" "LD" "Lakshadweep" "MP" "Madhya Pradesh"
        "MH" "Maharashtra" "MN" "Manipur" "ML" "Meghalaya" "MZ" "Mizoram" "NL" "Nagaland"
        "OR" "Odisha" "PY" "Puducherry" "PB" "Punjab" "RJ" "Rajasthan" "SK" "Sikkim"
        "TN" "Tamil Nadu" "TS" "Telangana" "TR" "Tripura" "UP" "Uttar Pradesh" "UK" "Uttarakhand"
        "WB" "West Bengal"
    }
    "IT" {
        "AG" "Agrigento" "AL" "Alessandria" "AN" "Ancona" "AO" "Aosta" "AR" "Arezzo"
        "AP" "Ascoli Piceno" "AT" "Asti" "AV" "Avellino" "BA" "Bari" "BT" "Barletta-Andria-Trani"
        "BL" "Belluno" "BN" "Benevento" "BG" "Bergamo" "BI" "Biella" "BO" "Bologna" "BZ" "Bolzano"
        "BS" "Brescia" "BR" "Brindisi" "CA" "Cagliari" "CL" "Caltanissetta" "CB" "Campobasso"
        "CE" "Caserta" "CT" "Catania" "CZ" "Catanzaro" "CH" "Chieti" "CO" "Como" "CS" "Cosenza"
        "CR" "Cremona" "KR" "Crotone" "CN" "Cuneo" "EN" "Enna" "FM" "Fermo" "FE" "Ferrara"
        "FI" "Firenze" "FG" "Foggia" "FC" "Forlì-Cesena" "FR" "Frosinone" "GE" "Genova"
        "GO" "Gorizia" "GR" "Grosseto" "IM" "Imperia" "IS" "Isernia" "AQ" "L'Aquila"
        "SP" "La Spezia" "LT" "Latina" "LE" "Lecce" "LC" "Lecco" "LI" "Livorno" "LO" "Lodi"
        "LU" "Lucca" "MC" "Macerata" "MN" "Mantova" "MS" "Massa-Carrara" "MT" "Matera"
        "ME" "Messina" "MI" "Milano" "MO" "Modena" "MB" "Monza e Brianza" "NA" "Napoli"
        "NO" "Novara" "NU" "Nuoro" "OR" "Oristano" "PD" "Padova" "PA" "Palermo" "PR" "Parma"
        "PV" "Pavia" "PG" "Perugia" "PU" "Pesaro e Urbino" "PE" "Pescara" "PC" "Piacenza"
        "PI" "Pisa" "PT" "Pistoia" "PN" "Pordenone" "PZ" "Potenza" "PO" "Prato" "RG" "Ragusa"
        "RA" "Ravenna" "RC" "Reggio Calabria" "RE" "Reggio Emilia" "RI" "Rieti" "RN" "Rimini"
        "RM" "Roma" "RO" "Rovigo" "SA" "Salerno" "SS" "Sassari" "SV" "Savona" "SI" "Siena"
        "SR" "Siracusa" "SO" "Sondrio" "SU" "Sud Sardegna" "TA" "Taranto" "TE" "Teramo"
        "TR" "Terni" "TO" "Torino" "TP" "Trapani" "TN" "Trento" "TV" "Treviso" "TS" "Trieste"
        "UD" "Udine" "VA" "Varese" "VE" "Venezia" "VB" "Verbano-Cusio-Ossola" "VC" "Vercelli"
        "VR" "Verona" "VV" "Vibo Valentia" "VI" "Vicenza" "VT" "Viterbo"
    }
    "JP" {
        "JP-01" "Hokkaido" "JP-02" "Aomori" "JP-03" "Iwate" "JP-04" "Miyagi" "JP-05" "Akita"
        "JP-06" "Yamagata" "JP-07" "Fukushima" "JP-08" "Ibaraki" "JP-09" "Tochigi" "JP-10" "Gunma"
        "JP-11" "Saitama" "JP-12" "Chiba" "JP-13" "Tokyo" "JP-14" "Kanagawa" "JP-15" "Niigata"
        "JP-16" "Toyama" "JP-17" "Ishikawa" "JP-18" "Fukui" "JP-19" "Yamanashi" "JP-20" "Nagano"
        "JP-21" "Gifu" "JP-22" "Shizuoka" "JP-23" "Aichi" "JP-24" "Mie" "JP-25" "Shiga"
        "JP-26" "Kyoto" "JP-27" "Osaka" "JP-28" "Hyogo" "JP-29" "Nara" "JP-30" "Wakayama"
        "JP-31" "Tottori" "JP-32" "Shimane" "JP-33" "Okayama" "JP-34" "Hiroshima"
        "JP-35" "Yamaguchi" "JP-36" "Tokushima" "JP-37" "Kagawa" "JP-38" "Ehime" "JP-39" "Kochi"
        "JP-40" "Fukuoka" "JP-41" "Saga" "JP-42" "Nagasaki" "JP-43" "Kumamoto" "JP-44" "Oita"
        "JP-45" "Miyazaki" "JP-46" "Kagoshima" "JP-47" "Okinawa"
    }
    "MX" {
        "AGS" "Aguascalientes" "BC" "Baja California" "BCS" "Baja California Sur"
        "CAMP" "Campeche" "CHIS" "Chiapas" "CHIH" "Chihuahua" "DF" "Ciudad de México"
        "COAH" "Coahuila" "COL" "Colima" "DGO" "Durango" "GTO" "Guanajuato" "GRO" "Guerrero"
        "HGO" "Hidalgo" "JAL" "Jalisco" "MEX" "Estado de México" "MICH" "Michoacán"
        "MOR" "Morelos" "NAY" "Nayarit" "NL" "Nuevo León" "OAX" "Oaxaca" "PUE" "Puebla"
        "QRO" "Querétaro" "Q ROO" "Quintana Roo" "SLP" "San Luis Potosí" "SIN" "Sinaloa"
        "SON" "Sonora" "TAB" "Tabasco" "TAMPS" "Tamaulipas" "TLAX" "Tlaxcala" "VER" "Veracruz"
        "YUC" "Yucatán" "ZAC" "Zacatecas"
    }
    "NZ" {
        "AUK" "Auckland" "BOP" "Bay of Plenty" "CAN" "Canterbury" "CIT" "Chatham Islands"
        "GIS" "Gisborne" "HKB" "Hawke's Bay" "MWT" "Manawatu-Wanganui" "MBH" "Marlborough"
        "NSN" "Nelson" "NTL" "Northland" "OTA" "Otago" "STL" "Southland" "TKI" "Taranaki"
        "TAS" "Tasman" "WKO" "Waikato" "WGN" "Wellington" "WTC" "West Coast"
    }
    "US" {
        "AL" "Alabama" "AK" "Alaska" "AS" "American Samoa" "AZ" "Arizona" "AR" "Arkansas"
        "CA" "California" "CO" "Colorado" "CT" "Connecticut" "DE" "Delaware"
        "DC" "District of Columbia" "FM" "Micronesia" "FL" "Florida" "GA" "Georgia" "GU" "Guam"
        "HI" "Hawaii" "ID" "Idaho" "IL" "Illinois" "IN" "Indiana" "IA" "Iowa" "KS" "Kansas"
        "KY" "Kentucky" "LA" "Louisiana" "ME" "Maine" "MH" "Marshall Islands" "MD" "Maryland"
        "MA" "Massachusetts" "MI" "Michigan" "MN" "Minnesota" "MS" "Mississippi" "MO" "Missouri"
        "MT" "Montana" "NE" "Nebraska" "NV" "Nevada" "NH" "New Hampshire" "NJ" "New Jersey"
        "NM" "New Mexico" "NY" "New York" "NC" "North Carolina" "ND" "North Dakota"
        "MP" "Northern Mariana Islands" "OH" "Ohio" "OK" "Oklahoma" "OR" "Oregon" "PW" "Palau"
        "PA" "Pennsylvania" "PR" "Puerto Rico" "RI" "Rhode Island" "SC" "South Carolina"
        "SD" "South Dakota" "TN" "Tennessee" "TX" "Texas" "VI" "U.S. Virgin Islands" "UT" "Utah"
        "VT" "Vermont" "VA" "Virginia" "WA" "Washington" "WV" "West Virginia" "WI" "Wisconsin"
        "WY" "Wyoming" "AA" "Armed Forces Americas" "AE" "Armed Forces Europe"
        "AP" "Armed Forces Pacific"
    }
    "ZA" {
        "EC" "Eastern Cape" "FS" "Free State" "GP" "Gauteng" "KZN" "KwaZulu-Natal" "LP" "Limpopo"
        "MP" "Mpumalanga" "NW" "North West" "NC" "Northern Cape" "WC" "Western Cape"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted_and_their_currencies_known() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a.code < b.code));
        for country in Country::all() {
            assert_eq!(
                country.currency().as_str(),
                country.currency,
                "{}",
                country.code
            );
        }
    }

    #[test]
    fn a_country_is_found_by_code_and_by_name() {
        assert_eq!(Country::of("de").unwrap().name, "Germany");
        assert_eq!(Country::named(" united states ").unwrap().code, "US");
        assert!(Country::of("ZZ").is_none() && Country::named("Atlantis").is_none());
    }

    #[test]
    fn a_province_belongs_to_its_country() {
        let us = Country::of("US").unwrap();
        assert_eq!(us.province("california").unwrap().code, "CA");
        assert!(us.province("ON").is_none());
        assert!(Country::of("DE").unwrap().provinces().is_empty());
    }

    #[test]
    fn codes_of_provinces_are_told_apart() {
        for (country, provinces) in PROVINCES {
            let mut codes: Vec<_> = provinces.iter().map(|province| province.code).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), provinces.len(), "{country}");
        }
    }
}
