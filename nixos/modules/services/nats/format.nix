# The configuration file's syntax, sizes, and the users that the module adds to those of the platform.
{ lib }:
rec {
  # "512M", "2GB", "1 GiB" or a number of bytes, as bytes; null for anything else.
  bytes =
    size:
    let
      parts = builtins.match "([0-9]{1,12}) *([kKmMgGtT]?)(i?[bB])?" size;
      unit = lib.toLower (builtins.elemAt parts 1);
      factor = {
        "" = 1;
        k = 1024;
        m = 1024 * 1024;
        g = 1024 * 1024 * 1024;
        t = 1024 * 1024 * 1024 * 1024;
      };
    in
    if builtins.isInt size then
      size
    else if parts == null then
      null
    else
      lib.toIntBase10 (builtins.head parts) * factor.${unit};

  sizeType =
    lib.types.addCheck (lib.types.either lib.types.ints.unsigned lib.types.str) (size: bytes size != null)
    // {
      description = "size such as 512M or 2GB, or a number of bytes";
    };

  # A value that the server takes from its users file instead of the world-readable store.
  password = name: { _variable = "password_${name}"; };

  # Text of a configuration file: JSON with a key a line, and variables where `password` stands.
  text =
    settings:
    let
      key = name: if builtins.match "[A-Za-z_][A-Za-z0-9_]*" name != null then name else builtins.toJSON name;
      value =
        indent: v:
        if builtins.isAttrs v && v ? _variable then
          "$" + v._variable
        else if builtins.isAttrs v then
          "{\n${fields (indent + "  ") v}${indent}}"
        else if builtins.isList v && v == [ ] then
          "[]"
        else if builtins.isList v && lib.any builtins.isAttrs v then
          "[\n${lib.concatMapStrings (item: "${indent}  ${value (indent + "  ") item}\n") v}${indent}]"
        else if builtins.isList v then
          "[${lib.concatMapStringsSep ", " (value indent) v}]"
        else
          builtins.toJSON v;
      fields =
        indent: set: lib.concatStrings (lib.mapAttrsToList (name: v: "${indent}${key name}: ${value indent v}\n") set);
    in
    fields "" settings;
}
