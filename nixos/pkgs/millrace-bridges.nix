# The bridges from the archive that bridges/build package makes; it brings its own Java runtime.
#
#   pkgs.callPackage ./millrace-bridges.nix { archive = ./millrace-bridges-0.1.0-linux-x86_64.tar.gz; }
{
  lib,
  stdenv,
  autoPatchelfHook,
  makeWrapper,
  coreutils,
  zlib,
  archive,
}:
stdenv.mkDerivation {
  pname = "millrace-bridges";
  version = "0.1.0-SNAPSHOT";

  src = archive;

  nativeBuildInputs = [
    autoPatchelfHook
    makeWrapper
  ];
  buildInputs = [
    stdenv.cc.cc.lib
    zlib
  ];

  dontConfigure = true;
  dontBuild = true;
  dontStrip = true;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/lib $out/bin $out/share/doc
    cp -rp lib/millrace $out/lib/
    cp -rp doc $out/share/doc/millrace-bridges
    makeWrapper $out/lib/millrace/bin/millrace-bridge $out/bin/millrace-bridge \
      --prefix PATH : ${lib.makeBinPath [ coreutils ]}
    runHook postInstall
  '';

  meta = import ./meta.nix { inherit lib; } // {
    description = "Bridges from GitLab and Alertmanager to NATS, and from NATS to Matrix";
    longDescription = "Webhooks into streams, streams into Matrix rooms, commands from rooms back.";
    mainProgram = "millrace-bridge";
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
  };
}
