using System.Collections.Frozen;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Letters beyond A to Z and what they are folded to: Latin with diacritics and Cyrillic as the machine readable zone
/// transliterates them (Doc 9303-3 §6, recommended form; national variants are left to comparison).
/// </summary>
internal static class FoldingTable
{
    /// <summary>Each row: the folded form, then every letter that folds to it.</summary>
    private static readonly (string Folded, string Letters)[] Rows =
    [
        ("", "Ьь"),
        ("A", "ÀÁÂÃàáâãĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧАаḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ"),
        ("AA", "Åå"),
        ("AE", "ÄÆäæǢǣǼǽ"),
        ("B", "БбḂḃḄḅḆḇ"),
        ("C", "ÇçĆćĈĉĊċČčЋћḈḉ"),
        ("CH", "Чч"),
        ("D", "ÐðĎďĐđЂДдђḊḋḌḍḎḏḐḑḒḓ"),
        ("DZ", "ǄǅǆǱǲǳЅЏѕџ"),
        ("E", "ÈÉÊËèéêëĒēĔĕĖėĘęĚěƏəȄȅȆȇȨȩЁЕЭеэёḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ"),
        ("F", "ФфḞḟ"),
        ("G", "ĜĝĞğĠġĢģǦǧǴǵЃГгѓҐґḠḡ"),
        ("H", "ĤĥĦħȞȟḢḣḤḥḦḧḨḩḪḫẖ"),
        ("I", "ÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉȊȋІЇИЙийіїḬḭḮḯỈỉỊị"),
        ("IA", "Яя"),
        ("IE", "ЄЪъє"),
        ("IJ", "Ĳĳ"),
        ("IU", "Юю"),
        ("J", "ĴĵǰЈј"),
        ("K", "ĶķĸǨǩЌКкќḰḱḲḳḴḵ"),
        ("KH", "Хх"),
        ("L", "ĹĺĻļĽľĿŀŁłЛлḶḷḸḹḺḻḼḽ"),
        ("LJ", "ǇǈǉЉљ"),
        ("M", "МмḾḿṀṁṂṃ"),
        ("N", "ÑñŃńŅņŇňŉŊŋǸǹНнṄṅṆṇṈṉṊṋ"),
        ("NJ", "ǊǋǌЊњ"),
        ("O", "ÒÓÔÕòóôõŌōŎŏŐőƠơǑǒǪǫǬǭȌȍȎȏȪȫȬȭȮȯȰȱОоṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ"),
        ("OE", "ÖØöøŒœǾǿ"),
        ("P", "ПпṔṕṖṗ"),
        ("R", "ŔŕŖŗŘřȐȑȒȓРрṘṙṚṛṜṝṞṟ"),
        ("S", "ŚśŜŝŞşŠšſȘșСсṠṡṢṣṤṥṦṧṨṩẛ"),
        ("SH", "Шш"),
        ("SHCH", "Щщ"),
        ("SS", "ßẞ"),
        ("T", "ŢţŤťŦŧȚțТтṪṫṬṭṮṯṰṱẗ"),
        ("TH", "Þþ"),
        ("TS", "Цц"),
        ("U", "ÙÚÛùúûŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗЎУуўṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự"),
        ("UE", "Üü"),
        ("V", "ВвṼṽṾṿ"),
        ("W", "ŴŵẀẁẂẃẄẅẆẇẈẉẘ"),
        ("X", "ẊẋẌẍ"),
        ("Y", "ÝýÿŶŷŸȲȳЫыẎẏẙỲỳỴỵỶỷỸỹ"),
        ("Z", "ŹźŻżŽžЗзẐẑẒẓẔẕ"),
        ("ZH", "Жж"),
    ];

    internal static FrozenDictionary<char, string> Build()
    {
        var letters = new Dictionary<char, string>();
        foreach (var (folded, row) in Rows)
        {
            foreach (var letter in row)
                letters.Add(letter, folded);
        }

        return letters.ToFrozenDictionary();
    }
}
