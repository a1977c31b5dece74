using System.CommandLine;
using System.Text;
using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Where the passphrase of a key file comes from: a file, or the terminal, without an echo.</summary>
internal static class PassphraseFrom
{
    private const int LengthMax = 1024;

    public static Option<FileInfo?> Option() => new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase, readable by its owner alone; without it the terminal is asked.",
        HelpName = "FILE",
    };

    /// <summary>The passphrase of a key that exists.</summary>
    public static string Old(FileInfo? file) => file is null ? Ask("Passphrase: ") : Read(file);

    /// <summary>The passphrase of a new key; typed twice.</summary>
    public static string New(FileInfo? file)
    {
        if (file is not null)
            return Read(file);
        var passphrase = Ask($"New passphrase, at least {KeyFile.PassphraseLengthMin} characters: ");
        return Ask("The same again: ") == passphrase ? passphrase : throw new CentralFault("The two passphrases differ; nothing was made.");
    }

    private static string Read(FileInfo file)
    {
        if (!file.Exists)
            throw new CentralFault($"The passphrase file {file} does not exist.");
        var passphrase = Encoding.UTF8.GetString(PrivateFiles.Read(file.FullName)).Split('\n')[0].TrimEnd('\r');
        return passphrase.Length is > 0 and <= LengthMax
            ? passphrase
            : throw new CentralFault($"The first line of {file} is not a passphrase.");
    }

    private static string Ask(string question)
    {
        if (Console.IsInputRedirected)
            throw new CentralFault("There is no terminal to ask for the passphrase; give --passphrase-file.");
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (typed.Length < LengthMax && Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
