using System.CommandLine;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>How a technician gives a join ticket: as a file, or as a code that is typed or scanned.</summary>
internal sealed class TicketOptions
{
    internal Option<FileInfo?> Ticket { get; } = new("--ticket")
    {
        Description = "The join ticket: a file from 'central-checkpoint appliances ticket --out'.",
        Recursive = true,
        HelpName = "FILE",
    };

    internal Option<string?> Code { get; } = new("--code")
    {
        Description = "The code on a printed ticket, or the text of its QR code. With - one line is read from the keyboard or a reader that types.",
        Recursive = true,
        HelpName = "CODE",
    };

    internal Option<string?> Central { get; } = new("--central")
    {
        Description = "Address of central as it stands on the ticket; needed with a typed code.",
        Recursive = true,
        HelpName = "https://HOST:PORT",
    };

    internal Option<string?> Serial { get; } = new("--serial")
    {
        Description = "Serial number of the board; read from the board when left out.",
        Recursive = true,
        HelpName = "SERIAL",
    };

    internal void AddTo(Command command)
    {
        command.Add(Ticket);
        command.Add(Code);
        command.Add(Central);
        command.Add(Serial);
    }

    internal string SerialOf(ParseResult result) => result.GetValue(Serial) ?? HardwareSerial.Read();

    /// <summary>The ticket that was given, or one sentence that says what is missing or wrong.</summary>
    /// <exception cref="IOException">The file or the input cannot be read.</exception>
    internal Result<OfferedTicket, string> Read(ParseResult result, TextReader input)
    {
        var (file, code) = (result.GetValue(Ticket), result.GetValue(Code));
        if ((file is null) == (code is null))
            return "Give the ticket as a file (--ticket FILE), or as it stands on paper (--code CODE); one of the two.";
        if (file is not null)
            return OfferedTicket.FromFile(file);
        if (code != "-")
            return OfferedTicket.FromCode(code!, result.GetValue(Central));
        System.Console.Error.WriteLine("Scan the QR code of the ticket, or type its code, and press Enter:");
        return input.ReadLine() is { Length: > 0 } line
            ? OfferedTicket.FromCode(line, result.GetValue(Central))
            : "No code was given. Run the same command again.";
    }
}
