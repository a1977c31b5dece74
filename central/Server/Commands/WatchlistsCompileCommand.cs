using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>central-checkpoint watchlists compile</c>: a package for measurements, from a tab-separated file.</summary>
internal static class WatchlistsCompileCommand
{
    private const int NoticesShown = 20;

    internal static Command Create()
    {
        var from = new Option<string>("--from") { Description = "The list: a file or - for standard input, plain or compressed with gzip.", Required = true, HelpName = "FILE" };
        var to = new Option<FileInfo>("--out") { Description = "The package to write; replaced as a whole when it exists.", Required = true, HelpName = "FILE" };
        var command = new Command(
            "compile",
            "Compile a package for the bench from a tab-separated list. Its columns: source, id, type, name, aliases, dob, nationality, "
            + "documents, the first line naming them; several values parted by |. Persons are taken, everything else is counted. "
            + "Such a package has no legal basis and no signature: 'edge-checkpoint screen' reads it, no appliance installs it.")
        {
            from, to,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(from)!, parsed.GetValue(to)!, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string from, FileInfo to, TextWriter answer, TextWriter error)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var partial = $"{to.FullName}.partial";
        try
        {
            using var input = Open(from);
            var reader = new BenchListReader(input);
            error.WriteLine($"Reading {(from == "-" ? "standard input" : from)}");
            var entries = Counted(reader.Read(), error).ToList();
            error.WriteLine($"{entries.Count:#,0} persons read in {time.GetElapsedTime(start).TotalSeconds:0.0} s; compiling");
            using (var output = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                WatchlistPackageWriter.Write(
                    output, entries, 1, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, "bench", RandomNumberGenerator.GetBytes(16),
                    overlay: null, done => Progress("compiled", done, error));
                output.Flush(flushToDisk: true);
            }

            File.Move(partial, to.FullName, overwrite: true);
            foreach (var notice in reader.Notices.Take(NoticesShown))
                error.WriteLine(notice);
            if (reader.Notices.Count > NoticesShown)
                error.WriteLine($"and {reader.Notices.Count - NoticesShown} more");
            to.Refresh();
            answer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{entries.Count} persons, {entries.Sum(static entry => entry.Names.Length)} names, {reader.OtherCount} rows of other kinds, {reader.RefusedCount} rows refused, {to.Length} bytes, {time.GetElapsedTime(start).TotalSeconds:0.0} s"));
            return 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            // A folder that is not there has no partial file, and deleting in it would fail anew.
            if (File.Exists(partial))
                File.Delete(partial);
            error.WriteLine($"{from}: {fault.Message}");
            return 1;
        }
    }

    private static StreamReader Open(string from)
    {
        // Told by its first bytes, so that standard input may be compressed too.
        var input = PipeReader.Create(from == "-" ? Console.OpenStandardInput() : new FileStream(from, FileMode.Open, FileAccess.Read));
        var first = input.ReadAtLeastAsync(2).AsTask().GetAwaiter().GetResult().Buffer;
        Span<byte> mark = stackalloc byte[2];
        first.Slice(0, Math.Min(2, first.Length)).CopyTo(mark);
        input.AdvanceTo(first.Start);
        // Bytes that are no text are refused with the list, not read as question marks in names.
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        return new StreamReader(mark is [0x1F, 0x8B] ? new GzipInput(input.AsStream()) : input.AsStream(), encoding);
    }

    private static IEnumerable<WatchlistEntry> Counted(IEnumerable<WatchlistEntry> entries, TextWriter error)
    {
        var count = 0;
        foreach (var entry in entries)
        {
            Progress("read", ++count, error);
            yield return entry;
        }
    }

    private static void Progress(string what, int count, TextWriter error)
    {
        if (count % 100_000 == 0)
            error.WriteLine($"{count,12:#,0} {what}");
    }
}
