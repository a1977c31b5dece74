using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// Lucene.Net: an index of tokens in memory, asked with an OR of one FuzzyQuery a token. Edits by the token's length, as
/// Elasticsearch's AUTO: none up to two letters, one up to five, two above.
/// </summary>
/// <param name="isRarityKept">True for the library's own scoring, in which a rare respelling outweighs the common token that
/// was asked for; false scores by closeness alone. Which of them finds more depends on the list, so both take part.</param>
internal sealed class LuceneEngine(bool isRarityKept) : INameEngine
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const string NameField = "name";
    private const string IdField = "id";
    private const int Wanted = 10;

    /// <summary>As many as the library takes by itself.</summary>
    private const int ExpansionsMax = 50;

    private RAMDirectory? _directory;
    private DirectoryReader? _reader;
    private IndexSearcher? _searcher;
    private NumericDocValues? _ids;

    public string Name => isRarityKept ? "Lucene.Net" : "Lucene.Net, close";

    public int QueriesMax => int.MaxValue;

    public long IndexBytes => _directory?.GetSizeInBytes() ?? 0;

    public string? TryBuild(IReadOnlyList<ListedPerson> people)
    {
        _directory = new RAMDirectory();

        // Tokens are added one by one, so no analyser is needed; norms stay, for they are the length of the name.
        var field = new FieldType { IsIndexed = true, IsTokenized = false, OmitNorms = false, IndexOptions = IndexOptions.DOCS_AND_FREQS };
        field.Freeze();
        using (var writer = new IndexWriter(_directory, new IndexWriterConfig(Version, null)))
        {
            for (var i = 0; i < people.Count; i++)
            {
                var document = new Document { new NumericDocValuesField(IdField, i) };
                foreach (var token in people[i].FullName.Split(' '))
                    document.Add(new Field(NameField, token, field));
                writer.AddDocument(document);
            }

            writer.ForceMerge(1);
        }

        _reader = DirectoryReader.Open(_directory);
        _searcher = new IndexSearcher(_reader);
        _ids = _reader.Leaves[0].AtomicReader.GetNumericDocValues(IdField);
        return null;
    }

    public IReadOnlyList<int> Top10(NameQuery query)
    {
        var any = new BooleanQuery();
        foreach (var token in query.Person.FullName.Split(' '))
            any.Add(TokenQuery(token), Occur.SHOULD);
        var hits = _searcher!.Search(any, Wanted).ScoreDocs;
        var found = new int[hits.Length];
        for (var i = 0; i < hits.Length; i++)
            found[i] = (int)_ids!.Get(hits[i].Doc);
        return found;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _directory?.Dispose();
    }

    private Query TokenQuery(string token)
    {
        var term = new Term(NameField, token);
        if (token.Length <= 2)
            return new TermQuery(term);
        var query = new FuzzyQuery(term, token.Length <= 5 ? 1 : 2);
        if (!isRarityKept)
            query.MultiTermRewriteMethod = new MultiTermQuery.TopTermsBoostOnlyBooleanQueryRewrite(ExpansionsMax);
        return query;
    }
}
