using System.Globalization;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Worker;

/// <summary>Writes and reads back what no cache can have made up.</summary>
internal static class StorageProbe
{
    private const int Bytes = 1024 * 1024;

    /// <param name="path">Of a file that is made, and deleted again.</param>
    /// <param name="finding">What was measured, or why it failed, without a full stop.</param>
    internal static bool Try(string path, TimeProvider time, out string finding)
    {
        try
        {
            var written = RandomNumberGenerator.GetBytes(Bytes);
            var began = time.GetTimestamp();
            DataFolder.Write(path, written);
            var took = time.GetElapsedTime(began);
            var isSame = File.ReadAllBytes(path).AsSpan().SequenceEqual(written);
            File.Delete(path);
            finding = isSame
                ? string.Create(CultureInfo.InvariantCulture, $"1 MiB written, flushed and read in {took.TotalMilliseconds:0} ms")
                : "what was read back is not what was written; replace the card";
            return isSame;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            finding = fault.Message;
            return false;
        }
    }
}
