using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Fuzz;

/// <summary>One run. Every input has a seed of its own, so that a failure is repeated without the millions before it.</summary>
internal sealed class FuzzRun(int seed, TextWriter output)
{
    /// <summary>Far above what any input takes, far below a hang; a busy machine may stop a thread for a while.</summary>
    private static readonly TimeSpan LongestAllowed = TimeSpan.FromSeconds(2);

    private const long ProgressStep = 1_000_000;

    /// <summary>One input in so many is of a release: each takes as long as many zones.</summary>
    private const int ReleaseShare = 16;

    private readonly ReleaseInputs _releases = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private TimeSpan _longest;
    private long _strictValid;
    private long _repaired;
    private long _scans;
    private long _deltas;

    /// <returns>0 when every input kept the rules.</returns>
    public int Run(long inputs, long? only)
    {
        output.WriteLine($"seed {seed}, {inputs:#,0} inputs");
        var start = _time.GetTimestamp();
        for (var number = only ?? 0; number < (only + 1 ?? inputs); number++)
        {
            var began = _time.GetTimestamp();
            try
            {
                Try(number);
            }
#pragma warning disable CA1031 // Whatever is thrown is the finding.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                output.WriteLine($"input {number} failed; again with: --seed {seed} --only {number}");
                output.WriteLine(fault);
                return 1;
            }

            var took = _time.GetElapsedTime(began);
            _longest = took > _longest ? took : _longest;
            if (took > LongestAllowed)
            {
                output.WriteLine($"input {number} took {took}; again with: --seed {seed} --only {number}");
                return 1;
            }

            if ((number + 1) % ProgressStep == 0)
                output.WriteLine($"{number + 1,12:#,0} inputs, {_time.GetElapsedTime(start).TotalSeconds:0} s, longest {_longest.TotalMilliseconds:0.0} ms");
        }

        output.WriteLine($"{_strictValid:#,0} zones strictly valid, {_repaired:#,0} repaired, {_scans:#,0} scans framed, {_deltas:#,0} damaged deltas laid over a list; nothing threw, longest input {_longest.TotalMilliseconds:0.0} ms");
        return 0;
    }

    private void Try(long number)
    {
        // Not HashCode, which differs from one process to the next.
        var random = new Random(unchecked((int)(seed ^ (number * 0x9E3779B1L))));
        var damage = new Damage(random);
        if (number % ReleaseShare == 0)
            _deltas += _releases.Try(random, Require) ? 1 : 0;
        else if (number % 2 == 0)
            Read(damage.Lines(), damage.Day());
        else
            Frame(damage.Message(), damage.Day(), random);
    }

    private void Read(ImmutableArray<string> lines, DateOnly day)
    {
        var read = MrzRepairer.Repair(MrzParser.Parse(lines, day));
        var reading = read.Reading;
        Require(reading.PracticeValid || !reading.StrictValid, "strictly valid but not valid in practice");
        Require(reading.PracticeValid != reading.Problems.Any(static problem => !problem.IsPracticeVariant), "verdict and problems disagree");
        Require(!read.IsRepaired || !read.AsRead.PracticeValid, "a valid zone was repaired");
        // Every text is made once: none may throw either.
        var length = reading.DocumentCode.Length + reading.IssuingState.Length + reading.DocumentNumber.Length
            + reading.Nationality.Length + reading.Surname.Length + reading.GivenNames.Length + reading.OptionalData.Length
            + reading.SecondOptionalData.Length + reading.BirthDate.ToString().Length + reading.ExpiryDate.ToString().Length;
        Require(length <= 150, "more text than any zone holds");
        Require(reading.Sex is 'M' or 'F' or 'X' or MrzReading.UnreadSex, "a sex of its own");
        _strictValid += reading.StrictValid ? 1 : 0;
        _repaired += read.IsRepaired ? 1 : 0;
    }

    /// <summary>In one piece and in many: the same scans, and none longer than a message may be.</summary>
    private void Frame(byte[] bytes, DateOnly day, Random random)
    {
        var profile = ReaderProfiles.All[random.Next(ReaderProfiles.All.Length)];
        var whole = new MrzFramer(profile);
        whole.Push(bytes, 1);
        whole.OnIdle();
        var pieces = new MrzFramer(profile);
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 20), bytes.Length - start);
            pieces.Push(bytes.AsSpan(start, length), 1);
            start += length;
        }

        pieces.OnIdle();
        while (whole.TryTake(out var scan))
        {
            Require(pieces.TryTake(out var other), "another number of scans in pieces");
            Require(scan.Problem == other!.Problem && scan.Lines.AsSpan().SequenceEqual(other.Lines.AsSpan()), "other scans in pieces");
            Require(scan.Lines.Sum(static line => line.Length) <= MrzFramer.BytesMax, "a scan longer than a message may be");
            _scans++;
            Read(scan.Lines, day);
        }

        Require(!pieces.TryTake(out _), "more scans in pieces");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"Broken: {rule}.");
    }
}
