using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Documents;

/// <summary>
/// Codes of issuers and nationalities (Doc 9303-3 §5 with amendment 1): ISO 3166-1 alpha-3 but for Germany, and the codes
/// that only travel documents use. A code of no list is a mark of invented documents, or of a document older than a State.
/// </summary>
public static class StateCodes
{
    /// <summary>Letters and the filler.</summary>
    private const int Radix = 27;

    private static readonly Dictionary<string, string> Names = ReadTable();

    private static readonly Dictionary<string, string> ByTwoLetters = TwoLetterTable.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(static row => row[..2], static row => row[2..].TrimEnd('<'));

    /// <summary>One bit a code, so that a look-up neither hashes nor allocates.</summary>
    private static readonly ulong[] Known = BuildBits();

    /// <summary>All codes, without filler.</summary>
    public static IReadOnlyCollection<string> All => Names.Keys;

    /// <summary>True for a code of the table, as it stands in the MRZ (D and two filler) or bare (D).</summary>
    public static bool IsKnown(ReadOnlySpan<char> code)
    {
        var index = IndexOf(code);
        return index >= 0 && (Known[index / 64] & (1UL << (index % 64))) != 0;
    }

    /// <summary>English short name of a bare code.</summary>
    public static bool TryGetName(string code, [NotNullWhen(true)] out string? name) => Names.TryGetValue(code, out name);

    /// <summary>
    /// The code that travel documents bear, for what lists and people write: two or three letters in any case, DEU for D.
    /// Gives back anything else in capitals.
    /// </summary>
    public static string Canonical(string code)
    {
        var upper = code.Trim().ToUpperInvariant();
        return upper == "DEU" ? "D" : ByTwoLetters.GetValueOrDefault(upper, upper);
    }

    private static int IndexOf(ReadOnlySpan<char> code)
    {
        if (code.Length is 0 or > 3)
            return -1;
        var index = 0;
        for (var position = 0; position < 3; position++)
        {
            var character = position < code.Length ? code[position] : '<';
            if (character != '<' && !char.IsAsciiLetterUpper(character))
                return -1;
            index = index * Radix + (character == '<' ? 0 : character - 'A' + 1);
        }

        return index;
    }

    private static Dictionary<string, string> ReadTable()
    {
        var names = new Dictionary<string, string>();
        foreach (var line in Table.AsSpan().EnumerateLines())
        {
            // Part, code, name, parted by single spaces.
            var row = line[2..];
            var codeLength = row.IndexOf(' ');
            names.Add(row[..codeLength].ToString(), row[codeLength..].Trim().ToString());
        }

        return names;
    }

    private static ulong[] BuildBits()
    {
        var bits = new ulong[Radix * Radix * Radix / 64 + 1];
        foreach (var code in Names.Keys)
        {
            var index = IndexOf(code);
            bits[index / 64] |= 1UL << (index % 64);
        }

        return bits;
    }

    /// <summary>ISO 3166-1 alpha-2, then the code of travel documents; XK, EU and UN besides.</summary>
    private const string TwoLetterTable =
        """
        ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB
        BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR
        BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR
        CYCYP CZCZE DED<< DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK
        FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS
        GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN
        ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO
        LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD
        MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER
        NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM
        PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP
        SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF
        TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY
        UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE XKRKS EUEUE UNUNO
        """;

    /// <summary>
    /// The part of Doc 9303-3 §5 (A to H), or a dash for ISO 3166-1; the code; a short name. Reviewed by hand; a test
    /// compares it with a collection of the standard's codes where that lies beside the working copy.
    /// </summary>
    private const string Table =
        """
        A GBD British Overseas Territories citizen
        A GBN British National (Overseas)
        A GBO British Overseas citizen
        A GBS British subject
        A GBP British protected person
        A D   Germany
        A RKS Kosovo
        B EUE European Union
        C UNO United Nations
        C UNA United Nations specialised agency
        C UNK Resident of Kosovo, United Nations mission
        D XBA African Development Bank
        D XIM African Export-Import Bank
        D XCC Caribbean Community
        D XCE Council of Europe
        D XCO Common Market for Eastern and Southern Africa
        D XEC Economic Community of West African States
        D XPO INTERPOL
        D XES Organization of Eastern Caribbean States
        D XMP Parliamentary Assembly of the Mediterranean
        D XOM Sovereign Military Order of Malta
        D XDC Southern African Development Community
        E XXA Stateless person
        E XXB Refugee (1951 Convention)
        E XXC Refugee (other)
        E XXX Unspecified nationality
        F ANT Netherlands Antilles (withdrawn)
        F NTZ Neutral Zone (withdrawn)
        G UTO Utopia (specimens)
        H IAO International Civil Aviation Organization
        - ABW Aruba
        - AFG Afghanistan
        - AGO Angola
        - AIA Anguilla
        - ALA Åland Islands
        - ALB Albania
        - AND Andorra
        - ARE United Arab Emirates
        - ARG Argentina
        - ARM Armenia
        - ASM American Samoa
        - ATA Antarctica
        - ATF French Southern Territories
        - ATG Antigua and Barbuda
        - AUS Australia
        - AUT Austria
        - AZE Azerbaijan
        - BDI Burundi
        - BEL Belgium
        - BEN Benin
        - BES Bonaire, Sint Eustatius and Saba
        - BFA Burkina Faso
        - BGD Bangladesh
        - BGR Bulgaria
        - BHR Bahrain
        - BHS Bahamas
        - BIH Bosnia and Herzegovina
        - BLM Saint Barthélemy
        - BLR Belarus
        - BLZ Belize
        - BMU Bermuda
        - BOL Bolivia
        - BRA Brazil
        - BRB Barbados
        - BRN Brunei Darussalam
        - BTN Bhutan
        - BVT Bouvet Island
        - BWA Botswana
        - CAF Central African Republic
        - CAN Canada
        - CCK Cocos (Keeling) Islands
        - CHE Switzerland
        - CHL Chile
        - CHN China
        - CIV Côte d'Ivoire
        - CMR Cameroon
        - COD Congo, The Democratic Republic of the
        - COG Congo
        - COK Cook Islands
        - COL Colombia
        - COM Comoros
        - CPV Cabo Verde
        - CRI Costa Rica
        - CUB Cuba
        - CUW Curaçao
        - CXR Christmas Island
        - CYM Cayman Islands
        - CYP Cyprus
        - CZE Czechia
        - DJI Djibouti
        - DMA Dominica
        - DNK Denmark
        - DOM Dominican Republic
        - DZA Algeria
        - ECU Ecuador
        - EGY Egypt
        - ERI Eritrea
        - ESH Western Sahara
        - ESP Spain
        - EST Estonia
        - ETH Ethiopia
        - FIN Finland
        - FJI Fiji
        - FLK Falkland Islands (Malvinas)
        - FRA France
        - FRO Faroe Islands
        - FSM Micronesia, Federated States of
        - GAB Gabon
        - GBR United Kingdom
        - GEO Georgia
        - GGY Guernsey
        - GHA Ghana
        - GIB Gibraltar
        - GIN Guinea
        - GLP Guadeloupe
        - GMB Gambia
        - GNB Guinea-Bissau
        - GNQ Equatorial Guinea
        - GRC Greece
        - GRD Grenada
        - GRL Greenland
        - GTM Guatemala
        - GUF French Guiana
        - GUM Guam
        - GUY Guyana
        - HKG Hong Kong
        - HMD Heard Island and McDonald Islands
        - HND Honduras
        - HRV Croatia
        - HTI Haiti
        - HUN Hungary
        - IDN Indonesia
        - IMN Isle of Man
        - IND India
        - IOT British Indian Ocean Territory
        - IRL Ireland
        - IRN Iran
        - IRQ Iraq
        - ISL Iceland
        - ISR Israel
        - ITA Italy
        - JAM Jamaica
        - JEY Jersey
        - JOR Jordan
        - JPN Japan
        - KAZ Kazakhstan
        - KEN Kenya
        - KGZ Kyrgyzstan
        - KHM Cambodia
        - KIR Kiribati
        - KNA Saint Kitts and Nevis
        - KOR South Korea
        - KWT Kuwait
        - LAO Laos
        - LBN Lebanon
        - LBR Liberia
        - LBY Libya
        - LCA Saint Lucia
        - LIE Liechtenstein
        - LKA Sri Lanka
        - LSO Lesotho
        - LTU Lithuania
        - LUX Luxembourg
        - LVA Latvia
        - MAC Macao
        - MAF Saint Martin (French part)
        - MAR Morocco
        - MCO Monaco
        - MDA Moldova
        - MDG Madagascar
        - MDV Maldives
        - MEX Mexico
        - MHL Marshall Islands
        - MKD North Macedonia
        - MLI Mali
        - MLT Malta
        - MMR Myanmar
        - MNE Montenegro
        - MNG Mongolia
        - MNP Northern Mariana Islands
        - MOZ Mozambique
        - MRT Mauritania
        - MSR Montserrat
        - MTQ Martinique
        - MUS Mauritius
        - MWI Malawi
        - MYS Malaysia
        - MYT Mayotte
        - NAM Namibia
        - NCL New Caledonia
        - NER Niger
        - NFK Norfolk Island
        - NGA Nigeria
        - NIC Nicaragua
        - NIU Niue
        - NLD Netherlands
        - NOR Norway
        - NPL Nepal
        - NRU Nauru
        - NZL New Zealand
        - OMN Oman
        - PAK Pakistan
        - PAN Panama
        - PCN Pitcairn
        - PER Peru
        - PHL Philippines
        - PLW Palau
        - PNG Papua New Guinea
        - POL Poland
        - PRI Puerto Rico
        - PRK North Korea
        - PRT Portugal
        - PRY Paraguay
        - PSE Palestine, State of
        - PYF French Polynesia
        - QAT Qatar
        - REU Réunion
        - ROU Romania
        - RUS Russian Federation
        - RWA Rwanda
        - SAU Saudi Arabia
        - SDN Sudan
        - SEN Senegal
        - SGP Singapore
        - SGS South Georgia and the South Sandwich Islands
        - SHN Saint Helena, Ascension and Tristan da Cunha
        - SJM Svalbard and Jan Mayen
        - SLB Solomon Islands
        - SLE Sierra Leone
        - SLV El Salvador
        - SMR San Marino
        - SOM Somalia
        - SPM Saint Pierre and Miquelon
        - SRB Serbia
        - SSD South Sudan
        - STP Sao Tome and Principe
        - SUR Suriname
        - SVK Slovakia
        - SVN Slovenia
        - SWE Sweden
        - SWZ Eswatini
        - SXM Sint Maarten (Dutch part)
        - SYC Seychelles
        - SYR Syria
        - TCA Turks and Caicos Islands
        - TCD Chad
        - TGO Togo
        - THA Thailand
        - TJK Tajikistan
        - TKL Tokelau
        - TKM Turkmenistan
        - TLS Timor-Leste
        - TON Tonga
        - TTO Trinidad and Tobago
        - TUN Tunisia
        - TUR Türkiye
        - TUV Tuvalu
        - TWN Taiwan
        - TZA Tanzania
        - UGA Uganda
        - UKR Ukraine
        - UMI United States Minor Outlying Islands
        - URY Uruguay
        - USA United States
        - UZB Uzbekistan
        - VAT Holy See (Vatican City State)
        - VCT Saint Vincent and the Grenadines
        - VEN Venezuela
        - VGB Virgin Islands, British
        - VIR Virgin Islands, U.S.
        - VNM Vietnam
        - VUT Vanuatu
        - WLF Wallis and Futuna
        - WSM Samoa
        - YEM Yemen
        - ZAF South Africa
        - ZMB Zambia
        - ZWE Zimbabwe
        """;
}
