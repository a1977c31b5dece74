namespace EdgeCheckpoint.Worker.Console;

internal static class FormText
{
    /// <summary>Text of a form without control characters, trimmed and cut off.</summary>
    internal static string Clean(string? text, int lengthMax)
    {
        var trimmed = string.Concat((text ?? "").Where(static character => !char.IsControl(character))).Trim();
        return trimmed.Length <= lengthMax ? trimmed : trimmed[..lengthMax];
    }
}
