using System.Collections.Frozen;

namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// Regions of the world by nationality: the subregions of the United Nations' M49 standard, Oceania in one. Territories
/// are left out unless a traveller of the data comes from there.
/// </summary>
internal static class Region
{
    private const string Table =
        """
        Northern Africa: DZA EGY LBY MAR SDN TUN
        Eastern Africa: BDI COM DJI ERI ETH KEN MDG MWI MUS MOZ RWA SYC SOM SSD UGA TZA ZMB ZWE
        Middle Africa: AGO CMR CAF TCD COG COD GNQ GAB STP
        Southern Africa: BWA SWZ LSO NAM ZAF
        Western Africa: BEN BFA CPV CIV GMB GHA GIN GNB LBR MLI MRT NER NGA SEN SLE TGO
        Caribbean: ATG BHS BRB CUB DMA DOM GRD HTI JAM KNA LCA VCT TTO PRI
        Central America: BLZ CRI SLV GTM HND MEX NIC PAN
        South America: ARG BOL BRA CHL COL ECU GUY PRY PER SUR URY VEN
        Northern America: CAN USA
        Central Asia: KAZ KGZ TJK TKM UZB
        Eastern Asia: CHN HKG MAC PRK JPN MNG KOR TWN
        South-eastern Asia: BRN KHM IDN LAO MYS MMR PHL SGP THA TLS VNM
        Southern Asia: AFG BGD BTN IND IRN MDV NPL PAK LKA
        Western Asia: ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN QAT SAU PSE SYR TUR ARE YEM
        Eastern Europe: BLR BGR CZE HUN POL MDA ROU RUS SVK UKR
        Northern Europe: DNK EST FIN ISL IRL LVA LTU NOR SWE GBR
        Southern Europe: ALB AND BIH HRV GRC VAT ITA MLT MNE MKD PRT RKS SMR SRB SVN ESP
        Western Europe: AUT BEL FRA D LIE LUX MCO NLD CHE
        Oceania: AUS FJI KIR MHL FSM NRU NZL PLW PNG WSM SLB TON TUV VUT
        """;

    private static readonly FrozenDictionary<string, string> ByCode = Table.Split('\n')
        .Select(static line => line.Split(": "))
        .SelectMany(static row => row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => (Code: code, Name: row[0])))
        .ToFrozenDictionary(static pair => pair.Code, static pair => pair.Name);

    /// <summary>"Unknown" for an empty code and for those of the table's gaps.</summary>
    internal static string Of(string code) => ByCode.GetValueOrDefault(code, "Unknown");
}
