; Inno Setup 6: per-user, no administrator. Build first with `run.cmd installer`, then: iscc docs\installer\energymap.iss
#define Version GetEnv("ENERGYMAP_VERSION")
#if Version == ""
  #define Version "0.1.0"
#endif

[Setup]
AppId={{6B0B2A50-6C61-4C0B-9E0E-3E1B8A5B9D11}
AppName=National Energy Map
AppVersion={#Version}
DefaultDirName={localappdata}\Programs\energymap
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
OutputDir=..\..\dist
OutputBaseFilename=energymap-{#Version}-windows-x64
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Files]
Source: "..\..\dist\energymap\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{userprograms}\National Energy Map"; Filename: "{app}\energymap.exe"; Parameters: "gui"
Name: "{userdesktop}\National Energy Map"; Filename: "{app}\energymap.exe"; Parameters: "gui"; Tasks: desktop

[Tasks]
Name: desktop; Description: "Desktop icon"; Flags: unchecked

[Run]
Filename: "{app}\energymap.exe"; Parameters: "--self-test --no-window"; Flags: runhidden; StatusMsg: "Checking the installation"
