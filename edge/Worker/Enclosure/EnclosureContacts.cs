using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>The contacts round the enclosure: tamper loop and lid.</summary>
internal static class EnclosureContacts
{
    /// <summary>True when every one that is fitted reads closed. One that cannot be read does not.</summary>
    internal static bool AreClosed(IBoard board) => IsClosed(board.Contact(ContactRole.Tamper)) && IsClosed(board.Contact(ContactRole.Lid));

    private static bool IsClosed(IContactInput contact) => contact.Health.State == DeviceState.NotFitted || contact.Level == ContactLevel.Closed;
}
