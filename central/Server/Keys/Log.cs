namespace EdgeCheckpoint.Central.Keys;

internal static partial class Log
{
    [LoggerMessage(1601, LogLevel.Information, "The server's certificate was renewed; the new one ends {NotAfter:u}")]
    public static partial void ServerCertificateRenewed(ILogger logger, DateTime notAfter);

    [LoggerMessage(1602, LogLevel.Error, "The server's certificate ends {NotAfter:u} and could not be renewed: {Reason}")]
    public static partial void ServerCertificateNotRenewed(ILogger logger, DateTime notAfter, string reason);
}
