namespace EdgeCheckpoint.Benchmarks;

/// <summary>Makes travellers of listed persons, each name changed in one way or two, and travellers of whom the list knows nothing.</summary>
internal static class NameQueryGenerator
{
    /// <summary>Characters of the name field of a passport (Doc 9303-4 §4.2.2).</summary>
    private const int MrzNameLength = 39;

    private const double NotListedShare = 0.25;

    /// <summary>Shorter tokens are mostly particles; a change would make another one of them.</summary>
    private const int ChangedTokenLengthMin = 4;

    private static readonly QueryKind[] Kinds = [.. Enum.GetValues<QueryKind>().Where(static kind => kind != QueryKind.NotListed)];

    /// <summary>Makes queries of all kinds.</summary>
    public static NameQuery[] Make(IReadOnlyList<ListedPerson> list, int count, int seed)
    {
        var random = new Random(seed);
        var strangers = new NameListGenerator(unchecked(seed + 77_777)).Take(count);
        var queries = new NameQuery[count];
        for (var i = 0; i < count; i++)
        {
            if (random.NextDouble() < NotListedShare)
            {
                queries[i] = new NameQuery(-1, QueryKind.NotListed, WithDate(strangers[i], random));
                continue;
            }

            var wanted = Kinds[random.Next(Kinds.Length)];
            var id = Pick(list, wanted, random);
            var (kind, person) = Change(list[id], wanted, random);
            queries[i] = new NameQuery(id, kind, WithDate(person, random));
        }

        return queries;
    }

    /// <summary>Anybody, but for a truncation somebody whose name does not fit the field.</summary>
    private static int Pick(IReadOnlyList<ListedPerson> list, QueryKind kind, Random random)
    {
        const int Tries = 5_000;
        var id = random.Next(list.Count);
        for (var i = 0; i < Tries && kind == QueryKind.Truncated && !IsTooLong(list[id]); i++)
            id = random.Next(list.Count);
        return id;
    }

    /// <summary>Two fillers part surname and given names, one parts everything else.</summary>
    private static bool IsTooLong(ListedPerson person) => person.FullName.Length + 1 > MrzNameLength;

    private static (QueryKind Kind, ListedPerson Person) Change(ListedPerson person, QueryKind kind, Random random)
    {
        if (kind == QueryKind.Truncated && !IsTooLong(person))
            kind = QueryKind.Exact;
        if (kind == QueryKind.DroppedToken && !person.GivenNames.Contains(' ', StringComparison.Ordinal))
            kind = QueryKind.SwappedOrder;
        return (kind, kind switch
        {
            QueryKind.Exact => person,
            QueryKind.DroppedToken => person with { GivenNames = DropToken(person.GivenNames, random) },
            QueryKind.SwappedOrder => person with { Surname = person.GivenNames, GivenNames = person.Surname },
            QueryKind.Truncated => person with { GivenNames = person.GivenNames[..Math.Max(1, MrzNameLength - 2 - person.Surname.Length)].TrimEnd() },
            QueryKind.TwoChanges => ChangeToken(ChangeToken(person, QueryKind.Romanised, random), QueryKind.Substituted, random),
            _ => ChangeToken(person, kind, random),
        });
    }

    private static string DropToken(string given, Random random)
    {
        var tokens = given.Split(' ').ToList();
        tokens.RemoveAt(random.Next(tokens.Count));
        return string.Join(' ', tokens);
    }

    private static ListedPerson ChangeToken(ListedPerson person, QueryKind kind, Random random)
    {
        var surname = person.Surname.Split(' ');
        var given = person.GivenNames.Split(' ');
        var places = Enumerable.Range(0, surname.Length + given.Length)
            .Where(place => (place < surname.Length ? surname[place] : given[place - surname.Length]).Length >= ChangedTokenLengthMin)
            .ToArray();
        if (places.Length == 0)
            return person;
        var chosen = places[random.Next(places.Length)];
        ref var token = ref chosen < surname.Length ? ref surname[chosen] : ref given[chosen - surname.Length];
        token = Change(token, kind, random);
        return person with { Surname = string.Join(' ', surname), GivenNames = string.Join(' ', given) };
    }

    private static string Change(string token, QueryKind kind, Random random) => kind switch
    {
        QueryKind.Substituted => NameNoise.Substitute(token, random),
        QueryKind.Transposed => NameNoise.Transpose(token, random),
        QueryKind.Deleted => NameNoise.Delete(token, random),
        QueryKind.Inserted => NameNoise.Insert(token, random),
        QueryKind.Romanised => NameNoise.Romanise(token, random),
        QueryKind.Doubled => NameNoise.Double(token, random),
        QueryKind.MisreadLetter => NameNoise.Misread(token, random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A document has a whole date, also where the list has none.</summary>
    private static ListedPerson WithDate(ListedPerson person, Random random) => person with
    {
        BirthYear = person.BirthYear == 0 ? 1940 + random.Next(70) : person.BirthYear,
        BirthMonth = person.BirthMonth == 0 ? 1 + random.Next(12) : person.BirthMonth,
        BirthDay = person.BirthDay == 0 ? 1 + random.Next(28) : person.BirthDay,
    };
}
