# The released image, which needs no Java. release.json names the releases; until there is one, or
# for a tarball of one's own (bin/millrace package):
#
#   pkgs.millrace-bin.override { archive = ./millrace-0.1.0-linux-x86_64.tar.gz; }
{
  lib,
  stdenv,
  fetchurl,
  autoPatchelfHook,
  makeWrapper,
  coreutils,
  gnused,
  zlib,
  archive ? null,
}:
let
  release = lib.importJSON ./release.json;
  system = stdenv.hostPlatform.system;
  file = release.files.${system} or null;
in
stdenv.mkDerivation {
  pname = "millrace-bin";
  version = release.version;

  src =
    if archive != null then
      archive
    else if file == null then
      throw "millrace-bin: nothing is released for ${system} yet. Use the package millrace, which is built from source, or make the archive (bin/millrace package) and pass it: millrace-bin.override { archive = ./millrace-….tar.gz; }"
    else
      fetchurl { inherit (file) url hash; };

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
    mkdir -p $out/share/millrace $out/bin
    cp -rp . $out/share/millrace
    for name in millrace nats-server; do
      makeWrapper $out/share/millrace/bin/$name $out/bin/$name \
        --prefix PATH : ${lib.makeBinPath [ coreutils gnused ]}
    done
    runHook postInstall
  '';

  meta = import ./meta.nix { inherit lib; } // {
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
  };
}
