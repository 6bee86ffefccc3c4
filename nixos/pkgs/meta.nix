{ lib }:
{
  description = "Server for the NATS protocol with JetStream, on the JVM";
  longDescription = "A server for NATS clients, in the place of nats-server: the same protocol, configuration and command line.";
  license = lib.licenses.asl20;
  mainProgram = "nats-server";
  platforms = [
    "x86_64-linux"
    "aarch64-linux"
  ];
}
