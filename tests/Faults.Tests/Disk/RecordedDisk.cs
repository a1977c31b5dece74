namespace EdgeCheckpoint.Faults.Tests.Disk;

/// <summary>
/// Records what SQLite did, in order, and makes of any prefix of it a disk as a power cut may leave it: everything flushed is there; of what was
/// not, any part may be, in any order, down to single sectors.
/// </summary>
internal sealed class RecordedDisk : DiskScript
{
    private const int SectorLength = 512;

    private readonly Lock _gate = new();
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, Image> _now = [];

    private enum Kind
    {
        Replace,
        Write,
        Truncate,
        Sync,
        Delete,
    }

    /// <summary>How many steps there are so far.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _steps.Count;
        }
    }

    /// <summary>What was put in a file's place while SQLite did not have it, as the ladder after damage does, was flushed with its folder.</summary>
    internal override void Opened(string path)
    {
        var content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (!content.AsSpan().SequenceEqual(_now.GetValueOrDefault(path)?.Content))
            Note(new Step(Kind.Replace, path, 0, content));
    }

    internal override int Write(string path, long offset, ReadOnlySpan<byte> content) => Note(new Step(Kind.Write, path, offset, content.ToArray()));

    internal override int Truncate(string path, long length) => Note(new Step(Kind.Truncate, path, length, []));

    internal override int Sync(string path) => Note(new Step(Kind.Sync, path, 0, []));

    internal override void Delete(string path) => Note(new Step(Kind.Delete, path, 0, []));

    /// <summary>Writes the files as a cut after so many steps may leave them.</summary>
    internal void CutInto(string folder, int steps, Random random)
    {
        Step[] done;
        lock (_gate)
            done = [.. _steps.Take(steps)];
        foreach (var file in done.GroupBy(static step => step.Path))
        {
            var image = new Image();
            var own = file.ToArray();
            // A deletion is flushed with its folder (sqlite3_vfs.xDelete, syncDir): what came before is over.
            var flushed = Array.FindLastIndex(own, static step => step.Kind is Kind.Sync or Kind.Delete or Kind.Replace) + 1;
            foreach (var step in own.AsSpan(0, flushed))
                image.Do(step);
            foreach (var step in Survivors(own[flushed..], random))
                image.Do(step);
            if (image.Content is { } content)
                File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file.Key)), content);
        }
    }

    /// <summary>Writes the files as they are when everything that was not flushed is gone.</summary>
    internal void CutIntoFlushed(string folder) => CutInto(folder, Count, new Nothing());

    /// <summary>A flush that failed: what it should have flushed will never be.</summary>
    internal void Drop(string path)
    {
        lock (_gate)
        {
            var flushed = _steps.FindLastIndex(step => step.Path == path && step.Kind is (Kind.Sync or Kind.Delete or Kind.Replace));
            for (var i = _steps.Count - 1; i > flushed; i--)
            {
                if (_steps[i].Path == path)
                    _steps.RemoveAt(i);
            }
        }
    }

    /// <summary>What of the unflushed steps reached the disk, and in which order.</summary>
    private static IEnumerable<Step> Survivors(Step[] pending, Random random)
    {
        switch (random.Next(6))
        {
            case 0: // Nothing did.
                return [];
            case 1: // Everything did, as when only the machine's program died.
                return pending;
            case 2: // The first of them did, the last of those torn.
                var first = random.Next(pending.Length + 1);
                return [.. pending.Take(first), .. pending.Skip(first).Take(1).SelectMany(step => Sectors(step).Where(_ => random.Next(2) == 0))];
            case 3: // Some did, in another order.
                var some = pending.Where(_ => random.Next(2) == 0).ToArray();
                random.Shuffle(some);
                return some;
            case 4: // The last did, the first did not.
                return pending.Skip(random.Next(pending.Length + 1));
            default: // Sectors of them did, in another order.
                var sectors = pending.SelectMany(Sectors).Where(_ => random.Next(3) != 0).ToArray();
                random.Shuffle(sectors);
                return sectors;
        }
    }

    private static IEnumerable<Step> Sectors(Step step)
    {
        if (step.Kind != Kind.Write)
            return [step];
        var sectors = new List<Step>();
        var at = 0;
        while (at < step.Content.Length)
        {
            var length = (int)Math.Min(step.Content.Length - at, SectorLength - ((step.Offset + at) % SectorLength));
            sectors.Add(step with { Offset = step.Offset + at, Content = step.Content[at..(at + length)] });
            at += length;
        }

        return sectors;
    }

    private int Note(Step step)
    {
        lock (_gate)
        {
            _steps.Add(step);
            if (!_now.TryGetValue(step.Path, out var image))
                _now[step.Path] = image = new Image();
            image.Do(step);
        }

        return Ok;
    }

    /// <param name="Offset">Where; for a truncation the new length.</param>
    private sealed record Step(Kind Kind, string Path, long Offset, byte[] Content);

    /// <summary>Chance that always takes the first of what there is.</summary>
    private sealed class Nothing : Random
    {
        public override int Next(int maxValue) => 0;
    }

    private sealed class Image
    {
        private byte[]? _bytes;
        private int _length;

        internal byte[]? Content => _bytes?[.._length];

        internal void Do(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Write:
                    Grow((int)step.Offset + step.Content.Length);
                    step.Content.CopyTo(_bytes!, (int)step.Offset);
                    break;
                case Kind.Replace:
                    (_bytes, _length) = (step.Content.Length == 0 ? null : [.. step.Content], step.Content.Length);
                    break;
                case Kind.Truncate:
                    Grow((int)step.Offset);
                    Array.Clear(_bytes!, (int)step.Offset, _bytes!.Length - (int)step.Offset);
                    _length = (int)step.Offset;
                    break;
                case Kind.Delete:
                    (_bytes, _length) = (null, 0);
                    break;
                default:
                    break;
            }
        }

        private void Grow(int length)
        {
            _bytes ??= [];
            if (length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(length, _bytes.Length * 2));
            _length = Math.Max(_length, length);
        }
    }
}
