# Millrace from source: Maven compiles, jlink makes a Java runtime with the server in it, and a
# training run makes the cache that it starts warm from. What Maven needs is in lock.json.
{
  lib,
  stdenv,
  fetchurl,
  runCommand,
  jdk25_headless,
  maven,
  coreutils,
  gnused,
  makeWrapper,
}:
let
  version = "0.1.0-SNAPSHOT";

  repository = runCommand "millrace-${version}-maven" { } (
    lib.concatStrings (
      lib.mapAttrsToList (path: sha256: ''
        install -D ${
          fetchurl {
            url = "mirror://maven/${path}";
            inherit sha256;
          }
        } $out/${path}
      '') (lib.importJSON ./lock.json)
    )
  );

  root = ../..;
in
stdenv.mkDerivation {
  pname = "millrace";
  inherit version;

  src = lib.cleanSourceWith {
    src = root;
    name = "millrace-${version}-source";
    filter =
      path: _:
      let
        below = lib.removePrefix (toString root + "/") (toString path);
      in
      !(lib.elem (baseNameOf path) [ "target" ".git" ".tools" "nixos" "docs" ]) && below != "flake.nix";
  };

  nativeBuildInputs = [
    maven
    jdk25_headless
    makeWrapper
  ];

  postPatch = ''
    patchShebangs bin dist
  '';

  buildPhase = ''
    runHook preBuild
    export JAVA_HOME=${jdk25_headless.home or "${jdk25_headless}/lib/openjdk"} HOME=$TMPDIR
    # Maven writes notes beside what it finds.
    cp -r ${repository} repository
    chmod -R u+w repository
    mvn -B -o -Dmaven.repo.local=$PWD/repository -Dmaven.test.skip=true -Ddist.image.skip=true package -pl dist -am
    dist/image
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/share/millrace $out/bin
    cp -r bin $out/share/millrace/bin
    cp -rp dist/target/image $out/share/millrace/runtime
    rm -f $out/share/millrace/runtime/{stamp,inputs}
    cp LICENSE NOTICE $out/share/millrace/
    for name in millrace nats-server; do
      makeWrapper $out/share/millrace/bin/$name $out/bin/$name \
        --prefix PATH : ${lib.makeBinPath [ coreutils gnused ]}
    done
    runHook postInstall
  '';

  # The training's cache knows the runtime as it is.
  dontStrip = true;
  dontPatchELF = true;

  meta = import ./meta.nix { inherit lib; };
}
