namespace EdgeCheckpoint.Devices.Indicators.Ssd1306;

/// <summary>Commands (Solomon Systech, SSD1306 rev 1.1, §9 and §10); arguments follow as commands.</summary>
internal enum Ssd1306Command : byte
{
    /// <summary>0 is horizontal: after the last column comes the next page.</summary>
    SetMemoryMode = 0x20,
    SetColumnRange = 0x21,
    SetPageRange = 0x22,
    SetStartLine = 0x40,
    SetContrast = 0x81,

    /// <summary>Of the application note: 0x14 switches the charge pump on.</summary>
    SetChargePump = 0x8D,
    MapColumn127First = 0xA1,
    FollowMemory = 0xA4,
    ShowNormal = 0xA6,
    SetMultiplexRatio = 0xA8,
    DisplayOff = 0xAE,
    DisplayOn = 0xAF,
    ScanFromLast = 0xC8,
    SetOffset = 0xD3,
    SetClockDivider = 0xD5,
    SetPrecharge = 0xD9,
    SetComPins = 0xDA,
    SetDeselectLevel = 0xDB,
}
